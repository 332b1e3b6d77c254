import * as tf from "@tensorflow/tfjs-core";
import type { EncoderConfig, EncoderManifest } from "presently/contract";
import { DWELL_BUCKETS, encode, GAP_BUCKETS, INTERACTIONS, type NamedArray } from "presently/model";
import { startTensors } from "../train/backend.js";
import { encoderBatch, encoderTensors } from "../train/encoder-batch.js";
import { seededRandom } from "../train/random.js";

/** Lengths of the golden sessions: one event, a few, and as many as fit. */
const lengths = ({ maxTokens }: EncoderConfig) => [...new Set([1, Math.min(3, maxTokens), Math.min(9, maxTokens), maxTokens])];

/** Digits after the point: what is given is what it is; what is expected is far closer than any backend has to come. */
const DIGITS = { given: 3, expected: 5 };

/**
 * Sessions of the release's own items (their vectors to three digits) with the persona which its own weights, decoded as the page
 * decodes them, give. Every backend must reproduce them.
 */
export async function goldenSessions(
  weights: ReadonlyMap<string, NamedArray>,
  vector: (row: number) => Float32Array,
  items: number,
  config: EncoderConfig,
): Promise<EncoderManifest["golden"]> {
  if (items === 0) return [];
  await startTensors();
  const random = seededRandom(42);
  const draw = (count: number) => Math.floor(random() * count);
  const rounded = (values: Iterable<number>, digits: number) => Array.from(values, (value) => Number(value.toFixed(digits)));
  return lengths(config).map((T) => {
    const vectors = Array.from({ length: T }, () => rounded(vector(draw(items)), DIGITS.given));
    const types = Array.from({ length: T }, () => draw(INTERACTIONS.length));
    const dwells = Array.from({ length: T }, () => draw(DWELL_BUCKETS));
    const gaps = Array.from({ length: T }, (_, t) => (t === 0 ? 0 : 1 + draw(GAP_BUCKETS - 1)));
    const [persona, attention, repeat, spread] = tf.tidy(() => {
      const result = encode(encoderTensors(weights), encoderBatch([{ vectors, types, dwells, gaps }], config.dims), config);
      const last = T - 1;
      return [
        tf.slice(result.persona, [0, last, 0], [1, 1, config.dims]).dataSync<"float32">(),
        tf.slice(result.attention, [0, last, 0], [1, 1, T]).dataSync<"float32">(),
        tf.slice(result.repeat, [0, last, 0], [1, 1, T]).dataSync<"float32">(),
        tf.slice(result.spread, [0, last], [1, 1]).dataSync<"float32">(),
      ].map((values) => rounded(values, DIGITS.expected)) as never;
    }) as unknown as number[][];
    return { name: `${T} events`, vectors, types, dwells, gaps, persona, attention, repeat, spread: spread[0] };
  });
}
