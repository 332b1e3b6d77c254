import type { RankedItem, Ranking } from "../contract/ranking.js";
import { h, milliseconds, percent, place, say, showIf } from "./inspector-dom.js";
import type { Section, Snapshot } from "./inspector-snapshot.js";
import { reasonText, SHELF_TEXT } from "./words.js";

const SHOWN = 12;
const KINDS: Readonly<Record<Ranking["kind"], string>> = {
  recommend: "Recommended now",
  similar: "Similar items",
  rerank: "A list in a new order",
  complement: "What goes with it",
  trending: "In demand",
};
const because = (item: RankedItem): string => reasonText((key, label = "") => SHELF_TEXT[key].replace("{}", () => label), item);

function itemRow(item: RankedItem): HTMLLIElement {
  const share = item.reason.share > 0 ? ` (${percent(item.reason.share)} of the score)` : "";
  return h(
    "li",
    { value: item.position + 1 },
    h("span", { class: "place", "aria-hidden": "true" }, String(item.position + 1)),
    h("span", { class: "name" }, item.title, h("small", {}, `${because(item)}${share}`)),
    h("span", { class: "figures" }, h("b", { title: "Score" }, item.score.toFixed(3)), h("small", {}, `${percent(item.propensity)} chance`)),
  );
}

/** The newest ranking of each kind, newest first. */
export function rankingSection(): Section {
  const empty = h("p", { class: "empty" }, "No list has been ranked on this page yet.");
  const lists = h("div");
  const shown = new Map<string, HTMLElement>();
  const element = h("div", {}, empty, lists);
  return {
    element,
    render({ rankings }: Snapshot) {
      const newest = [...rankings].reverse();
      for (const id of shown.keys()) if (!newest.some((ranking) => ranking.id === id)) shown.delete(id);
      place(
        lists,
        newest.map((ranking) => {
          const known = shown.get(ranking.id);
          if (known) return known;
          const facts = h("p", { class: "hint" });
          say(
            facts,
            `${ranking.candidates.toLocaleString()} items considered in ${milliseconds(ranking.milliseconds)}. The chance is how likely this item was to stand at its place; below 100%, the shop is trying things out.`,
          );
          const made = h("div", {}, h("h3", {}, KINDS[ranking.kind]), facts, h("ol", { class: "rows" }, ...ranking.items.slice(0, SHOWN).map(itemRow)));
          shown.set(ranking.id, made);
          return made;
        }),
      );
      showIf(empty, newest.length === 0);
    },
  };
}
