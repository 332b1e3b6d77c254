import type * as tf from "@tensorflow/tfjs-core";

/**
 * Work that needs the values of some tensors on its way: it yields these and goes on with what they hold. A CPU's are there at once, also in
 * the middle of a gradient; a GPU's have to be waited for. It disposes of its tensors itself, for no tidy spans a wait.
 */
export type Reading<T> = Generator<readonly tf.Tensor[], T, readonly Float32Array[]>;

export function readNow<T>(work: Reading<T>): T {
  let next = work.next();
  // Copies: wasm's views end with their tensors.
  while (!next.done) next = work.next(next.value.map((tensor) => tensor.dataSync<"float32">().slice()));
  return next.value;
}

export async function readWhenThere<T>(work: Reading<T>): Promise<T> {
  let next = work.next();
  while (!next.done) next = work.next(await valuesOf(next.value));
  return next.value;
}

export async function valuesOf(tensors: readonly tf.Tensor[]): Promise<Float32Array[]> {
  const values = await Promise.all(tensors.map((tensor) => tensor.data<"float32">()));
  return values.map((one) => one.slice());
}
