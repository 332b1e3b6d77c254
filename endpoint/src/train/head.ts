import * as tf from "@tensorflow/tfjs-core";
import type { RankingHead } from "presently/contract";
import { transposeLast } from "presently/model";
import { HEAD_FEATURES, headLogits, readyHead } from "presently/rank";
import { AdamW, schedule } from "./adam.js";
import type { CandidateList } from "./candidates.js";
import { sumOfRows } from "./gradients.js";
import { LIST, worthOf } from "./mixture.js";
import { fillNormal, shuffle } from "./random.js";

const F = HEAD_FEATURES;

/** Fewer lists are learned by heart. */
const LEAST_LISTS = 500;
const HIDDEN = 48;
/** Passes over the lists, but no fewer steps, nor more: few lists are read more often, and of many a few passes say it all. */
const PASSES = 12;
const STEPS = { least: 800, most: 4000 };
const BATCH = 64;
const RATE = 4e-3;
const WEIGHT_DECAY = 0.1;
/** The newest lists say whether what the others taught is worth anything. */
const CHECKED = 1 / 5;

export interface Parameters {
  readonly hidden: Float32Array;
  readonly bias: Float32Array;
  readonly output: Float32Array;
}

const asHead = ({ hidden, bias, output }: Parameters): RankingHead => ({ hidden: [...hidden], bias: [...bias], output: [...output] });

/** A candidate that is not there, in lists shorter than the longest: it takes no part in the softmax. */
const ABSENT = -1e9;

/** Gradients of the mean of the lists' cross-entropies, on tfjs' backend. Each list has its next item. */
export function gradientsOf(lists: readonly CandidateList[], { hidden, bias, output }: Parameters): Parameters {
  const H = bias.length;
  const n = Math.max(...lists.map(({ logits }) => logits.length));
  const rows = lists.length * n;
  const features = new Float32Array(rows * F);
  // tfjs-backend-wasm takes four times as long to turn so narrow a matrix.
  const turned = new Float32Array(rows * F);
  const logits = new Float32Array(rows).fill(ABSENT);
  const wanted = new Float32Array(rows);
  lists.forEach((list, l) => {
    features.set(list.features, l * n * F);
    logits.set(list.logits, l * n);
    wanted[l * n + list.target] = 1;
    for (let f = 0; f < F; f++) for (let i = f, to = f * rows + l * n; i < list.features.length; i += F) turned[to++] = list.features[i];
  });
  const tensors = tf.tidy(() => {
    const inner = tf.relu(tf.add(tf.matMul(tf.tensor2d(features, [rows, F]), transposeLast(tf.tensor2d(hidden, [H, F]))), bias));
    const scores = tf.add(tf.reshape(tf.matMul(inner, tf.tensor2d(output, [H, 1])), [lists.length, n]), tf.tensor2d(logits, [lists.length, n]));
    const toScores = tf.div(tf.sub(tf.softmax(scores), tf.tensor2d(wanted, [lists.length, n])), lists.length);
    const open = tf.mul(tf.step(inner), tf.reshape(toScores, [rows, 1]));
    return [tf.matMul(tf.tensor2d(turned, [F, rows]), open), sumOfRows(open)];
  });
  // [features, units] and [units]: Σ error · feature and Σ error over the candidates for which the unit is open. As relu(x) = step(x) · x, these times
  // the unit's output are the gradients of its inputs and bias, and these times inputs and bias, summed, the gradient of its output.
  const [open, errors] = tensors.map((one) => one.dataSync<"float32">());
  tf.dispose(tensors);
  return {
    hidden: Float32Array.from({ length: H * F }, (_, i) => output[Math.floor(i / F)] * open[(i % F) * H + Math.floor(i / F)]),
    bias: output.map((weight, h) => weight * errors[h]),
    output: bias.map((weight, h) => {
      let sum = weight * errors[h];
      for (let f = 0; f < F; f++) sum += hidden[h * F + f] * open[f * H + h];
      return sum;
    }),
  };
}

/** Listwise softmax cross-entropy (ListNet with one relevant item; Cao et al., ICML 2007). */
export function trainHead(lists: readonly CandidateList[], random: () => number, most = STEPS.most): RankingHead {
  const zeros = (): Parameters => ({ hidden: new Float32Array(HIDDEN * F), bias: new Float32Array(HIDDEN), output: new Float32Array(HIDDEN) });
  const weights = zeros();
  fillNormal(weights.hidden, 1 / Math.sqrt(F), random);
  const told = Int32Array.from(lists.keys()).filter((i) => lists[i].target >= 0);
  if (told.length === 0) return asHead(weights);
  const optimizer = new AdamW(WEIGHT_DECAY);
  const steps = Math.min(most, Math.max(STEPS.least, Math.ceil((PASSES * told.length) / BATCH)));
  for (let step = 0, from = told.length; step < steps; step++, from += BATCH) {
    if (from >= told.length) {
      shuffle(told, random);
      from = 0;
    }
    const batch = told.subarray(from, from + BATCH);
    const gradients = gradientsOf(
      Array.from(batch, (i) => lists[i]),
      weights,
    );
    for (const name of ["hidden", "bias", "output"] as const) {
      const shape = name === "hidden" ? [HIDDEN, F] : [HIDDEN];
      optimizer.step(name, { shape, data: weights[name] }, gradients[name], RATE * schedule(step / steps));
    }
  }
  return asHead(weights);
}

/** What a list's place for the next item is worth, as the mixture is judged by: MRR@20 plus a third of Recall@20. */
export function listQuality({ logits, features, target }: CandidateList, head: RankingHead | undefined): number {
  if (target < 0) return 0;
  const ready = head && readyHead(head);
  const added = ready && headLogits(ready, features);
  const score = (i: number) => logits[i] + (added ? added[i] : 0);
  const wanted = score(target);
  let rank = 1;
  for (let i = 0; i < logits.length && rank <= LIST; i++) if (i !== target && score(i) > wanted) rank++;
  return worthOf(rank);
}

/** Whether the head ranks these lists better by more than chance may: the mean of the gains is above its standard error. */
function pays(head: RankingHead, lists: readonly CandidateList[]): boolean {
  const gains = lists.map((list) => listQuality(list, head) - listQuality(list, undefined));
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
  return mean > Math.sqrt(variance / gains.length);
}

/** The head that these lists, oldest first, teach; undefined where they are too few, or where it would not have ranked the newest of them better. */
export function fitHead(lists: readonly CandidateList[], random: () => number): RankingHead | undefined {
  if (lists.length < LEAST_LISTS) return undefined;
  const older = Math.floor(lists.length * (1 - CHECKED));
  // What a short training gains, a longer one gains as well.
  const tried = trainHead(lists.slice(0, older), random, STEPS.least);
  return pays(tried, lists.slice(older)) ? trainHead(lists, random) : undefined;
}
