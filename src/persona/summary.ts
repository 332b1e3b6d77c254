import type { PersonaState, Trait } from "../contract/engine.js";

/** The sentence's words, in one table for whoever translates them. `{}` is a trait's value, a category, a search or what came before. */
const TEXT = {
  leaning: "leaning to {}",
  now: "now {}",
  searching: "searching “{}”",
  looking: "looking at {}",
  browsing: "browsing {}",
  product: "looking at an item",
  cart: "in the cart",
  checkout: "at the checkout",
};
const PRICE: Readonly<Record<string, string>> = { low: "low price", mid: "mid price", high: "high price" };
const say = (word: keyof typeof TEXT, label = ""): string => TEXT[word].replace("{}", () => label);

/** More than a sentence should hold. */
const PARTS = 4;
/** Levels of the category, not a shop's own attribute that happens to begin so. */
const CATEGORY = /^category[2-5]?$/;

/** The most exact category that is no mere detail: "Pans" rather than "Kitchen", but not where pans are a small part of it. */
function category(traits: readonly Trait[]): Trait | undefined {
  const levels = traits.filter(({ attribute }) => CATEGORY.test(attribute));
  const strongest = Math.max(...levels.map(({ strength }) => strength));
  return levels.filter(({ strength }) => strength >= strongest / 2).sort((a, b) => (a.attribute < b.attribute ? 1 : a.attribute > b.attribute ? -1 : 0))[0];
}

function leaning(traits: readonly Trait[]): string {
  const firsts = traits.filter(({ attribute }, i) => !CATEGORY.test(attribute) && traits.findIndex((other) => other.attribute === attribute) === i);
  const of = (name: string) => firsts.filter(({ attribute }) => attribute === name);
  const others = firsts.filter(({ attribute }) => attribute !== "price" && attribute !== "brand");
  const where = category(traits)?.value ?? [];
  const what = [...of("price"), ...of("brand"), ...others].map(
    ({ attribute, value }) => (attribute === "price" && PRICE[value]) || `${attribute.replace(/[_-]+/g, " ")} ${value}`,
  );
  return [where, what].flat().slice(0, PARTS).join(", ");
}

function place({ page, category: path, search }: PersonaState["context"]): string {
  if (page === "cart" || page === "checkout") return say(page);
  if (search) return say("searching", search);
  const last = path?.split(">").at(-1)?.trim();
  if (last) return say(page === "product" ? "looking" : "browsing", last);
  return page === "product" ? say("product") : "";
}

/** A persona in one sentence, values as the shop writes them; empty where there is nothing to say. */
export function summary(traits: readonly Trait[], context: PersonaState["context"]): string {
  const [what, where] = [leaning(traits), place(context)];
  return [what && say("leaning", what), where && say("now", where)].filter((part) => part !== "").join("; ");
}
