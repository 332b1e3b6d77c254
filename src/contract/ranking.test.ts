import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyValue, expectCode, expectValueOrCode, spoiled } from "../../testing/corruption.js";
import { AVAILABILITY } from "./items.js";
import { parseRankingRequest } from "./ranking.js";

const id = fc.string({ minLength: 1, maxLength: 20 });
const oneOrMore = fc.oneof(id, fc.array(id, { minLength: 1, maxLength: 3 }));
const share = fc.double({ min: 0, max: 1, noNaN: true });
const filter = fc.record(
  {
    availability: fc.oneof(fc.constantFrom(...AVAILABILITY), fc.subarray([...AVAILABILITY], { minLength: 1 })),
    price: fc.record({ min: fc.double({ noNaN: true }), max: fc.double({ noNaN: true }) }, { requiredKeys: [] }),
    category: oneOrMore,
    colour: oneOrMore,
  },
  { requiredKeys: [] },
);
const request = fc.record(
  {
    kind: fc.constantFrom("recommend" as const, "similar" as const, "rerank" as const),
    limit: fc.integer({ min: 1, max: 1000 }),
    offset: fc.nat(),
    itemId: id,
    itemIds: fc.array(id, { maxLength: 5 }),
    filter,
    excludeIds: fc.array(id, { maxLength: 5 }),
    diversity: share,
    explore: share,
    seed: fc.nat(),
  },
  { requiredKeys: ["kind"] },
);

describe("parseRankingRequest", () => {
  it("keeps what is given and fills in the rest", () => {
    fc.assert(
      fc.property(request, (input) => {
        const defaults = { limit: 12, offset: 0, filter: {}, excludeIds: [], diversity: 0, explore: 0 };
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

  it.each([
    ["a misspelt option", { kind: "recommend", limits: 3 }, /limits/],
    ["no limit at all", { kind: "recommend", limit: 0 }, /limit/],
    ["a diversity above one", { kind: "recommend", diversity: 1.5 }, /diversity/],
    ["a misspelt price bound", { kind: "recommend", filter: { price: { maximum: 3 } } }, /price/],
    ["an empty list of values", { kind: "recommend", filter: { colour: [] } }, /colour/],
  ])("refuses %s and names it", (_, input, field) => {
    expect(() => parseRankingRequest(input)).toThrow(field);
  });
});
