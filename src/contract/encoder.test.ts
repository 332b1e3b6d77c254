import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyJson, damage, damageText, expectCode, expectValueOrCode, spoiled } from "../../testing/corruption.js";
import { type EncoderManifest, parseEncoderManifest } from "./encoder.js";

const CODE = /^encoder\/invalid$/;
const count = fc.integer({ min: 1, max: 512 });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const numbers = fc.array(finite, { maxLength: 4 });

const spec = fc.record(
  {
    name: fc.string(),
    shape: fc.array(fc.nat(64), { maxLength: 3 }),
    dtype: fc.constant("float32" as const),
    quantization: fc.record({ dtype: fc.constantFrom("uint8" as const, "uint16" as const), min: finite, scale: finite }),
  },
  { requiredKeys: ["name", "shape", "dtype"] },
);
const manifest: fc.Arbitrary<EncoderManifest> = fc.record({
  format: fc.constant("presently.encoder/1" as const),
  config: fc.record({
    dims: count,
    heads: count,
    feedForward: count,
    blocks: fc.nat(4),
    maxTokens: count,
    temperature: fc.double({ min: 1e-3, max: 10, noNaN: true }),
    neighbourWeight: fc.double({ min: 0, max: 10, noNaN: true }),
  }),
  weightsManifest: fc.tuple(fc.record({ paths: fc.array(fc.string(), { maxLength: 2 }), weights: fc.array(spec, { maxLength: 3 }) })),
  golden: fc.array(
    fc.record({
      name: fc.string(),
      vectors: fc.array(numbers, { maxLength: 3 }),
      types: numbers,
      dwells: numbers,
      gaps: numbers,
      persona: numbers,
      attention: numbers,
      repeat: numbers,
      spread: finite,
    }),
    { maxLength: 2 },
  ),
});

describe("parseEncoderManifest", () => {
  it("reads back what was written", () => {
    fc.assert(
      fc.property(manifest, (input) => {
        const text = JSON.stringify(input);
        expect(parseEncoderManifest(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("answers damaged text, any JSON and spoiled fields with a manifest or with encoder/invalid", () => {
    fc.assert(
      fc.property(manifest, damage, (input, harm) => void expectValueOrCode(() => parseEncoderManifest(damageText(JSON.stringify(input), harm)), CODE)),
    );
    fc.assert(fc.property(anyJson, (input) => expectCode(() => parseEncoderManifest(JSON.stringify(input)), CODE)));
    fc.assert(fc.property(spoiled(manifest, anyJson), (input) => void expectValueOrCode(() => parseEncoderManifest(JSON.stringify(input)), CODE)));
    fc.assert(fc.property(fc.string(), (text) => expectCode(() => parseEncoderManifest(text), CODE)));
  });

  it("refuses every truncation", () => {
    const text = JSON.stringify(fc.sample(manifest, { numRuns: 1, seed: 9 })[0]);
    for (let length = 0; length < text.length; length++) expectCode(() => parseEncoderManifest(text.slice(0, length)), CODE);
  });

  it.each([
    ["a temperature of zero", { temperature: 0 }, /temperature/],
    ["half a head", { heads: 0.5 }, /heads/],
    ["tokens without a number", { maxTokens: "32" }, /maxTokens/],
  ])("refuses %s and names it", (_, change, field) => {
    const [valid] = fc.sample(manifest, { numRuns: 1, seed: 9 });
    expect(() => parseEncoderManifest(JSON.stringify({ ...valid, config: { ...valid.config, ...change } }))).toThrow(field);
  });
});
