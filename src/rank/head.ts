import type { RankingHead } from "../contract/encoder.js";

export const HEAD_FEATURES = 17;

/** What all candidates of a session's ranking have in common. */
export interface HeadSession {
  /** Rows of its items, newest last. */
  readonly seen: readonly number[];
  /** Logits of a return to them, by row. */
  readonly repeats: ReadonlyMap<number, number>;
  /** How often it holds each of them. */
  readonly times: ReadonlyMap<number, number>;
  /** Rows that came directly after, and before, an earlier look at the newest. */
  readonly after: ReadonlySet<number>;
  readonly before: ReadonlySet<number>;
  /** Mean popularity of its items. */
  readonly popularity: number;
}

/** Normalizer's logarithm and temperature of the softmax that the logits are of. */
export interface HeadSoftmax {
  readonly logZ: number;
  readonly temperature: number;
}

export interface HeadCandidate {
  readonly row: number;
  /** The mixture's score, and the cosine alone, in units of the cosine. */
  readonly score: number;
  readonly cosine: number;
  /** Cosine to the session's newest item and to the one before it; 0 where there is none. */
  readonly toNewest: number;
  readonly toPrevious: number;
  /** How often it was met together with the session's items. */
  readonly share: number;
  /** How demand for it has risen, log of a ratio; its popularity, 0 … 1, 0 where nobody has met it. */
  readonly demand: number;
  readonly prior: number;
}

/** Below this a share is none. */
const LEAST_SHARE = 0.003;

/** `prior`: popularity of every row, 0 … 1. */
export function headSession(seen: readonly number[], repeats: ReadonlyMap<number, number>, prior: ArrayLike<number>): HeadSession {
  const times = new Map<number, number>();
  const [after, before] = [new Set<number>(), new Set<number>()];
  const newest = seen.length - 1;
  let popularity = 0;
  seen.forEach((row, i) => {
    times.set(row, (times.get(row) ?? 0) + 1);
    popularity += prior[row] / seen.length;
    if (row !== seen[newest]) return;
    if (i < newest) after.add(seen[i + 1]);
    if (i > 0) before.add(seen[i - 1]);
  });
  return { seen, repeats, times, after, before, popularity };
}

/**
 * The head's features of all candidates, each of the order of one. [candidates, HEAD_FEATURES] What nobody has met is taken for as popular, and as
 * often met beside the session's items, as the others are: no next item ever taught the head of one that is new.
 */
export function headFeatures(candidates: readonly HeadCandidate[], session: HeadSession, softmax: HeadSoftmax): Float32Array {
  const met = candidates.filter(({ prior }) => prior > 0);
  const mean = (of: (candidate: HeadCandidate) => number) => met.reduce((sum, one) => sum + of(one), 0) / Math.max(1, met.length);
  const [company, popularity] = [mean(({ share }) => companyOf(share)), mean(({ prior }) => prior)];
  const out = new Float32Array(candidates.length * HEAD_FEATURES);
  candidates.forEach((one, i) => {
    const known = one.prior > 0;
    write(one, known ? companyOf(one.share) : company, known ? one.prior : popularity, session, softmax, out, i * HEAD_FEATURES);
  });
  return out;
}

const companyOf = (share: number) => Math.log(share + LEAST_SHARE) / 2 + 2;

function write(
  { row, score, cosine, toNewest, toPrevious, demand }: HeadCandidate,
  company: number,
  prior: number,
  session: HeadSession,
  { logZ, temperature }: HeadSoftmax,
  out: Float32Array,
  at: number,
): void {
  const { seen, repeats, times, after, before, popularity } = session;
  out[at] = (score / temperature - logZ) / 4 + 1;
  out[at + 1] = (cosine / temperature - logZ) / 4 + 1;
  out[at + 2] = company;
  out[at + 3] = repeats.get(row) ?? 0;
  out[at + 4] = repeats.has(row) ? 1 : 0;
  out[at + 5] = row === seen[seen.length - 1] ? 1 : 0;
  out[at + 6] = row === seen[seen.length - 2] ? 1 : 0;
  out[at + 7] = demand;
  out[at + 8] = 4 * prior - 2;
  out[at + 9] = Math.log(seen.length + 1) - 1;
  // Who has returned often returns again.
  out[at + 10] = Math.log(seen.length - times.size + 1);
  out[at + 11] = Math.log((times.get(row) ?? 0) + 1);
  out[at + 12] = after.has(row) ? 1 : 0;
  out[at + 13] = before.has(row) ? 1 : 0;
  out[at + 14] = 2.5 * toNewest - 1;
  out[at + 15] = 2.5 * toPrevious - 1;
  out[at + 16] = 4 * popularity - 2;
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
