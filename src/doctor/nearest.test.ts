import { describe, expect, it } from "vitest";
import { nearestIn } from "./nearest.js";

describe("the nearest ids of a catalogue", () => {
  it.each([
    ["sku-42", ["SKU-42"], [{ id: "SKU-42", differs: "case" }]],
    ["SKU 42", ["sku42"], [{ id: "sku42", differs: "spaces" }]],
    ["sku_42", ["sku-42"], [{ id: "sku-42", differs: "punctuation" }]],
    ["00042", ["42"], [{ id: "42", differs: "zeros" }]],
    ["8765", ["shopify_US_4321_8765", "shopify_US_1_2"], [{ id: "shopify_US_4321_8765", differs: "part" }]],
    ["shopify_US_4321_8765", ["4321"], [{ id: "4321", differs: "part" }]],
    ["red", ["red-shoe"], []],
    ["7", ["sku-7-b"], []],
    ["", ["a1"], []],
    ["lamp-1", ["chair-2"], []],
  ] as const)("to %j in %j are %j", (id, catalogue, near) => {
    expect(nearestIn(catalogue)(id)).toEqual(near);
  });

  it("are three at most, the likeliest first", () => {
    const near = nearestIn(["a-10-b-c-d", "a-10-b", "a-10-b-c", "a-10-b-c-d-e"])("a-10");
    expect(near.map(({ id }) => id)).toEqual(["a-10-b", "a-10-b-c", "a-10-b-c-d"]);
  });
});
