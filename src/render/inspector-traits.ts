import { bar, h, percent, place, say, showIf } from "./inspector-dom.js";
import type { Section, Snapshot } from "./inspector-snapshot.js";

const leaning = (strength: number): string => (strength >= 0.35 ? "strongly" : strength >= 0.18 ? "clearly" : "slightly");
const plain = (name: string): string => name.replace(/[_-]+/g, " ");

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

/** What the persona leans to, against the mean of all items. */
export function traitsSection(): Section {
  const list = h("ul", { class: "bars" });
  const empty = h("p", { class: "empty" }, "No leanings yet: they show after a few items.");
  return {
    element: h("div", {}, h("p", { class: "hint" }, "Compared with the catalogue as a whole, strongest first."), empty, list),
    render({ persona }: Snapshot) {
      const traits = persona?.traits ?? [];
      const top = Math.max(0.2, ...traits.map(({ strength }) => strength));
      place(
        list,
        traits
          .slice(0, 8)
          .map(({ attribute, value, strength }) => bar(value, `${plain(attribute)}, ${leaning(strength)}`, strength / top, `+${strength.toFixed(2)}`)),
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
