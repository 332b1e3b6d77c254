import { PresentlyError } from "../contract/errors.js";
import { AVAILABILITY } from "../contract/items.js";
import type { Filter } from "../contract/ranking.js";
import type { AttributeColumn, Shard } from "../contract/shard.js";

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === "string" ? [value] : value);
const isCategory = ({ name }: AttributeColumn) => /^category[2-5]?$/.test(name);

/** Keeps the rows for which one of the columns has one of the values. A value which no item has matches nothing. */
function keep(mask: Uint8Array, columns: readonly AttributeColumn[], wanted: readonly string[]): void {
  const tests = columns.map(({ values, codes }) => {
    const pass = new Uint8Array(values.length + 1);
    values.forEach((value, i) => {
      if (wanted.includes(value)) pass[i + 1] = 1;
    });
    return { pass, codes };
  });
  for (let row = 0; row < mask.length; row++) if (mask[row] && !tests.some(({ pass, codes }) => pass[codes[row]])) mask[row] = 0;
}

/**
 * A filter as one byte per row, [count]; null where it filters nothing. An unknown price passes no price range.
 * @throws PresentlyError `rank/unknown-field` listing the shard's fields
 */
export function compileFilter(shard: Shard, filter: Filter): Uint8Array | null {
  const { availability, price, category, ...rest } = filter;
  const mask = new Uint8Array(shard.count).fill(1);
  let filters = false;
  if (availability !== undefined) {
    filters = true;
    const codes = listOf(availability).map((value) => (AVAILABILITY as readonly string[]).indexOf(value));
    for (let row = 0; row < mask.length; row++) if (!codes.includes(shard.availability[row])) mask[row] = 0;
  }
  if (price && (price.min !== undefined || price.max !== undefined)) {
    filters = true;
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = price;
    for (let row = 0; row < mask.length; row++) if (!(shard.price[row] >= min && shard.price[row] <= max)) mask[row] = 0;
  }
  if (category !== undefined) {
    filters = true;
    keep(mask, shard.attributes.filter(isCategory), listOf(category));
  }
  for (const [field, wanted] of Object.entries(rest as Record<string, string | readonly string[] | undefined>)) {
    if (wanted === undefined) continue;
    const column = shard.attributes.find(({ name }) => name === field);
    if (!column) {
      const fields = ["availability", "price", "category", ...shard.attributes.filter((known) => !isCategory(known)).map(({ name }) => name)];
      throw new PresentlyError("rank/unknown-field", `The filter names "${field}", which the catalogue does not have. It has: ${fields.join(", ")}`);
    }
    filters = true;
    keep(mask, [column], listOf(wanted));
  }
  return filters ? mask : null;
}
