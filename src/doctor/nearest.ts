import type { UnknownId } from "../contract/diagnosis.js";

type Near = UnknownId["near"][number];

const SPACES = /\s+/g;
const words = (id: string) =>
  id
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
const bare = (id: string) => words(id).join("");
const withoutZeros = (id: string) =>
  words(id)
    .map((word) => word.replace(/^0+(?=\d)/, ""))
    .join("");

/** Whether one list of words stands in the other, whole: "42" in "sku-42", "8765" in "shopify_US_4321_8765". One word alone must tell something. */
function contains(long: readonly string[], short: readonly string[]): boolean {
  if (short.length === 0 || short.length >= long.length || !short.some((word) => /\d/.test(word) && short.join("").length > 1)) return false;
  return long.some((_, start) => short.every((word, i) => long[start + i] === word));
}

/** Exact copies that differ in how they are written, nearest first. Made once, asked for each unknown id. */
export function nearestIn(catalogue: readonly string[]): (id: string) => readonly Near[] {
  const keys: [Near["differs"], (id: string) => string][] = [
    ["case", (id) => id.toLowerCase()],
    ["spaces", (id) => id.toLowerCase().replace(SPACES, "")],
    ["punctuation", bare],
    ["zeros", withoutZeros],
  ];
  const indexes = keys.map(([differs, key]) => {
    const index = new Map<string, string[]>();
    for (const id of catalogue) {
      const known = index.get(key(id));
      if (known) known.push(id);
      else index.set(key(id), [id]);
    }
    return { differs, key, index };
  });
  const split = catalogue.map(words);
  return (id) => {
    for (const { differs, key, index } of indexes) {
      const found = key(id) ? index.get(key(id)) : undefined;
      if (found) return found.slice(0, 3).map((near) => ({ id: near, differs }));
    }
    const own = words(id);
    const found = catalogue.filter((_, i) => contains(split[i], own) || contains(own, split[i]));
    // The longest part in common is the likeliest.
    return found
      .sort((a, b) => Math.abs(a.length - id.length) - Math.abs(b.length - id.length))
      .slice(0, 3)
      .map((near) => ({ id: near, differs: "part" }));
  };
}
