import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shardOf } from "../../testing/shards.js";
import { type Filter, type FilterNode, filterNode } from "../contract/filter.js";
import { AVAILABILITY } from "../contract/items.js";
import type { Shard } from "../contract/shard.js";
import { compileFilter, createFilters } from "./filter.js";
import { hasRow, type RowMask } from "./mask.js";

const toBytes = (mask: RowMask | null, rows: number): Uint8Array | null =>
  mask && mask.count < rows ? Uint8Array.from({ length: rows }, (_, row) => Number(hasRow(mask, row))) : null;

const BASE = shardOf(
  [
    { id: "a", vector: [1, 0], price: 10, category: "Shoes", brand: "Ondo" },
    { id: "b", vector: [1, 0], price: 20.1, category: "Shoes", brand: "Ril" },
    { id: "c", vector: [1, 0], price: 30, category: "Hats", brand: "Ondo", availability: "out_of_stock" },
    { id: "d", vector: [1, 0], category: "Hats" },
  ],
  2,
);
const SHARD: Shard = {
  ...BASE,
  attributes: [
    ...BASE.attributes,
    { name: "category2", values: ["Running", "Beanies"], codes: Uint16Array.of(1, 0, 2, 2) },
    { name: "size", values: ["42", "43.5", "one size"], codes: Uint16Array.of(1, 2, 3, 0) },
  ],
};
const ids = (filter: Filter, shard = SHARD) => {
  const mask = compileFilter(shard, filter);
  return ["a", "b", "c", "d"].filter((id) => !mask || hasRow(mask, shard.row(id))).join("");
};

describe("a filter", () => {
  it.each<[string, Filter, string]>([
    ["without conditions keeps all", {}, "abcd"],
    ["takes a value", { brand: "Ondo" }, "ac"],
    ["takes one of several", { brand: { in: ["Ril", "nobody"] } }, "b"],
    ["takes a value that nobody has", { brand: "nobody" }, ""],
    ["leaves out a value, and keeps what has none", { brand: { not: "Ondo" } }, "bd"],
    ["takes a range, both ends of it, and never an unknown price", { price: { min: 10, max: 30 } }, "abc"],
    ["takes an exact price as the shard has it", { price: 20.1 }, "b"],
    ["finds a category at any level of the path", { category: ["Beanies", "Shoes"] }, "abcd"],
    ["finds a level of the path alone", { category2: "Running" }, "a"],
    ["compares numbers that attributes write", { size: { range: { min: 42, max: 43.5 } } }, "ab"],
    ["meets a number however it is written", { size: 42 }, "a"],
    ["takes ids", { item_id: ["d", "unknown"] }, "d"],
    ["must pass all", { brand: "Ondo", availability: "in_stock" }, "a"],
    ["must pass any", { any: [{ brand: "Ril" }, { price: { min: 25 } }] }, "bc"],
    ["turns around", { not: { any: [{ brand: "Ril" }, { price: { min: 25 } }] } }, "ad"],
    ["nests", { all: [{ any: [{ brand: "Ondo" }, { category: "Hats" }] }, { not: { availability: "out_of_stock" } }] }, "ad"],
  ])("%s", (_, filter, expected) => {
    expect(ids(filter)).toBe(expected);
  });

  it.each<[string, Filter, RegExp]>([
    [
      "a field that there is not",
      { colour: "red" },
      /names "colour", which the catalogue does not have\. It has: availability, price, category, brand, size, item_id/,
    ],
    ["a typo", { not: { any: [{ brnad: "Ondo" }] } }, /did you mean "brand"\?/],
    ["a typo of what every shard has", { pirce: { max: 3 } }, /did you mean "price"\?/],
    ["a range of words", { brand: { min: 3 } }, /takes "brand" as a number, but its values are words: Ondo, Ril/],
  ])("with %s is an error that names the fix", (_, filter, message) => {
    expect(() => compileFilter(SHARD, filter)).toThrow(message);
  });

  it("agrees with a reading row by row, however it is nested, on shards of any size", () => {
    const brands = ["Ondo", "Ril", "Tam"];
    const leaf = fc.oneof(
      fc.record({ brand: fc.subarray([...brands, "nobody"], { minLength: 1 }) }),
      fc.record({ brand: fc.record({ not: fc.constantFrom(...brands) }) }),
      fc.record({ price: fc.record({ min: fc.integer({ min: 0, max: 50 }), max: fc.integer({ min: 20, max: 90 }) }) }),
      fc.record({ availability: fc.constantFrom(...AVAILABILITY) }),
    ) as fc.Arbitrary<Filter>;
    const over = (inner: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> => {
      const several = fc.array(inner, { minLength: 1, maxLength: 3 });
      return fc.oneof(inner, fc.record({ all: several }), fc.record({ any: several }), fc.record({ not: inner }));
    };
    const item = fc.record({
      vector: fc.constant([1, 0]),
      price: fc.oneof(fc.integer({ min: 0, max: 99 }), fc.constant(Number.NaN)),
      brand: fc.constantFrom(...brands),
      availability: fc.constantFrom(...AVAILABILITY),
    });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 70 }), over(over(leaf)), (items, filter) => {
        const passes = (row: number, node: FilterNode): boolean => {
          if ("all" in node) return node.all.every((one) => passes(row, one));
          if ("any" in node) return node.any.some((one) => passes(row, one));
          if ("not" in node) return !passes(row, node.not);
          if ("min" in node) return items[row].price >= node.min && items[row].price <= node.max;
          return node.in.includes(items[row][node.field as "brand"]);
        };
        const mask = compileFilter(shardOf(items, 2), filter);
        const bytes = toBytes(mask, items.length) ?? new Uint8Array(items.length).fill(mask ? (mask.count ? 1 : 0) : 1);
        const expected = items.map((_, row) => (passes(row, filterNode(filter)) ? 1 : 0));
        expect([...bytes]).toEqual(expected);
        if (mask) expect(mask.count).toBe(expected.filter(Boolean).length);
      }),
      { numRuns: 200 },
    );
  });

  it("is compiled once, its parts too, until prices or availability are others", () => {
    const shard: { -readonly [K in keyof Shard]: Shard[K] } = { ...SHARD };
    const filters = createFilters(shard);
    const first = filters.rows({ brand: "Ondo", price: { max: 15 } });
    expect(filters.rows({ brand: "Ondo", price: { max: 15 } })).toBe(first);
    expect(filters.rows({ brand: "Ondo" })).toBe(filters.rows({ brand: { eq: "Ondo" } }));
    expect(first?.count).toBe(1);
    shard.price = Float32Array.of(99, 99, 5, 5);
    expect(toBytes(filters.rows({ brand: "Ondo", price: { max: 15 } }), 4)).toEqual(Uint8Array.of(0, 0, 1, 0));
  });
});
