import type { RankingHead } from "../contract/encoder.js";

export const HEAD_FEATURES = 10;

/** What all candidates of a ranking have in common. */
export interface HeadContext {
  /** Logarithm of the softmax's normalizer, and its temperature. */
  readonly logZ: number;
  readonly temperature: number;
  /** Rows of the session's items, newest last. */
  readonly seen: readonly number[];
  /** Logits of a return to them, by row. */
  readonly repeats: ReadonlyMap<number, number>;
}

export interface HeadCandidate {
  readonly row: number;
  /** The mixture's score, and the cosine alone, in units of the cosine. */
  readonly score: number;
  readonly cosine: number;
  /** How often it was met together with the session's items. */
  readonly share: number;
  /** How demand for it has risen, log of a ratio; its popularity, 0 … 1. */
  readonly demand: number;
  readonly prior: number;
}

/** Below this a share is none. */
const LEAST_SHARE = 0.003;

/** The head's features of a candidate, each of the order of one, into `out` from `at` on. */
export function headFeatures({ row, score, cosine, share, demand, prior }: HeadCandidate, context: HeadContext, out: Float32Array, at: number): void {
  const { logZ, temperature, seen, repeats } = context;
  const back = repeats.get(row);
  out[at] = (score / temperature - logZ) / 4 + 1;
  out[at + 1] = (cosine / temperature - logZ) / 4 + 1;
  out[at + 2] = Math.log(share + LEAST_SHARE) / 2 + 2;
  out[at + 3] = back ?? 0;
  out[at + 4] = back === undefined ? 0 : 1;
  out[at + 5] = row === seen[seen.length - 1] ? 1 : 0;
  out[at + 6] = row === seen[seen.length - 2] ? 1 : 0;
  out[at + 7] = demand;
  out[at + 8] = 4 * prior - 2;
  out[at + 9] = Math.log(seen.length + 1) - 1;
}

/** output · max(0, hidden · features + bias): what the head adds to the logit of the candidate whose features start at `at`. */
export function headLogit({ hidden, bias, output }: RankingHead, features: Float32Array, at: number): number {
  let logit = 0;
  for (let h = 0; h < bias.length; h++) {
    let sum = bias[h];
    for (let f = 0; f < HEAD_FEATURES; f++) sum += hidden[h * HEAD_FEATURES + f] * features[at + f];
    if (sum > 0) logit += output[h] * sum;
  }
  return logit;
}
