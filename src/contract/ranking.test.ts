import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyValue, expectCode, expectValueOrCode, spoiled } from "../../testing/corruption.js";
import { anyFilter, anyRules } from "../../testing/rules.js";
import { parseRankingRequest } from "./ranking.js";
import { needsRules, parsePlainRequest, RANKING_KINDS } from "./request.js";

const id = fc.string({ minLength: 1, maxLength: 20 });
const request = fc
  .tuple(
    fc.record(
      {
        kind: fc.constantFrom(...RANKING_KINDS),
        limit: fc.integer({ min: 1, max: 1000 }),
        offset: fc.nat(),
        after: id,
        itemId: id,
        itemIds: fc.array(id, { maxLength: 5 }),
        search: fc.string({ maxLength: 20 }),
        excludeIds: fc.array(id, { maxLength: 5 }),
        rules: fc.constant(false as const),
        seed: fc.nat(),
      },
      { requiredKeys: ["kind"] },
    ),
    anyRules,
    fc.option(anyFilter, { nil: undefined }),
  )
  .map(([own, rules, filter]) => ({ ...own, ...rules, ...(filter && { filter }) }));

describe("parseRankingRequest", () => {
  it("keeps what is given and fills in the rest", () => {
    fc.assert(
      fc.property(request, (input) => {
        const defaults = { limit: 12, offset: 0, excludeIds: [] };
        expect(parseRankingRequest(input)).toEqual({ ...defaults, ...input });
      }),
    );
  });

  it("reads its own output as the same request", () => {
    fc.assert(
      fc.property(request, (input) => {
        const parsed = parseRankingRequest(input);
        expect(parseRankingRequest(parsed)).toEqual(parsed);
      }),
    );
  });

  it("answers anything at all with a request or with rank/invalid", () => {
    fc.assert(fc.property(anyValue, (input) => expectCode(() => parseRankingRequest(input), /^rank\/invalid$/)));
    fc.assert(fc.property(spoiled(request), (input) => void expectValueOrCode(() => parseRankingRequest(input), /^rank\/invalid$/)));
  });

  it("is what plain requests are read by as well, which have no rules", () => {
    fc.assert(
      fc.property(request, (input) => {
        if (needsRules(input)) expectCode(() => parsePlainRequest(input), /^rank\/invalid$/);
        else expect(parsePlainRequest(input)).toEqual(parseRankingRequest(input));
      }),
    );
    expect(needsRules({ kind: "recommend", limit: 3, exclude: ["cart"], explore: 0.1, rules: false, filter: undefined })).toBe(false);
    for (const one of [{ kind: "trending" }, { kind: "recommend", filter: {} }, { kind: "recommend", limits: 3 }]) expect(needsRules(one)).toBe(true);
  });

  it.each([
    ["a misspelt option", { kind: "recommend", limits: 3 }, /limits/],
    ["no limit at all", { kind: "recommend", limit: 0 }, /limit/],
    ["a diversity above one", { kind: "recommend", diversity: 1.5 }, /diversity/],
    ["a misspelt price bound", { kind: "recommend", filter: { price: { maximum: 3 } } }, /price/],
    ["a price in words", { kind: "recommend", filter: { any: [{ price: "cheap" }] } }, /any\.0\.price has to be a number/],
    ["an empty list of values", { kind: "recommend", filter: { colour: [] } }, /colour/],
  ])("refuses %s and names it", (_, input, field) => {
    expect(() => parseRankingRequest(input)).toThrow(field);
  });
});
