import * as tf from "@tensorflow/tfjs-core";
import type { EncoderConfig } from "presently/contract";
import { encode, stopGradient } from "presently/model";
import type { Example } from "./examples.js";
import { type SoftmaxInput, sampledSoftmax } from "./loss.js";

export interface StepInput {
  readonly batch: readonly Example[];
  readonly weights: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
  readonly config: EncoderConfig;
  /** Unit vectors of the candidates [C, d]: the items (and searches) of the batch, then the sampled ones. */
  readonly candidates: Float32Array;
  /** How many of them may be predicted: the rest, at the end, are inputs alone. */
  readonly predictable: number;
  /** Candidate of an example's row; −1 where it has none, for categories. */
  readonly slot: (row: number) => number;
  /** Vector of a row without slot. */
  readonly constant: (row: number) => Float32Array;
  readonly logQ: Float32Array;
  readonly dropout: { readonly input: number; readonly hidden: number; readonly seed: number } | undefined;
}

export interface StepOutput {
  readonly loss: number;
  /** d loss / d candidates [C, d], inputs' share included. */
  readonly candidates: Float32Array;
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/** The item after the next one shares the target: what is near in a session is alike (bench/LOG.md: .15 and .3 gain the same). */
const AFTER_NEXT = 0.2;
/** Ignored impressions count this many times as an ordinary candidate. */
const IGNORED_FACTOR = 4;

/** Loss and gradients of one batch; leaves no tensor behind. */
export function trainingStep({ batch, weights, config, candidates, predictable, slot, constant, logQ, dropout }: StepInput): StepOutput {
  const d = config.dims;
  const B = batch.length;
  const T = batch.reduce((longest, example) => Math.max(longest, example.rows.length), 0);
  const slots = new Int32Array(B * T).fill(-1);
  const [types, dwells, gaps] = [new Int32Array(B * T), new Int32Array(B * T), new Int32Array(B * T)];
  const vectors = new Float32Array(B * T * d);
  const scored: number[] = [];
  const targets: number[] = [];
  const targetWeights: number[] = [];
  const seen: { readonly position: number; readonly candidate: number; readonly at: number }[] = [];
  const alternatives: SoftmaxInput["alternatives"][number][] = [];
  const ignored: SoftmaxInput["cells"][number][] = [];
  batch.forEach((example, b) => {
    const length = example.rows.length;
    /** Newest token of each item so far. */
    const newest = new Map<number, number>();
    for (let t = 0; t < length; t++) {
      const at = b * T + t;
      types[at] = example.types[t];
      dwells[at] = example.dwells[t];
      gaps[at] = example.gaps[t];
      const candidate = slot(example.rows[t]);
      slots[at] = candidate;
      vectors.set(candidate < 0 ? constant(example.rows[t]) : candidates.subarray(candidate * d, (candidate + 1) * d), at * d);
      if (example.rows[t] >= 0) newest.set(candidate, t);
      if (example.targets[t] < 0) continue;
      if (!example.pair) for (const [item, s] of newest) seen.push({ position: scored.length, candidate: item, at: at * T + s });
      const later = example.targets[t + 1] ?? -1;
      if (later >= 0 && later !== example.targets[t]) alternatives.push({ position: scored.length, candidate: slot(later), share: AFTER_NEXT });
      scored.push(at);
      targets.push(slot(example.targets[t]));
      targetWeights.push(example.weights[t]);
    }
    for (const { row, weight } of example.ignored)
      ignored.push({ position: scored.length - 1, candidate: slot(row), logit: Math.log(IGNORED_FACTOR * weight) });
  });
  const P = scored.length;
  const total = targetWeights.reduce((sum, weight) => sum + weight, 0);

  let softmaxGradient = new Float32Array(0);
  let loss = 0;
  /** persona, repeat → loss, with the gradients computed at once, beside the tape. */
  const head = (persona: tf.Tensor, repeat: tf.Tensor) =>
    tf.customGrad((...inputs) => {
      const [all, logits] = inputs.slice(0, 2).map((input) => (input as tf.Tensor).dataSync<"float32">());
      const personas = new Float32Array(P * d);
      scored.forEach((at, i) => {
        personas.set(all.subarray(at * d, (at + 1) * d), i * d);
      });
      const softmax = sampledSoftmax({
        personas,
        candidates: candidates.subarray(0, predictable * d),
        dims: d,
        targets: Int32Array.from(targets),
        weights: Float32Array.from(targetWeights, (weight) => weight / total),
        logQ: logQ.subarray(0, predictable),
        temperature: config.temperature,
        alternatives,
        cells: [...seen.map(({ position, candidate, at }) => ({ position, candidate, logit: logits[at] })), ...ignored],
      });
      softmaxGradient = softmax.candidates as Float32Array<ArrayBuffer>;
      loss = softmax.loss;
      const gradient = new Float32Array(B * T * d);
      scored.forEach((at, i) => {
        gradient.set(softmax.personas.subarray(i * d, (i + 1) * d), at * d);
      });
      const toRepeat = new Float32Array(B * T * T);
      seen.forEach(({ at }, i) => {
        toRepeat[at] = softmax.cells[i];
      });
      return {
        value: tf.scalar(softmax.loss),
        gradFunc: (dy: tf.Tensor) => [tf.mul(tf.tensor(gradient, persona.shape), dy), tf.mul(tf.tensor(toRepeat, repeat.shape), dy)],
      };
    })(persona, repeat);

  const names = [...weights.keys()];
  const tensors = [tf.tensor3d(vectors, [B, T, d]), ...names.map((name) => tf.tensor(weights.get(name)!.data, [...weights.get(name)!.shape]))];
  const column = (values: Int32Array) => tf.tensor2d(values, [B, T], "int32");
  const gradients = tf.tidy(() => {
    const scoredMask = new Float32Array(B * T);
    const next = new Float32Array(B * T * d);
    scored.forEach((at, i) => {
      scoredMask[at] = targetWeights[i] / total;
      next.set(candidates.subarray(targets[i] * d, (targets[i] + 1) * d), at * d);
    });
    const objective = (...inputs: tf.Tensor[]) => {
      const named = Object.fromEntries(names.map((name, i) => [name, inputs[i + 1]]));
      const { persona, repeat, spread } = encode(
        named,
        { vectors: inputs[0] as tf.Tensor3D, types: column(types), dwells: column(dwells), gaps: column(gaps) },
        config,
        dropout,
      );
      // An exponential likelihood of the distance to the next item: its minimum is the expected distance.
      const distance = tf.sub(1, tf.sum(tf.mul(stopGradient(persona), tf.tensor3d(next, [B, T, d])), -1));
      const s = tf.add(spread, 1e-4);
      const spreadLoss = tf.sum(tf.mul(tf.add(tf.log(s), tf.div(distance, s)), tf.tensor2d(scoredMask, [B, T])));
      return tf.add(head(persona, repeat), spreadLoss) as tf.Scalar;
    };
    return tf.grads(objective)(tensors);
  });
  const data = gradients.map((gradient) => gradient.dataSync<"float32">().slice());
  tf.dispose([gradients, tensors]);

  const candidateGradient = new Float32Array(candidates.length);
  candidateGradient.set(softmaxGradient);
  const inputGradient = data[0];
  for (let at = 0; at < slots.length; at++) {
    const to = slots[at] * d;
    if (to >= 0) for (let k = 0; k < d; k++) candidateGradient[to + k] += inputGradient[at * d + k];
  }
  return { loss, candidates: candidateGradient, weights: new Map(names.map((name, i) => [name, data[i + 1]])) };
}
