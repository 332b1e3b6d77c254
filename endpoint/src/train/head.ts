import type { RankingHead } from "presently/contract";
import { HEAD_FEATURES, headLogit } from "presently/rank";
import { AdamW, schedule } from "./adam.js";
import type { CandidateList } from "./candidates.js";
import { LIST, worthOf } from "./mixture.js";
import { fillNormal, shuffle } from "./random.js";

const F = HEAD_FEATURES;

/** Fewer lists are learned by heart. */
const LEAST_LISTS = 500;
const HIDDEN = 24;
/** Passes over the lists, but no fewer steps, nor more: few lists are read more often, and of many a few passes say it all. */
const PASSES = 12;
const STEPS = { least: 800, most: 2500 };
const BATCH = 64;
const RATE = 4e-3;
const WEIGHT_DECAY = 1e-2;
/** The newest lists say whether what the others taught is worth anything. */
const CHECKED = 1 / 5;

/** Of a candidate's probability: less moves nothing. */
const NEGLIGIBLE = 1e-4;

export interface Parameters {
  readonly hidden: Float32Array;
  readonly bias: Float32Array;
  readonly output: Float32Array;
}

const asHead = ({ hidden, bias, output }: Parameters): RankingHead => ({ hidden: [...hidden], bias: [...bias], output: [...output] });

/** Adds the gradient of one list's cross-entropy to `sums`. */
export function addGradient({ logits, features, target }: CandidateList, { hidden, bias, output }: Parameters, sums: Parameters): void {
  const n = logits.length;
  const H = bias.length;
  const { hidden: toHidden, bias: toBias, output: toOutput } = sums;
  const inner = new Float64Array(n * H);
  const scores = Float64Array.from(logits);
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    let score = scores[i];
    for (let h = 0; h < H; h++) {
      let sum = bias[h];
      for (let f = 0, at = h * F, from = i * F; f < F; f++) sum += hidden[at + f] * features[from + f];
      if (sum <= 0) continue;
      inner[i * H + h] = sum;
      score += output[h] * sum;
    }
    scores[i] = score;
    most = Math.max(most, score);
  }
  let total = 0;
  for (let i = 0; i < n; i++) total += Math.exp(scores[i] - most);
  for (let i = 0; i < n; i++) {
    const toLogit = Math.exp(scores[i] - most) / total - (i === target ? 1 : 0);
    if (Math.abs(toLogit) < NEGLIGIBLE) continue;
    for (let h = 0; h < H; h++) {
      const x = inner[i * H + h];
      if (x === 0) continue;
      toOutput[h] += toLogit * x;
      const toInner = toLogit * output[h];
      toBias[h] += toInner;
      for (let f = 0, at = h * F, from = i * F; f < F; f++) toHidden[at + f] += toInner * features[from + f];
    }
  }
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
    const sums = zeros();
    for (const i of batch) addGradient(lists[i], weights, sums);
    for (const name of ["hidden", "bias", "output"] as const) {
      const shape = name === "hidden" ? [HIDDEN, F] : [HIDDEN];
      const mean = sums[name].map((sum) => sum / batch.length);
      optimizer.step(name, { shape, data: weights[name] }, mean, RATE * schedule(step / steps));
    }
  }
  return asHead(weights);
}

/** What a list's place for the next item is worth, as the mixture is judged by: MRR@20 plus a third of Recall@20. */
export function listQuality({ logits, features, target }: CandidateList, head: RankingHead | undefined): number {
  if (target < 0) return 0;
  const score = (i: number) => logits[i] + (head ? headLogit(head, features, i * F) : 0);
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
