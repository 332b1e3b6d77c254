import type { EncoderConfig } from "../contract/encoder.js";
import type { NamedArray } from "./weights.js";

/** A session's tokens, oldest first. */
export interface ForwardInput {
  /** Unit vectors, each [dims]. */
  readonly vectors: readonly ArrayLike<number>[];
  readonly types: readonly number[];
  readonly dwells: readonly number[];
  readonly gaps: readonly number[];
}

/** As the encoder gives them after the last token. */
export interface ForwardOutput {
  /** Unit vector [dims] */
  readonly persona: Float32Array;
  /** [tokens], summing to 1 */
  readonly attention: Float32Array;
  /** [tokens] */
  readonly repeat: Float32Array;
  readonly spread: number;
}

/** In place. */
function softmax(values: Float32Array): Float32Array {
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) max = Math.max(max, value);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    values[i] = Math.exp(values[i] - max);
    sum += values[i];
  }
  for (let i = 0; i < values.length; i++) values[i] /= sum;
  return values;
}

/** [rows, from] · [from, to] (+ [to]). */
function product(x: Float32Array, weight: NamedArray, bias?: Float32Array): Float32Array {
  const [from, to] = weight.shape;
  const rows = x.length / from;
  const { data } = weight;
  const out = new Float32Array(rows * to);
  for (let row = 0; row < rows; row++) {
    const at = row * to;
    if (bias) out.set(bias, at);
    for (let i = 0; i < from; i++) {
      const value = x[row * from + i];
      for (let j = 0, w = i * to; j < to; j++, w++) out[at + j] += value * data[w];
    }
  }
  return out;
}

/**
 * `encode` (encoder.ts) after the last token, written out in plain JavaScript: for a page whose backend is still on its way, or has none. A session's
 * few hundred thousand products take about a millisecond, and starting a backend hundreds.
 */
export function forward(weights: ReadonlyMap<string, NamedArray>, { dims, heads, blocks, maxTokens }: EncoderConfig, input: ForwardInput): ForwardOutput {
  const tokens = input.vectors.length;
  const last = tokens - 1;
  const weight = (name: string) => weights.get(name)!;
  const numbers = (name: string) => weight(name).data;

  function norm(x: Float32Array, name: string): Float32Array {
    const [gain, bias] = [numbers(`${name}/gain`), numbers(`${name}/bias`)];
    const out = new Float32Array(x.length);
    for (let at = 0; at < x.length; at += dims) {
      let [mean, variance] = [0, 0];
      for (let d = 0; d < dims; d++) mean += x[at + d] / dims;
      for (let d = 0; d < dims; d++) variance += (x[at + d] - mean) ** 2 / dims;
      const factor = 1 / Math.sqrt(variance + 1e-5);
      for (let d = 0; d < dims; d++) out[at + d] = (x[at + d] - mean) * factor * gain[d] + bias[d];
    }
    return out;
  }

  /** Scores of the tokens up to `t`, seen from a query, with the learned bias by distance: head `h` of `count` in rows of queries and keys. */
  function scores(query: Float32Array, queryAt: number, keys: Float32Array, distance: Float32Array, h: number, count: number, t: number): Float32Array {
    const row = keys.length / tokens;
    const width = row / count;
    const out = new Float32Array(t + 1);
    for (let s = 0; s <= t; s++) {
      let dot = 0;
      for (let k = 0; k < width; k++) dot += query[queryAt + h * width + k] * keys[s * row + h * width + k];
      out[s] = dot / Math.sqrt(width) + distance[Math.min(t - s, maxTokens - 1) * count + h];
    }
    return out;
  }

  const vectors = new Float32Array(tokens * dims);
  input.vectors.forEach((vector, t) => {
    vectors.set(vector, t * dims);
  });
  const x = norm(
    vectors.map((value) => 8 * value),
    "input",
  );
  for (const [table, ids] of [
    [numbers("type"), input.types],
    [numbers("dwell"), input.dwells],
    [numbers("gap"), input.gaps],
  ] as const)
    for (let t = 0; t < tokens; t++) for (let d = 0; d < dims; d++) x[t * dims + d] += table[ids[t] * dims + d];
  const add = (more: Float32Array) => {
    for (let i = 0; i < x.length; i++) x[i] += more[i];
  };

  for (let b = 0; b < blocks; b++) {
    const attention = `block${b}/attention`;
    const inner = `block${b}/feedForward`;
    const h = norm(x, `${attention}/norm`);
    const [query, key, value] = ["query", "key", "value"].map((part) => product(h, weight(`${attention}/${part}`)));
    const width = dims / heads;
    const mixed = new Float32Array(x.length);
    for (let head = 0; head < heads; head++)
      for (let t = 0; t < tokens; t++) {
        const shares = softmax(scores(query, t * dims, key, numbers(`${attention}/distance`), head, heads, t));
        for (let s = 0; s <= t; s++) for (let k = head * width; k < (head + 1) * width; k++) mixed[t * dims + k] += shares[s] * value[s * dims + k];
      }
    add(product(mixed, weight(`${attention}/output`)));
    const wide = product(norm(x, `${inner}/norm`), weight(`${inner}/in`), numbers(`${inner}/in/bias`));
    for (let i = 0; i < wide.length; i++) wide[i] /= 1 + Math.exp(-1.702 * wide[i]);
    add(product(wide, weight(`${inner}/out`), numbers(`${inner}/out/bias`)));
  }

  const hidden = norm(x, "readout/norm");
  const newest = hidden.subarray(last * dims);
  const seenFrom = (head: string) =>
    scores(product(newest, weight(`${head}/query`)), 0, product(hidden, weight(`${head}/key`)), numbers(`${head}/distance`), 0, 1, last);
  const attention = softmax(seenFrom("readout"));
  const persona = new Float32Array(dims);
  for (let t = 0; t < tokens; t++) for (let d = 0; d < dims; d++) persona[d] += attention[t] * vectors[t * dims + d];
  const length = Math.sqrt(persona.reduce((sum, value) => sum + value * value, 1e-12));
  for (let d = 0; d < dims; d++) persona[d] /= length;

  const unsure = product(newest, weight("spread/hidden"))[0] + length * numbers("spread/length")[0] + numbers("spread/bias")[0];
  return {
    persona,
    attention,
    repeat: seenFrom("repeat"),
    spread: Math.log1p(Math.exp(-Math.abs(unsure))) + Math.max(unsure, 0),
  };
}
