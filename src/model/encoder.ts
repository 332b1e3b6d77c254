import * as tf from "@tensorflow/tfjs-core";
import type { EncoderConfig } from "../contract/encoder.js";
import { matMul, stopGradient, transposeLast } from "./matmul.js";
import { DWELL_BUCKETS, GAP_BUCKETS, INTERACTIONS } from "./tokens.js";

export const DEFAULT_CONFIG: EncoderConfig = { dims: 64, heads: 2, feedForward: 256, blocks: 1, maxTokens: 32, temperature: 0.07, neighbourWeight: 0 };

/** Width of the repeat head's queries and keys. */
const REPEAT_DIMS = 16;

export interface EncoderWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Value of all elements, or the deviation of a normal distribution around zero. */
  readonly init: { readonly constant: number } | { readonly deviation: number };
}

/** Every parameter of the encoder, in the order in which it is stored. */
export function encoderWeights({ dims, heads, feedForward, blocks, maxTokens }: EncoderConfig): EncoderWeight[] {
  const zeros = (name: string, ...shape: number[]): EncoderWeight => ({ name, shape, init: { constant: 0 } });
  const dense = (name: string, from: number, to: number): EncoderWeight => ({ name, shape: [from, to], init: { deviation: 1 / Math.sqrt(from) } });
  const norm = (name: string): EncoderWeight[] => [{ name: `${name}/gain`, shape: [dims], init: { constant: 1 } }, zeros(`${name}/bias`, dims)];
  const embedding = (name: string, count: number): EncoderWeight => ({ name, shape: [count, dims], init: { deviation: 0.02 } });
  const block = (b: string): EncoderWeight[] => [
    ...norm(`${b}/attention/norm`),
    dense(`${b}/attention/query`, dims, dims),
    dense(`${b}/attention/key`, dims, dims),
    dense(`${b}/attention/value`, dims, dims),
    zeros(`${b}/attention/distance`, maxTokens, heads),
    { name: `${b}/attention/output`, shape: [dims, dims], init: { deviation: 0.02 } },
    ...norm(`${b}/feedForward/norm`),
    dense(`${b}/feedForward/in`, dims, feedForward),
    zeros(`${b}/feedForward/in/bias`, feedForward),
    { name: `${b}/feedForward/out`, shape: [feedForward, dims], init: { deviation: 0.02 } },
    zeros(`${b}/feedForward/out/bias`, dims),
  ];
  return [
    ...norm("input"),
    embedding("type", INTERACTIONS.length),
    embedding("dwell", DWELL_BUCKETS),
    embedding("gap", GAP_BUCKETS),
    ...Array.from({ length: blocks }, (_, i) => block(`block${i}`)).flat(),
    ...norm("readout/norm"),
    dense("readout/query", dims, dims),
    dense("readout/key", dims, dims),
    zeros("readout/distance", maxTokens, 1),
    { name: "repeat/query", shape: [dims, REPEAT_DIMS], init: { deviation: 0.02 } },
    dense("repeat/key", dims, REPEAT_DIMS),
    zeros("repeat/distance", maxTokens, 1),
    zeros("spread/hidden", dims, 1),
    zeros("spread/length", 1),
    zeros("spread/bias", 1),
  ];
}

export interface EncoderBatch {
  /** Unit vectors [B, T, dims]; padding may be anything finite and comes last. */
  readonly vectors: tf.Tensor3D;
  /** int32 [B, T] each, as in SessionToken. */
  readonly types: tf.Tensor2D;
  readonly dwells: tf.Tensor2D;
  readonly gaps: tf.Tensor2D;
}

/** Dropout shares while training; `seed` makes a step repeatable. */
export interface EncoderTraining {
  readonly input: number;
  readonly hidden: number;
  readonly seed: number;
}

export interface EncoderResult {
  /** Unit vectors [B, T, dims]: the persona after each token. */
  readonly persona: tf.Tensor3D;
  /** [B, T, T]: row t says how much of the persona after token t comes from each token; rows sum to 1. */
  readonly attention: tf.Tensor3D;
  /**
   * [B, T, T]: logits which token s's item gets beside its cosine after token t, for returning to an item is another act than finding one
   * like it (RepeatNet, arXiv 1812.02646). Of an item's tokens the newest counts.
   */
  readonly repeat: tf.Tensor3D;
  /** Expected 1 − cosine(persona, next item), [B, T]. */
  readonly spread: tf.Tensor2D;
}

type Weights = Readonly<Record<string, tf.Tensor>>;

const NEVER = -1e9;

function layerNorm(x: tf.Tensor, gain: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.square(centred), -1, true);
  return tf.add(tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5))), gain), bias);
}

/** x · σ(1.702 x): the GELU's fast form (Hendrycks & Gimpel, arXiv 1606.08415, section 2), in kernels which every backend has. */
const gelu = (x: tf.Tensor) => tf.mul(x, tf.sigmoid(tf.mul(x, 1.702)));

/**
 * Events of a session → persona after each of them, all at once (causal). One pre-norm transformer block, then an attention readout
 * whose values are the raw item vectors, so that the persona stays in their space (CORE, arXiv 2204.11067).
 */
export function encode(weights: Weights, batch: EncoderBatch, config: EncoderConfig, training?: EncoderTraining): EncoderResult {
  const [B, T, d] = batch.vectors.shape;
  const { heads } = config;
  let draws = 0;
  const dropout = (x: tf.Tensor, share: number | undefined) => (training && share ? tf.dropout(x, share, undefined, training.seed + 7919 * ++draws) : x);
  const norm = (x: tf.Tensor, name: string) => layerNorm(x, weights[`${name}/gain`], weights[`${name}/bias`]);
  /**
   * Lookups as products: gather's gradient has no kernel on wasm, and the tables are tiny. The cast is needed: wasm's oneHot writes int32
   * ones into a float32 result.
   */
  const lookup = (ids: tf.Tensor2D, table: tf.Tensor) => matMul(tf.cast(tf.oneHot(tf.reshape(ids, [B * T]) as tf.Tensor1D, table.shape[0]), "float32"), table);

  const distances = new Float32Array(T * T * config.maxTokens);
  const future = new Float32Array(T * T);
  for (let t = 0; t < T; t++)
    for (let s = 0; s < T; s++) {
      distances[(t * T + s) * config.maxTokens + Math.min(Math.max(t - s, 0), config.maxTokens - 1)] = 1;
      future[t * T + s] = s > t ? NEVER : 0;
    }
  const distance = tf.tensor2d(distances, [T * T, config.maxTokens]);
  const causal = tf.tensor3d(future, [1, T, T]);
  /** [heads, T, T] from the learned [distances, heads]. */
  const bias = (table: tf.Tensor, count: number) => tf.add(tf.reshape(tf.transpose(matMul(distance, table), [1, 0]), [count, T, T]), causal);

  const flat = tf.reshape(batch.vectors, [B * T, d]);
  let x = dropout(norm(tf.mul(flat, 8), "input"), training?.input);
  x = tf.add(x, tf.add(tf.add(lookup(batch.types, weights.type), lookup(batch.dwells, weights.dwell)), lookup(batch.gaps, weights.gap)));

  for (let b = 0; b < config.blocks; b++) {
    const name = `block${b}`;
    const h = norm(x, `${name}/attention/norm`);
    const split = (part: string) => tf.transpose(tf.reshape(matMul(h, weights[`${name}/attention/${part}`]), [B, T, heads, d / heads]), [0, 2, 1, 3]);
    const scores = tf.mul(matMul(split("query"), transposeLast(split("key"))), 1 / Math.sqrt(d / heads));
    const attention = tf.softmax(tf.add(scores, tf.reshape(bias(weights[`${name}/attention/distance`], heads), [1, heads, T, T])));
    const mixed = tf.reshape(tf.transpose(matMul(attention, split("value")), [0, 2, 1, 3]), [B * T, d]);
    x = tf.add(x, dropout(matMul(mixed, weights[`${name}/attention/output`]), training?.hidden));
    const inner = gelu(tf.add(matMul(norm(x, `${name}/feedForward/norm`), weights[`${name}/feedForward/in`]), weights[`${name}/feedForward/in/bias`]));
    x = tf.add(x, dropout(tf.add(matMul(inner, weights[`${name}/feedForward/out`]), weights[`${name}/feedForward/out/bias`]), training?.hidden));
  }

  const h = norm(x, "readout/norm");
  /** Every token against every token before it, with a learned bias by distance. */
  const pairwise = (head: string) => {
    const project = (part: string) => tf.reshape(matMul(h, weights[`${head}/${part}`]), [B, T, weights[`${head}/${part}`].shape[1]!]);
    const scores = tf.mul(matMul(project("query"), transposeLast(project("key"))), 1 / Math.sqrt(weights[`${head}/key`].shape[1]!));
    return tf.add(scores, bias(weights[`${head}/distance`], 1)) as tf.Tensor3D;
  };
  const attention = tf.softmax(pairwise("readout"));
  const mean = tf.reshape(matMul(attention, batch.vectors), [B * T, d]);
  const length = tf.sqrt(tf.add(tf.sum(tf.square(mean), -1, true), 1e-12));
  const persona = tf.reshape(tf.div(mean, length), [B, T, d]) as tf.Tensor3D;

  // What the tokens disagree about shows in the mean's length; the rest in the hidden state. Learning to predict the spread must not
  // bend the persona, so no gradient passes.
  const spread = tf.softplus(
    tf.add(tf.add(matMul(stopGradient(h), weights["spread/hidden"]), tf.mul(stopGradient(length), weights["spread/length"])), weights["spread/bias"]),
  );
  return { persona, attention, repeat: pairwise("repeat"), spread: tf.reshape(spread, [B, T]) as tf.Tensor2D };
}
