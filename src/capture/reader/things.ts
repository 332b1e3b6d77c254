import { listOfAny } from "./values.js";

/** A node of schema.org, from JSON-LD, microdata or RDFa alike. */
export type Thing = Readonly<Record<string, unknown>>;

export const isThing = (value: unknown): value is Thing => typeof value === "object" && value !== null && !Array.isArray(value);

/** Some builders write "Offers" and "Availability": a name is also found with another first letter. */
export const prop = (thing: Thing | undefined, name: string): unknown => thing?.[name] ?? thing?.[name[0].toUpperCase() + name.slice(1)];

export const isA = (thing: Thing, ...types: readonly string[]): boolean =>
  listOfAny(thing["@type"]).some((type) => typeof type === "string" && types.includes(type.replace(/^.*[/:#]/, "")));

export const things = (value: unknown): Thing[] => listOfAny(value).filter(isThing);

/** The name of a thing, or the text that stands for it. */
export const named = (value: unknown): unknown => {
  const [first] = listOfAny(value);
  return isThing(first) ? prop(first, "name") : first;
};
