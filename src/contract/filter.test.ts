import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyValue, expectValueOrCode } from "../../testing/corruption.js";
import { anyFilter } from "../../testing/rules.js";
import { filterNode } from "./filter.js";

describe("filterNode", () => {
  it("reads the short form as conditions that must all hold", () => {
    expect(filterNode({ availability: "in_stock", price: { max: 50 } })).toEqual({
      all: [
        { field: "availability", in: ["in_stock"] },
        { field: "price", min: Number.NEGATIVE_INFINITY, max: 50 },
      ],
    });
  });

  it.each([
    [{ colour: "red" }, { colour: { eq: "red" } }],
    [{ colour: ["red", "blue"] }, { colour: { in: ["red", "blue"] } }],
    [{ price: { min: 1, max: 2 } }, { price: { range: { min: 1, max: 2 } } }],
    [{ colour: { not: ["red"] } }, { not: { colour: "red" } }],
    [{ colour: "red", brand: undefined }, { all: [{ colour: "red" }] }],
  ])("reads %j and %j alike", (short, long) => {
    const flat = (node: object): object => ("all" in node && Array.isArray(node.all) && node.all.length === 1 ? flat(node.all[0]) : node);
    expect(flat(filterNode(short))).toEqual(flat(filterNode(long)));
  });

  it("nests as deep as twelve, and says so beyond", () => {
    const nested = (depth: number): object => Array.from({ length: depth }).reduce<object>((inner) => ({ not: inner }), { colour: "red" });
    expect(() => filterNode(nested(10))).not.toThrow();
    expect(() => filterNode(nested(100_000))).toThrow(/12 deep/);
  });

  it.each([
    ["a text as a price", { price: "cheap" }, /^The filter is not valid: price has to be a number or \{ min, max \}/],
    ["a misspelt bound", { price: { maximum: 3 } }, /price\.maximum is unknown/],
    ["a bound that is no number", { price: { max: "3" } }, /price\.max has to be a number/],
    ["an availability that there is not", { any: [{ availability: "in_stok" }] }, /any\.0\.availability has to be one of in_stock, out_of_stock/],
    ["a range of ids", { item_id: { min: 3 } }, /item_id cannot be a range/],
    ["an empty list", { colour: [] }, /colour has no values/],
    ["a list where one value belongs", { colour: { eq: ["red"] } }, /colour\.eq has to be one value/],
    ["two operators at once", { colour: { eq: "red", in: ["blue"] } }, /colour has eq and in/],
    ["an empty any", { any: [] }, /any has to be a list of at least one filter/],
    ["a list instead of a filter", { not: ["red"] }, /not has to be an object/],
  ])("refuses %s, with the way to it", (_, filter, message) => {
    expect(() => filterNode(filter)).toThrow(message);
  });

  it("reads every filter that its types allow, and answers anything else with rank/invalid", () => {
    fc.assert(fc.property(anyFilter, (filter) => void expect(filterNode(filter)).toBeTypeOf("object")));
    fc.assert(fc.property(anyValue, (input) => void expectValueOrCode(() => filterNode(input), /^rank\/invalid$/)));
  });
});
