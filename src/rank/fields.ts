import { PresentlyError } from "../contract/errors.js";
import type { AttributeColumn, Shard } from "../contract/shard.js";
import { isCategory, numberIn } from "./columns.js";

const BUILT_IN = ["availability", "price", "category"];

/** What filters may name. */
export const fieldsOf = (shard: Shard): string[] => [
  ...BUILT_IN,
  ...shard.attributes.filter((column) => !isCategory(column)).map(({ name }) => name),
  "item_id",
];

/** Letters to change, add, leave out or swap with the next one, to make one word the other (Damerau and Levenshtein, optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const word = name.toLowerCase();
  const [best] = known.map((one) => [one, distance(word, one.toLowerCase())] as const).sort((a, b) => a[1] - b[1]);
  return best && best[1] <= Math.max(1, word.length / 3) ? best[0] : undefined;
}

/** `what` names the field: "The filter". */
export function unknownField(what: string, field: string, known: readonly string[]): PresentlyError {
  const meant = nearest(field, known);
  const hint = meant === undefined ? "." : `; did you mean "${meant}"?`;
  return new PresentlyError("rank/unknown-field", `${what} names "${field}", which the catalogue does not have${hint} It has: ${known.join(", ")}`);
}

/** The attribute column of this name. @throws PresentlyError `rank/unknown-field` */
export function columnOf(shard: Shard, field: string, what: string): AttributeColumn {
  const column = shard.attributes.find(({ name }) => name === field);
  if (column) return column;
  throw unknownField(
    what,
    field,
    shard.attributes.map(({ name }) => name),
  );
}

/** The numbers of a field by row, NaN where there is none. @throws PresentlyError `rank/unknown-field`, `rank/invalid` for a text attribute */
export function numbersOf(shard: Shard, field: string, what: string): (row: number) => number {
  if (field === "price") return (row) => shard.price[row];
  const { values, codes } = columnOf(shard, field, what);
  const numbers = Float64Array.of(Number.NaN, ...values.map(numberIn));
  if (!numbers.some(Number.isFinite))
    throw new PresentlyError("rank/invalid", `${what} takes "${field}" as a number, but its values are words: ${values.slice(0, 5).join(", ")}`);
  return (row) => numbers[codes[row]];
}
