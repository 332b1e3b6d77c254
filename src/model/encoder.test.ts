import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { encode, encoderWeights } from "./encoder.js";
import { decodeWeights, quantizeWeights } from "./weights.js";

const config = { dims: 16, heads: 2, feedForward: 32, blocks: 1, maxTokens: 6, temperature: 0.07, neighbourWeight: 0 };
const wave = (length: number, phase: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.37 + phase));
const arrays = new Map(
  encoderWeights(config).map(({ name, shape }, i) => [
    name,
    {
      shape,
      data: wave(
        shape.reduce((product, size) => product * size, 1),
        i,
      ).map((value) => value / 2),
    },
  ]),
);

function run(tokens: number, padded: number, type = 0) {
  return tf.tidy(() => {
    const weights = Object.fromEntries(Array.from(arrays, ([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));
    const vectors = new Float32Array(padded * config.dims);
    for (let t = 0; t < tokens; t++) {
      const vector = wave(config.dims, t * t);
      const length = Math.hypot(...vector);
      vectors.set(
        vector.map((value) => value / length),
        t * config.dims,
      );
    }
    const column = (values: number[]) => tf.tensor2d(values, [1, padded], "int32");
    const ids = Array.from({ length: padded }, (_, t) => (t + type) % 3);
    const { persona, attention, spread } = encode(
      weights,
      { vectors: tf.tensor3d(vectors, [1, padded, config.dims]), types: column(ids), dwells: column(ids), gaps: column(ids) },
      config,
    );
    return { persona: Array.from(persona.dataSync()), attention: Array.from(attention.dataSync()), spread: Array.from(spread.dataSync()) };
  });
}

const difference = (a: readonly number[], b: readonly number[]) => a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i])), 0);

describe("encode", () => {
  beforeAll(() => tf.setBackend("cpu"));

  it("gives unit personas and attention that sums to one and never looks ahead", () => {
    const { persona, attention, spread } = run(5, 5);
    for (let t = 0; t < 5; t++) {
      expect(Math.hypot(...persona.slice(t * 16, t * 16 + 16))).toBeCloseTo(1, 5);
      expect(attention.slice(t * 5, t * 5 + 5).reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);
      for (let s = t + 1; s < 5; s++) expect(attention[t * 5 + s]).toBe(0);
      expect(spread[t]).toBeGreaterThan(0);
    }
  });

  it("is causal: what comes later, padding included, changes nothing, and all stays finite", () => {
    const [short, padded] = [run(3, 3), run(3, 6)];
    expect(difference(short.persona, padded.persona)).toBeLessThan(1e-6);
    expect(Object.values(padded).flat().every(Number.isFinite)).toBe(true);
  });

  it("is the same on wasm, where the interaction matters as well", async () => {
    const cpu = run(5, 5);
    await tf.setBackend("wasm");
    const wasm = run(5, 5);
    const other = run(5, 5, 1);
    await tf.setBackend("cpu");
    for (const part of ["persona", "attention", "spread"] as const) expect(difference(cpu[part], wasm[part])).toBeLessThan(1e-4);
    expect(difference(wasm.persona, other.persona)).toBeGreaterThan(1e-3);
  });

  it("leaves no tensor behind", () => {
    const { numTensors } = tf.memory();
    run(4, 6);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

describe("quantized weights", () => {
  const { specs, buffer } = quantizeWeights(new Map([...arrays, ["large", { shape: [40, 40], data: wave(1600, 3) }]]));
  const manifest = { format: "presently.encoder/1" as const, config, weightsManifest: [{ paths: ["weights.bin"], weights: specs }], golden: [] };

  it("come back to within half a step, small tensors exactly", () => {
    const decoded = decodeWeights(manifest, buffer);
    expect([...decoded.keys()]).toEqual([...arrays.keys(), "large"]);
    expect(decoded.get("type")!.data).toEqual(arrays.get("type")!.data);
    expect(difference(Array.from(decoded.get("large")!.data), Array.from(wave(1600, 3)))).toBeLessThan(1 / 255 + 1e-6);
  });

  it("of another length than their manifest says are refused", () => {
    for (const bytes of [buffer.slice(0, -1), new ArrayBuffer(buffer.byteLength + 1), new ArrayBuffer(0)])
      expect(() => decodeWeights(manifest, bytes)).toThrow(expect.objectContaining({ code: "encoder/truncated" }));
  });
});
