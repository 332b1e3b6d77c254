import type { Status } from "../contract/client.js";
import { clock, h, milliseconds } from "./inspector-dom.js";
import type { Section, Snapshot } from "./inspector-snapshot.js";

const ENDPOINT: Readonly<Record<Status["endpoint"], string>> = {
  off: "nothing is sent",
  idle: "all sent",
  waiting: "records wait to be sent",
  failing: "cannot be reached; tries again",
  refused: "refuses our records",
};

function facts(status: Status, encoder: number | null): [string, string][] {
  const timings = Object.entries(status.timings).map(([name, time]) => `${name} ${milliseconds(time)}`);
  const created = status.created ? new Date(status.created) : null;
  const way = status.lastUpdate;
  return [
    ["Event to ranking", way ? `${milliseconds(way.total)} (page ${milliseconds(way.main)}, engine ${milliseconds(way.engine)})` : "not measured yet"],
    ["Encoder", status.backend ? `${status.backend}${encoder ? `, last run ${milliseconds(encoder)}` : ""}` : "in plain JavaScript"],
    ["Backends timed", timings.join(", ") || "none yet"],
    ["Search kernel", status.kernel === "simd" ? "WebAssembly SIMD" : status.kernel === "js" ? "JavaScript" : "not loaded"],
    ["Runs in", status.thread === "worker" ? "a worker, off the page's thread" : "the page's own thread"],
    ["Release", status.release ? `${status.release}, with ${status.items.toLocaleString()} items` : "none loaded"],
    ["Made", created && !Number.isNaN(created.getTime()) ? created.toLocaleString([], { dateStyle: "medium", timeStyle: "short" }) : "unknown"],
    ["Came from", status.source === "cache" ? "this device" : status.source === "network" ? "the shop" : "nowhere yet"],
    ["Session kept in", status.storage === "indexeddb" ? "this device's storage" : "memory: gone with the page"],
    ["Feedback", `${ENDPOINT[status.endpoint]}${status.queued ? ` (${status.queued} queued)` : ""}`],
  ];
}

/** What runs, where, how fast, and what it does without. */
export function statusSection(): Section {
  const list = h("dl");
  const problems = h("ul", { class: "problems" });
  return {
    element: h("div", {}, list, problems),
    render({ status, persona }: Snapshot) {
      const rows: [string, string][] = status ? facts(status, persona?.milliseconds ?? null) : [["Status", `not available (${clock(Date.now())})`]];
      list.replaceChildren(...rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
      problems.replaceChildren(...(status?.problems ?? []).map(({ code, message }) => h("li", {}, h("b", {}, code), ` ${message}`)));
    },
  };
}
