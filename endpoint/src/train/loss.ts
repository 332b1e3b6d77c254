import * as tf from "@tensorflow/tfjs-core";
import { transposeLast } from "presently/model";
import type { Reading } from "./reading.js";

export interface SoftmaxInput {
  /** Personas [P, d], row-major. */
  readonly personas: Float32Array;
  /** Candidates' vectors [C, d]. */
  readonly candidates: Float32Array;
  readonly dims: number;
  /** Index into the candidates per persona. [P] */
  readonly targets: Int32Array;
  /** Weight of each persona's loss, divided by the sum already. [P] */
  readonly weights: Float32Array;
  /** log of the expected number of times that a candidate is drawn. [C] */
  readonly logQ: Float32Array;
  readonly temperature: number;
  /** Other items which a persona may as well lead to, with their share of its target; the rest is the target's own. */
  readonly alternatives: readonly { readonly position: number; readonly candidate: number; readonly share: number }[];
  /** Logits added to single cells of [P, C], which are then not corrected by logQ either; those of a cell named twice add up. */
  readonly cells: readonly { readonly position: number; readonly candidate: number; readonly logit: number }[];
}

export interface SoftmaxOutput {
  readonly loss: number;
  /** d loss / d personas [P, d] and d loss / d candidates [C, d]. */
  readonly personas: Float32Array;
  readonly candidates: Float32Array;
  /** d loss / d logit of each of `cells`. */
  readonly cells: Float32Array;
}

/**
 * Sampled softmax cross-entropy of cosine / τ with its gradients, logQ subtracted from non-targets only (Yi et al., RecSys 2019).
 * The large [P, C] matrix is made once, by a product and one softmax over all candidates; what differs for a few cells (the target is not
 * corrected, items of the session have a logit of their own, ignored impressions count more) is put right per row afterwards: with p' the
 * plain softmax and m the factor of a cell, p = m p' / r, where r = 1 + Σ (m − 1) p' over those cells.
 */
export function* sampledSoftmax({
  personas,
  candidates,
  dims: d,
  targets,
  weights,
  logQ,
  temperature,
  alternatives,
  cells,
}: SoftmaxInput): Reading<SoftmaxOutput> {
  const P = targets.length;
  const C = logQ.length;
  // One more column carries −logQ through the product, which saves a pass over the matrix.
  const left = new Float32Array(P * (d + 1));
  for (let p = 0; p < P; p++) {
    for (let k = 0; k < d; k++) left[p * (d + 1) + k] = personas[p * d + k] / temperature;
    left[p * (d + 1) + d] = 1;
  }
  const right = new Float32Array((d + 1) * C);
  for (let c = 0; c < C; c++) {
    for (let k = 0; k < d; k++) right[k * C + c] = candidates[c * d + k];
    right[d * C + c] = -logQ[c];
  }
  const own = Array.from(targets, (candidate, position) => ({ position, candidate, logit: logQ[candidate], share: 1 }));
  const places = new Map(own.map(({ position, candidate }, i) => [position * C + candidate, i]));
  const placeOf = (position: number, candidate: number) => {
    const key = position * C + candidate;
    let place = places.get(key);
    if (place === undefined) {
      place = own.push({ position, candidate, logit: logQ[candidate], share: 0 }) - 1;
      places.set(key, place);
    }
    return place;
  };
  for (const { position, candidate, share } of alternatives) {
    own[position].share -= share;
    own[placeOf(position, candidate)].share += share;
  }
  const cellPlaces = cells.map(({ position, candidate, logit }) => {
    const place = placeOf(position, candidate);
    own[place].logit += logit;
    return place;
  });
  // Only these cells are read back: a copy of the whole matrix costs more than its product.
  const indices = new Int32Array(2 * own.length);
  own.forEach(({ position, candidate }, i) => {
    indices[2 * i] = position;
    indices[2 * i + 1] = candidate;
  });
  const [probabilities, chosen] = tf.tidy(() => {
    const all = tf.softmax(tf.matMul(tf.tensor2d(left, [P, d + 1]), tf.tensor2d(right, [d + 1, C])));
    return [all, tf.gatherND(all, tf.tensor2d(indices, [own.length, 2], "int32"))];
  });
  const [q] = yield [chosen];
  const r = new Float64Array(P).fill(1);
  own.forEach(({ position, logit }, i) => {
    r[position] += Math.expm1(logit) * q[i];
  });

  let loss = 0;
  const scaled = new Float32Array(P * d);
  for (let i = 0; i < P; i++) {
    const factor = weights[i] / r[i] / temperature;
    for (let k = 0; k < d; k++) scaled[i * d + k] = personas[i * d + k] * factor;
  }
  own.forEach(({ position, logit, share }, i) => {
    if (share > 0) loss -= weights[position] * share * Math.log(Math.max((Math.exp(logit) * q[i]) / r[position], 1e-30));
  });
  const products = tf.tidy(() => [
    tf.matMul(probabilities, tf.tensor2d(candidates, [C, d])),
    tf.matMul(transposeLast(probabilities), tf.tensor2d(scaled, [P, d])),
  ]);
  const [toPersonas, toCandidates] = yield products;
  tf.dispose([probabilities, chosen, products]);
  for (let i = 0; i < P; i++) {
    const factor = weights[i] / r[i] / temperature;
    for (let k = 0; k < d; k++) toPersonas[i * d + k] *= factor;
  }
  const toLogits = own.map(({ position, candidate, logit, share }, i) => {
    const g = (weights[position] / temperature) * ((Math.expm1(logit) * q[i]) / r[position] - share);
    for (let k = 0; k < d; k++) {
      toPersonas[position * d + k] += g * candidates[candidate * d + k];
      toCandidates[candidate * d + k] += g * personas[position * d + k];
    }
    return weights[position] * ((Math.exp(logit) * q[i]) / r[position] - share);
  });
  return { loss, personas: toPersonas, candidates: toCandidates, cells: Float32Array.from(cellPlaces, (place) => toLogits[place]) };
}
