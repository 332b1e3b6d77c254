import * as tf from "@tensorflow/tfjs-core";
import type { EncoderConfig } from "presently/contract";
import { encode, stopGradient } from "presently/model";
import { dropDimensions } from "./candidate-dropout.js";
import type { Example } from "./examples.js";
import { type SoftmaxInput, sampledSoftmax } from "./loss.js";
import { seededRandom } from "./random.js";
import { type Reading, readNow, readWhenThere, valuesOf } from "./reading.js";

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
  /** Share of the target that the item after the next one has. */
  readonly afterNext: number;
  readonly dropout: { readonly input: number; readonly hidden: number; readonly candidate: number; readonly seed: number } | undefined;
}

export interface StepOutput {
  readonly loss: number;
  /** d loss / d candidates [C, d], inputs' share included. */
  readonly candidates: Float32Array;
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/** Ignored impressions count this many times as an ordinary candidate. */
const IGNORED_FACTOR = 4;

/** The loss, with its gradients where the encoder ends. */
interface Ahead {
  readonly loss: number;
  readonly candidates: Float32Array;
  /** d loss / d persona [B, T, d] and d loss / d repeat [B, T, T]. */
  readonly persona: Float32Array;
  readonly repeat: Float32Array;
}

/**
 * Loss and gradients of one batch, on the backend that is set; leaves no tensor behind. Where values must be waited for, which no tape can,
 * the encoder runs twice: once for the loss, once for its gradients.
 */
export async function trainingStep({
  batch,
  weights,
  config,
  candidates,
  predictable,
  slot,
  constant,
  logQ,
  afterNext,
  dropout,
}: StepInput): Promise<StepOutput> {
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
      if (afterNext > 0 && later >= 0 && later !== example.targets[t]) alternatives.push({ position: scored.length, candidate: slot(later), share: afterNext });
      scored.push(at);
      targets.push(slot(example.targets[t]));
      targetWeights.push(example.weights[t]);
    }
    for (const { row, weight } of example.ignored)
      ignored.push({ position: scored.length - 1, candidate: slot(row), logit: Math.log(IGNORED_FACTOR * weight) });
  });
  const P = scored.length;
  const total = targetWeights.reduce((sum, weight) => sum + weight, 0);
  const choices = candidates.subarray(0, predictable * d);
  const dropped = dropout?.candidate ? dropDimensions(choices, d, dropout.candidate, seededRandom(dropout.seed)) : undefined;

  function* ahead(all: Float32Array, logits: Float32Array): Reading<Ahead> {
    const personas = new Float32Array(P * d);
    scored.forEach((at, i) => {
      personas.set(all.subarray(at * d, (at + 1) * d), i * d);
    });
    const softmax = yield* sampledSoftmax({
      personas,
      candidates: dropped?.vectors ?? choices,
      dims: d,
      targets: Int32Array.from(targets),
      weights: Float32Array.from(targetWeights, (weight) => weight / total),
      logQ: logQ.subarray(0, predictable),
      temperature: config.temperature,
      alternatives,
      cells: [...seen.map(({ position, candidate, at }) => ({ position, candidate, logit: logits[at] })), ...ignored],
    });
    dropped?.backward(softmax.candidates);
    const persona = new Float32Array(B * T * d);
    scored.forEach((at, i) => {
      persona.set(softmax.personas.subarray(i * d, (i + 1) * d), at * d);
    });
    const repeat = new Float32Array(B * T * T);
    seen.forEach(({ at }, i) => {
      repeat[at] = softmax.cells[i];
    });
    return { loss: softmax.loss, candidates: softmax.candidates, persona, repeat };
  }

  const names = [...weights.keys()];
  const tensors = [tf.tensor3d(vectors, [B, T, d]), ...names.map((name) => tf.tensor(weights.get(name)!.data, [...weights.get(name)!.shape]))];
  const column = (values: Int32Array) => tf.tensor2d(values, [B, T], "int32");
  const encoded = (inputs: readonly tf.Tensor[]) =>
    encode(
      Object.fromEntries(names.map((name, i) => [name, inputs[i + 1]])),
      { vectors: inputs[0] as tf.Tensor3D, types: column(types), dwells: column(dwells), gaps: column(gaps) },
      config,
      dropout,
    );
  let known: Ahead | undefined;
  if (tf.getBackend() === "webgpu") {
    const outputs = tf.tidy(() => {
      const { persona, repeat } = encoded(tensors);
      return [persona, repeat];
    });
    const [all, logits] = await valuesOf(outputs);
    tf.dispose(outputs);
    known = await readWhenThere(ahead(all, logits));
  }
  /** persona, repeat → loss, with the gradients computed at once, beside the tape. */
  const head = (persona: tf.Tensor, repeat: tf.Tensor) =>
    tf.customGrad((...inputs) => {
      const [all, logits] = inputs.slice(0, 2) as tf.Tensor[];
      known ??= readNow(ahead(all.dataSync<"float32">(), logits.dataSync<"float32">()));
      const { loss, persona: toPersona, repeat: toRepeat } = known;
      return {
        value: tf.scalar(loss),
        gradFunc: (dy: tf.Tensor) => [tf.mul(tf.tensor(toPersona, persona.shape), dy), tf.mul(tf.tensor(toRepeat, repeat.shape), dy)],
      };
    })(persona, repeat);
  const gradients = tf.tidy(() => {
    const scoredMask = new Float32Array(B * T);
    const next = new Float32Array(B * T * d);
    scored.forEach((at, i) => {
      scoredMask[at] = targetWeights[i] / total;
      next.set(candidates.subarray(targets[i] * d, (targets[i] + 1) * d), at * d);
    });
    const objective = (...inputs: tf.Tensor[]) => {
      const { persona, repeat, spread } = encoded(inputs);
      // An exponential likelihood of the distance to the next item: its minimum is the expected distance.
      const distance = tf.sub(1, tf.sum(tf.mul(stopGradient(persona), tf.tensor3d(next, [B, T, d])), -1));
      const s = tf.add(spread, 1e-4);
      const spreadLoss = tf.sum(tf.mul(tf.add(tf.log(s), tf.div(distance, s)), tf.tensor2d(scoredMask, [B, T])));
      return tf.add(head(persona, repeat), spreadLoss) as tf.Scalar;
    };
    return tf.grads(objective)(tensors);
  });
  const data = await valuesOf(gradients);
  tf.dispose([gradients, tensors]);

  const candidateGradient = new Float32Array(candidates.length);
  candidateGradient.set(known!.candidates);
  const inputGradient = data[0];
  for (let at = 0; at < slots.length; at++) {
    const to = slots[at] * d;
    if (to >= 0) for (let k = 0; k < d; k++) candidateGradient[to + k] += inputGradient[at * d + k];
  }
  return { loss: known!.loss, candidates: candidateGradient, weights: new Map(names.map((name, i) => [name, data[i + 1]])) };
}
