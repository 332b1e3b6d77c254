import * as tf from "@tensorflow/tfjs-core";
import type { EncoderBatch, NamedArray, VectorToken } from "presently/model";

/** A session's tokens, column by column. [tokens] each */
export interface TokenColumns {
  /** [dims] each */
  readonly vectors: readonly ArrayLike<number>[];
  readonly types: ArrayLike<number>;
  readonly dwells: ArrayLike<number>;
  readonly gaps: ArrayLike<number>;
}

export const columnsOf = (tokens: readonly VectorToken[]): TokenColumns => ({
  vectors: tokens.map(({ vector }) => vector),
  types: tokens.map(({ type }) => type),
  dwells: tokens.map(({ dwell }) => dwell),
  gaps: tokens.map(({ gap }) => gap),
});

/** Sessions side by side, padded with zeros to the longest. */
export function encoderBatch(sessions: readonly TokenColumns[], dims: number): EncoderBatch {
  const B = sessions.length;
  const T = sessions.reduce((longest, { vectors }) => Math.max(longest, vectors.length), 0);
  const all = new Float32Array(B * T * dims);
  sessions.forEach(({ vectors }, b) => {
    vectors.forEach((vector, t) => {
      all.set(vector, (b * T + t) * dims);
    });
  });
  const column = (name: "types" | "dwells" | "gaps") => {
    const values = new Int32Array(B * T);
    sessions.forEach((session, b) => {
      values.set(session[name], b * T);
    });
    return tf.tensor2d(values, [B, T], "int32");
  };
  return { vectors: tf.tensor3d(all, [B, T, dims]), types: column("types"), dwells: column("dwells"), gaps: column("gaps") };
}

/** Weights for `encode`. */
export const encoderTensors = (weights: ReadonlyMap<string, NamedArray>): Record<string, tf.Tensor> =>
  Object.fromEntries(Array.from(weights, ([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));
