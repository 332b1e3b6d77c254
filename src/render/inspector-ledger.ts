import type { LedgerEntry } from "../contract/client.js";
import { clock, h, place, say } from "./inspector-dom.js";
import type { Section, Snapshot } from "./inspector-snapshot.js";

const SHOWN = 50;
const STATE: Readonly<Record<LedgerEntry["state"], string>> = { waiting: "Waiting", sent: "Sent", refused: "Refused" };

function entryRow(entry: LedgerEntry): HTMLLIElement {
  const exact = h("details", {}, h("summary", {}, "The record exactly as it leaves"));
  exact.addEventListener(
    "toggle",
    () => exact.append(h("pre", { tabindex: 0 }, `${JSON.stringify(entry.record, null, 1)}${entry.batch ? `\n\nbatch ${entry.batch}` : ""}`)),
    { once: true },
  );
  return h(
    "li",
    { class: "entry" },
    h("span", { class: `state ${entry.state}` }, STATE[entry.state]),
    h("span", { class: "name" }, entry.text, exact),
    h("time", {}, clock(entry.time)),
  );
}

/** The records that left this browser, will leave it or were refused. */
export function ledgerSection(): Section {
  const summary = h("p", { class: "hint" });
  const list = h("ol", { class: "rows" });
  const rows = new Map<string, HTMLLIElement>();
  return {
    element: h("div", {}, summary, list),
    render({ ledger, consent }: Snapshot) {
      const entries = ledger ?? [];
      const count = (state: LedgerEntry["state"]) => entries.filter((entry) => entry.state === state).length;
      say(
        summary,
        ledger === null
          ? "The list of outgoing records could not be read."
          : entries.length
            ? `${count("sent")} sent, ${count("waiting")} waiting, ${count("refused")} refused.`
            : consent.share
              ? "Nothing to send yet: each record appears here before it leaves."
              : "Sharing is off: nothing is sent.",
      );
      const keep = new Map<string, HTMLLIElement>();
      const newest = [...entries].sort((a, b) => b.time - a.time).slice(0, SHOWN);
      newest.forEach((entry, index) => {
        let key = `${entry.time} ${entry.state} ${entry.batch} ${entry.text}`;
        if (keep.has(key)) key += ` ${index}`;
        keep.set(key, rows.get(key) ?? entryRow(entry));
      });
      rows.clear();
      for (const [key, row] of keep) rows.set(key, row);
      place(list, [...keep.values()]);
    },
  };
}
