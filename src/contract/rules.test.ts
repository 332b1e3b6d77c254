import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyValue, expectValueOrCode, spoiled } from "../../testing/corruption.js";
import { anyRules } from "../../testing/rules.js";
import { RANKING_KINDS } from "./request.js";
import { parseShopRules, type ShopRule } from "./rules.js";

const text = fc.string({ minLength: 1, maxLength: 10 });
const when = fc.record(
  {
    kind: fc.oneof(fc.constantFrom(...RANKING_KINDS), fc.subarray([...RANKING_KINDS], { minLength: 1 })),
    page: text,
    category: fc.array(text, { minLength: 1 }),
  },
  { requiredKeys: [] },
);
const rule: fc.Arbitrary<ShopRule> = fc
  .tuple(anyRules, fc.option(when, { nil: undefined }))
  .map(([rules, place]) => ({ ...rules, ...(place && { when: place }) }));

describe("parseShopRules", () => {
  it("keeps rules as they are written, and takes one as a list of one", () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 3 }), (rules) => {
        expect(parseShopRules(rules)).toEqual(rules);
        for (const one of rules) expect(parseShopRules(JSON.parse(JSON.stringify(one)))).toEqual([JSON.parse(JSON.stringify(one))]);
      }),
    );
  });

  it("answers anything at all with rules or with rules/invalid", () => {
    fc.assert(fc.property(anyValue, (input) => void expectValueOrCode(() => parseShopRules(input), /^rules\/invalid$/)));
    fc.assert(fc.property(spoiled(rule), (input) => void expectValueOrCode(() => parseShopRules(input), /^rules\/invalid$/)));
  });

  it.each([
    ["a misspelt rule", { boosts: [] }, /boosts/],
    ["a factor of nothing", { boost: [{ filter: { brand: "Ondo" }, factor: 0 }] }, /0\.boost\.0\.factor/],
    ["a mistake deep in a filter", { bury: [{ filter: { any: [{ price: "low" }] }, factor: 2 }] }, /bury\.0\.filter: any\.0\.price has to be a number/],
    ["a pin before the first place", { pins: [{ id: "a", position: -1 }] }, /pins\.0\.position/],
    ["a cap of none", { caps: [{ field: "brand", most: 0 }] }, /caps\.0\.most/],
    ["a value from two sources", { value: { field: "margin", items: {} } }, /field or items, one of them/],
    ["a kind of ranking that there is not", { when: { kind: "popular" } }, /when\.kind/],
  ])("refuses %s and names it", (_, input, field) => {
    expect(() => parseShopRules(input)).toThrow(field);
  });
});
