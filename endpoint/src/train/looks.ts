import * as tf from "@tensorflow/tfjs-core";
import { transposeLast } from "presently/model";
import { PICTURE_DIMS } from "../pictures/describe.js";
import type { Pictures } from "../pictures/pictures.js";

/** How the item tower sees pictures: a descriptor g gives W · (g − mean) · scale. */
export interface Looks {
  /** W: [PICTURE_DIMS, dims] */
  readonly table: Float32Array;
  /** Of the first catalogue's descriptors: they stay, or W would no longer fit. [PICTURE_DIMS] */
  readonly mean: Float32Array;
  /** Gives centred descriptors a mean square length of 1. */
  readonly scale: number;
}

/** W of zeros: pictures say nothing yet, and draw no random numbers from what is trained without them. */
export function newLooks(pictures: Pictures, dims: number): Looks {
  const mean = new Float32Array(PICTURE_DIMS);
  for (const descriptor of pictures.values()) for (let k = 0; k < PICTURE_DIMS; k++) mean[k] += descriptor[k] / pictures.size;
  let square = 0;
  for (const descriptor of pictures.values()) for (let k = 0; k < PICTURE_DIMS; k++) square += (descriptor[k] - mean[k]) ** 2 / pictures.size;
  return { table: new Float32Array(PICTURE_DIMS * dims), mean, scale: square > 0 ? 1 / Math.sqrt(square) : 0 };
}

export const centred = (descriptor: Float32Array, { mean, scale }: Looks): Float32Array => descriptor.map((value, k) => (value - mean[k]) * scale);

/** Descriptors, centred, one after another. [count, PICTURE_DIMS] */
const stacked = (descriptors: readonly Float32Array[]): tf.Tensor2D => {
  const all = new Float32Array(descriptors.length * PICTURE_DIMS);
  descriptors.forEach((descriptor, i) => {
    all.set(descriptor, i * PICTURE_DIMS);
  });
  return tf.tensor2d(all, [descriptors.length, PICTURE_DIMS]);
};

/** W · g of each: [count, dims] */
export const lookVectors = ({ table }: Looks, descriptors: readonly Float32Array[], dims: number): Float32Array =>
  tf.tidy(() =>
    tf
      .matMul(stacked(descriptors), tf.tensor2d(table, [PICTURE_DIMS, dims]))
      .dataSync<"float32">()
      .slice(),
  );

/** d loss / d W, from that by the items' vectors [count, dims]. */
export const lookGradient = (descriptors: readonly Float32Array[], gradients: Float32Array, dims: number): Float32Array =>
  tf.tidy(() =>
    tf
      .matMul(transposeLast(stacked(descriptors)), tf.tensor2d(gradients, [descriptors.length, dims]))
      .dataSync<"float32">()
      .slice(),
  );
