import * as tf from "@tensorflow/tfjs-core";
import { transposeLast } from "presently/model";

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
  /** Candidates which count `factor` times as a persona's negative. */
  readonly extra: readonly { readonly position: number; readonly candidate: number; readonly factor: number }[];
}

export interface SoftmaxOutput {
  readonly loss: number;
  /** d loss / d personas [P, d] and d loss / d candidates [C, d]. */
  readonly personas: Float32Array;
  readonly candidates: Float32Array;
}

/**
 * Sampled softmax cross-entropy of cosine / τ with its gradients, logQ subtracted from non-targets only (Yi et al., RecSys 2019).
 * The large [P, C] matrix is made once, by a product and one softmax over all candidates; what differs for a few cells (the target is not
 * corrected, ignored impressions count more) is put right per row afterwards: with p' the plain softmax and m the factor of a cell,
 * p = m p' / r, where r = 1 + Σ (m − 1) p' over those cells.
 */
export function sampledSoftmax({ personas, candidates, dims: d, targets, weights, logQ, temperature, extra }: SoftmaxInput): SoftmaxOutput {
  const P = targets.length;
  const C = logQ.length;
  let output: SoftmaxOutput | undefined;
  tf.tidy(() => {
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
    const probabilities = tf.softmax(tf.matMul(tf.tensor2d(left, [P, d + 1]), tf.tensor2d(right, [d + 1, C])));
    const p = probabilities.dataSync<"float32">();

    const cells = Array.from(targets, (candidate, position) => ({ position, candidate, factor: Math.exp(logQ[candidate]) }));
    for (const one of extra) cells.push({ ...one });
    const r = new Float64Array(P).fill(1);
    for (const { position, candidate, factor } of cells) r[position] += (factor - 1) * p[position * C + candidate];

    let loss = 0;
    const scaled = new Float32Array(P * d);
    for (let i = 0; i < P; i++) {
      const probability = (cells[i].factor * p[i * C + targets[i]]) / r[i];
      loss -= weights[i] * Math.log(Math.max(probability, 1e-30));
      const factor = weights[i] / r[i] / temperature;
      for (let k = 0; k < d; k++) scaled[i * d + k] = personas[i * d + k] * factor;
    }
    const toPersonas = tf
      .matMul(probabilities, tf.tensor2d(candidates, [C, d]))
      .dataSync<"float32">()
      .slice();
    const toCandidates = tf
      .matMul(transposeLast(probabilities), tf.tensor2d(scaled, [P, d]))
      .dataSync<"float32">()
      .slice();
    for (let i = 0; i < P; i++) {
      const factor = weights[i] / r[i] / temperature;
      for (let k = 0; k < d; k++) toPersonas[i * d + k] *= factor;
    }
    cells.forEach(({ position, candidate, factor }, i) => {
      const q = p[position * C + candidate];
      const g = (weights[position] / temperature) * (((factor - 1) * q) / r[position] - (i < P ? 1 : 0));
      for (let k = 0; k < d; k++) {
        toPersonas[position * d + k] += g * candidates[candidate * d + k];
        toCandidates[candidate * d + k] += g * personas[position * d + k];
      }
    });
    output = { loss, personas: toPersonas, candidates: toCandidates };
  });
  return output!;
}
