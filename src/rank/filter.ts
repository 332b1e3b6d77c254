import { type Filter, type FilterNode, type FilterValue, filterNode } from "../contract/filter.js";
import { AVAILABILITY } from "../contract/items.js";
import type { Shard } from "../contract/shard.js";
import { anyOf, isCategory } from "./columns.js";
import { fieldsOf, numbersOf, unknownField } from "./fields.js";
import { and, complementOf, everyRow, or, type RowMask, rowsWhere, someRows } from "./mask.js";

/** Of a shard of a million items a mask has 125 kB. */
const MOST_CACHED = 64;
const FILTER = "The filter";

function leaf(shard: Shard, condition: Extract<FilterNode, { field: string }>): RowMask {
  const { count, price, availability } = shard;
  const { field } = condition;
  const columns = shard.attributes.filter(field === "category" ? isCategory : ({ name }) => name === field);
  if (columns.length === 0 && !["availability", "price", "category", "item_id"].includes(field)) throw unknownField(FILTER, field, fieldsOf(shard));
  if ("min" in condition) {
    const { min, max } = condition;
    const number = numbersOf(shard, field, FILTER);
    // An unknown number is in no range, not even in one without ends.
    return rowsWhere(count, (row) => number(row) >= min && number(row) <= max);
  }
  const wanted = condition.in;
  if (field === "availability") {
    const codes = wanted.map((value) => (AVAILABILITY as readonly FilterValue[]).indexOf(value));
    return rowsWhere(count, (row) => codes.includes(availability[row]));
  }
  if (field === "item_id")
    return someRows(
      count,
      wanted.map((id) => shard.row(String(id))),
    );
  if (field === "price") {
    const prices = wanted.map((value) => Math.fround(Number(value)));
    return rowsWhere(count, (row) => prices.includes(price[row]));
  }
  return columns.length > 0 ? anyOf(count, columns, wanted) : someRows(count, []);
}

export interface Filters {
  /**
   * Rows that pass; null where the filter has no condition. Compiled once: the same filter, or the same part of another one, is looked up.
   * @throws PresentlyError `rank/unknown-field` listing the shard's fields, `rank/invalid`
   */
  rows(filter: Filter | undefined): RowMask | null;
}

/** Compiles filters to bit masks and keeps the last of them, as long as the shard's prices and availability are the same arrays. */
export function createFilters(shard: Shard): Filters {
  const cache = new Map<string, RowMask>();
  let { price, availability } = shard;

  function compile(condition: FilterNode): RowMask {
    const key = JSON.stringify(condition, (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value));
    const known = cache.get(key);
    // Asked for last, dropped last.
    if (known) cache.delete(key);
    const mask = known ?? made(condition);
    cache.set(key, mask);
    if (cache.size > MOST_CACHED) cache.delete(cache.keys().next().value as string);
    return mask;
  }

  function made(condition: FilterNode): RowMask {
    if ("field" in condition) return leaf(shard, condition);
    if ("not" in condition) return complementOf(compile(condition.not), shard.count);
    const all = "all" in condition;
    const parts = ("all" in condition ? condition.all : condition.any).map(compile);
    return parts.length === 0 ? everyRow(shard.count) : parts.reduce(all ? and : or);
  }

  return {
    rows(filter) {
      if (shard.price !== price || shard.availability !== availability) cache.clear();
      ({ price, availability } = shard);
      if (!filter) return null;
      const condition = filterNode(filter);
      return "all" in condition && condition.all.length === 0 ? null : compile(condition);
    },
  };
}

/** As `createFilters`, for once. */
export const compileFilter = (shard: Shard, filter: Filter): RowMask | null => createFilters(shard).rows(filter);
