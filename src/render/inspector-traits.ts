import { bar, h, percent, place, say, showIf } from "./inspector-dom.js";
import type { Section, Snapshot } from "./inspector-snapshot.js";

const leaning = (strength: number): string => (strength >= 0.6 ? "strongly" : strength >= 0.4 ? "clearly" : "slightly");
/** The levels of a category are all the shopper's categories. */
const plain = (name: string): string => name.replace(/^category[2-5]$/, "category").replace(/[_-]+/g, " ");
const PRICE: Readonly<Record<string, string>> = { low: "Low price", mid: "Mid price", high: "High price" };

const DID: Readonly<Record<string, string>> = {
  view: "looked at",
  click: "clicked",
  cart: "put into the cart",
  remove: "taken out of the cart",
  wishlist: "wished for",
  purchase: "bought",
  search: "searched",
  browse: "browsed",
};

/** What the persona leans to, against the whole catalogue. */
export function traitsSection(): Section {
  const list = h("ul", { class: "bars" });
  const empty = h("p", { class: "empty" }, "No leanings yet: they show with the first items.");
  return {
    element: h("div", {}, h("p", { class: "hint" }, "How much more of it is in what you look at and may open next than in the whole catalogue."), empty, list),
    render({ persona }: Snapshot) {
      const traits = persona?.traits ?? [];
      const top = Math.max(0.2, ...traits.map(({ strength }) => strength));
      place(
        list,
        traits.slice(0, 8).map(({ attribute, value, strength }) => {
          const price = attribute === "price" ? PRICE[value] : undefined;
          return bar(price ?? value, `${price ? "among its like" : plain(attribute)}, ${leaning(strength)}`, strength / top, `+${percent(strength)}`);
        }),
      );
      showIf(empty, traits.length === 0);
    },
  };
}

/** How much each step of the session counts in the persona. */
export function attentionSection(): Section {
  const list = h("ol", { class: "bars" });
  const hint = h("p", { class: "hint" });
  return {
    element: h("div", {}, hint, list),
    render({ persona }: Snapshot) {
      const tokens = [...(persona?.tokens ?? [])].reverse();
      const top = Math.max(0.01, ...tokens.map(({ attention }) => attention));
      say(
        hint,
        tokens.length
          ? `How much each step counts in the persona, newest first${tokens.length > 16 ? ` (16 of ${tokens.length})` : ""}.`
          : "Nothing counts yet: the persona is empty.",
      );
      place(
        list,
        tokens
          .slice(0, 16)
          .map(({ kind, label, interaction, attention }) =>
            bar(kind === "query" ? `“${label}”` : label, DID[interaction] ?? interaction, attention / top, percent(attention)),
          ),
      );
    },
  };
}
