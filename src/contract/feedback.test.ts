import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyJson, damage, damageText, expectCode, expectValueOrCode, spoiled } from "../../testing/corruption.js";
import { type FeedbackBatch, MAX_BATCH_BYTES, MAX_BATCH_RECORDS, OUTCOMES, parseFeedbackBatch } from "./feedback.js";

const CODE = /^feedback\/invalid$/;
const id = fc.string({ minLength: 1, maxLength: 30 });
const shown = {
  outcome: fc.constantFrom(...OUTCOMES),
  position: fc.option(fc.nat(1000)),
  propensity: fc.option(fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)),
};
const pair = fc.record({ kind: fc.constant("pair" as const), context: fc.option(id), target: id, ...shown });
const session = fc.record({
  kind: fc.constant("session" as const),
  context: fc.array(fc.record({ item: id, event: fc.constantFrom("view" as const, "cart" as const, "purchase" as const) }), { maxLength: 16 }),
  impressions: fc.array(fc.record({ item: id, ...shown }), { maxLength: 20 }),
});
const batch: fc.Arbitrary<FeedbackBatch> = fc.record(
  {
    format: fc.constant("presently.feedback/1" as const),
    key: fc.stringMatching(/^[0-9a-f]{32}$/),
    release: fc.nat(),
    mode: fc.constantFrom("balanced" as const, "session" as const),
    records: fc.array(fc.oneof(pair, session), { minLength: 1, maxLength: 8 }),
    padding: fc.nat(64).map((spaces) => " ".repeat(spaces)),
  },
  { requiredKeys: ["format", "key", "release", "mode", "records"] },
);
const example: FeedbackBatch = {
  format: "presently.feedback/1",
  key: "0123456789abcdef0123456789abcdef",
  release: 3,
  mode: "balanced",
  records: [{ kind: "pair", context: "a", target: "b", outcome: "click", position: 2, propensity: 0.9 }],
};

describe("parseFeedbackBatch", () => {
  it("reads back what was written", () => {
    fc.assert(
      fc.property(batch, (input) => {
        const text = JSON.stringify(input);
        expect(parseFeedbackBatch(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("answers damaged text, any JSON and spoiled fields with a batch or with feedback/invalid", () => {
    fc.assert(fc.property(batch, damage, (input, harm) => void expectValueOrCode(() => parseFeedbackBatch(damageText(JSON.stringify(input), harm)), CODE)));
    fc.assert(fc.property(anyJson, (input) => expectCode(() => parseFeedbackBatch(JSON.stringify(input)), CODE)));
    fc.assert(fc.property(spoiled(batch, anyJson), (input) => void expectValueOrCode(() => parseFeedbackBatch(JSON.stringify(input)), CODE)));
    fc.assert(fc.property(fc.string(), (text) => expectCode(() => parseFeedbackBatch(text), CODE)));
  });

  it("refuses every truncation", () => {
    const text = JSON.stringify(example);
    expect(parseFeedbackBatch(text)).toEqual(example);
    for (let length = 0; length < text.length; length++) expectCode(() => parseFeedbackBatch(text.slice(0, length)), CODE);
  });

  it("drops fields that the contract does not know: nothing rides along", () => {
    const [record] = example.records;
    const parsed = parseFeedbackBatch(JSON.stringify({ ...example, user: "u1", records: [{ ...record, time: 17, ip: "10.0.0.1" }] }));
    expect(parsed).toEqual(example);
  });

  it.each([
    ["no records", { records: [] }, /records/],
    ["more records than a batch holds", { records: Array.from({ length: MAX_BATCH_RECORDS + 1 }, () => example.records[0]) }, /records/],
    ["a key that is not 32 hex digits", { key: "abc" }, /key/],
    ["a propensity above one", { records: [{ ...example.records[0], propensity: 1.1 }] }, /propensity/],
    ["padding that says something", { padding: "  hello " }, /padding/],
    ["a mode of its own", { mode: "everything" }, /mode/],
    ["an unknown kind of record", { records: [{ kind: "trace" }] }, /kind/],
  ])("refuses %s and names it", (_, change, field) => {
    expect(() => parseFeedbackBatch(JSON.stringify({ ...example, ...change }))).toThrow(field);
  });

  it("lets a full balanced batch of usual ids fit into one keepalive request", () => {
    const record = { kind: "pair", context: "sku-1234567890", target: "sku-0987654321", outcome: "purchase", position: 999, propensity: 0.0123456789 };
    expect(JSON.stringify({ ...example, records: Array(MAX_BATCH_RECORDS).fill(record) }).length).toBeLessThan(MAX_BATCH_BYTES);
  });
});
