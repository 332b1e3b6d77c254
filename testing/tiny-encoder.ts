import type { EncoderConfig, EncoderManifest } from "../src/contract/encoder.js";
import { encoderWeights } from "../src/model/encoder.js";
import { quantizeWeights } from "../src/model/weights.js";

/** Numbers between −1 and 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * 2 - 1;
  };
}

export const TINY_CONFIG: EncoderConfig = { dims: 8, heads: 2, feedForward: 16, blocks: 1, maxTokens: 32, temperature: 0.07, neighbourWeight: 0 };

/** An untrained encoder with everything that a trained one has, except golden sessions. */
export function tinyEncoder(seed = 1, config: EncoderConfig = TINY_CONFIG): { manifest: EncoderManifest; weights: ArrayBuffer } {
  const random = seeded(seed);
  const values = new Map(
    encoderWeights(config).map(({ name, shape, init }) => {
      const count = shape.reduce((product, size) => product * size, 1);
      const data = Float32Array.from({ length: count }, () => ("constant" in init ? init.constant + 0.1 * random() : 2 * init.deviation * random()));
      return [name, { shape, data }] as const;
    }),
  );
  const { specs, buffer } = quantizeWeights(values);
  return {
    manifest: { format: "presently.encoder/1", config, weightsManifest: [{ paths: ["weights.bin"], weights: specs }], golden: [] },
    weights: buffer,
  };
}

/** A session of unit vectors with bucket indices, as the encoder takes it. */
export function tinySession(tokens: number, seed = 7, dims = TINY_CONFIG.dims) {
  const random = seeded(seed);
  const index = (count: number) => Array.from({ length: tokens }, () => Math.floor(((random() + 1) / 2) * count));
  const vectors = Array.from({ length: tokens }, () => {
    const vector = Array.from({ length: dims }, random);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
  return { vectors, types: index(8), dwells: index(8), gaps: index(8) };
}
