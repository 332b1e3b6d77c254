import type { FilterValue } from "../contract/filter.js";
import type { AttributeColumn } from "../contract/shard.js";
import { type RowMask, rowsWhere } from "./mask.js";

export const isCategory = ({ name }: Pick<AttributeColumn, "name">) => /^category[2-5]?$/.test(name);

/** A value as the number it writes, or NaN: Number("") is 0. */
export const numberIn = (value: string): number => (value.trim() === "" ? Number.NaN : Number(value));

/** Rows for which one of the columns has one of the values. A value which no item has matches nothing. */
export function anyOf(count: number, columns: readonly AttributeColumn[], wanted: readonly FilterValue[]): RowMask {
  const numbers = wanted.filter((value) => typeof value === "number");
  const tests = columns.map(({ values, codes }) => {
    const pass = new Uint8Array(values.length + 1);
    values.forEach((value, i) => {
      if (wanted.includes(value) || (numbers.length > 0 && numbers.includes(numberIn(value)))) pass[i + 1] = 1;
    });
    return { pass, codes };
  });
  const [{ pass, codes }] = tests;
  return rowsWhere(count, tests.length === 1 ? (row) => pass[codes[row]] : (row) => tests.some((test) => test.pass[test.codes[row]]));
}
