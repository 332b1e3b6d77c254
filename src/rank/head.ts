import type { RankingHead } from "../contract/encoder.js";
import { type EachNeighbour, logSum } from "./neighbours.js";

export const HEAD_FEATURES = 19;

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
  readonly eachNeighbour: EachNeighbour;
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
export function headSession(
  seen: readonly number[],
  repeats: ReadonlyMap<number, number>,
  prior: ArrayLike<number>,
  eachNeighbour: EachNeighbour,
): HeadSession {
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
  return { seen, repeats, times, after, before, popularity, eachNeighbour };
}

/**
 * The head's features of all candidates, each of the order of one. [candidates, HEAD_FEATURES] What nobody has met is taken for as popular, and as
 * often met beside the session's items and the other candidates, as the others are: no next item ever taught the head of one that is new.
 */
export function headFeatures(candidates: readonly HeadCandidate[], session: HeadSession, softmax: HeadSoftmax): Float32Array {
  const { to, from } = secondSteps(candidates, session, softmax);
  const shares = [candidates.map(({ share }) => share), to, from].map((column) => column.map(logOf));
  const columns = [...shares, candidates.map(({ prior }) => prior)];
  for (const column of columns) {
    const met = column.filter((_, i) => candidates[i].prior > 0);
    const mean = met.reduce((sum, value) => sum + value, 0) / Math.max(1, met.length);
    candidates.forEach(({ prior }, i) => {
      if (prior === 0) column[i] = mean;
    });
  }
  const out = new Float32Array(candidates.length * HEAD_FEATURES);
  candidates.forEach((one, i) => {
    const completed = columns.map((column) => column[i]);
    out.set(featuresOf(one, session, softmax, completed), i * HEAD_FEATURES);
  });
  return out;
}

const logOf = (share: number) => Math.log(share + LEAST_SHARE) / 2 + 2;

/** How often what is likely next leads on `to` each candidate, and how often that leads on to what is likely: `from` it. Shares, [candidates] each. */
function secondSteps(candidates: readonly HeadCandidate[], { eachNeighbour }: HeadSession, { temperature }: HeadSoftmax) {
  const place = new Map(candidates.map(({ row }, i) => [row, i]));
  const logZ = logSum(
    candidates.map(({ score }) => score),
    temperature,
  );
  const likely = candidates.map(({ score }) => Math.exp(score / temperature - logZ));
  const [to, from] = [likely.map(() => 0), likely.map(() => 0)];
  candidates.forEach(({ row }, i) => {
    eachNeighbour(row, (other, share) => {
      const j = place.get(other);
      if (j === undefined) return;
      to[j] += likely[i] * share;
      from[i] += likely[j] * share;
    });
  });
  return { to, from };
}

function featuresOf(
  { row, score, cosine, toNewest, toPrevious, demand }: HeadCandidate,
  { seen, repeats, times, after, before, popularity }: HeadSession,
  { logZ, temperature }: HeadSoftmax,
  [company, to, from, prior]: readonly number[],
): number[] {
  return [
    (score / temperature - logZ) / 4 + 1,
    (cosine / temperature - logZ) / 4 + 1,
    company,
    repeats.get(row) ?? 0,
    repeats.has(row) ? 1 : 0,
    row === seen[seen.length - 1] ? 1 : 0,
    row === seen[seen.length - 2] ? 1 : 0,
    demand,
    4 * prior - 2,
    Math.log(seen.length + 1) - 1,
    // Who has returned often returns again.
    Math.log(seen.length - times.size + 1),
    Math.log((times.get(row) ?? 0) + 1),
    after.has(row) ? 1 : 0,
    before.has(row) ? 1 : 0,
    2.5 * toNewest - 1,
    2.5 * toPrevious - 1,
    4 * popularity - 2,
    to,
    from,
  ];
}

/**
 * output · max(0, hidden · features + bias): what the head adds to the logit of the candidate whose features start at `at`. Four units at a time, for
 * which a feature is read once, in a third of the time (bench/LOG.md). Of units that are not there the sums are NaN, which is not above 0.
 */
export function headLogit({ hidden, bias, output }: RankingHead, features: Float32Array, at: number): number {
  let logit = 0;
  for (let h = 0; h < bias.length; h += 4) {
    const first = h * HEAD_FEATURES;
    let [a, b, c, d] = [bias[h], bias[h + 1], bias[h + 2], bias[h + 3]];
    for (let f = 0; f < HEAD_FEATURES; f++) {
      const x = features[at + f];
      const w = first + f;
      a += hidden[w] * x;
      b += hidden[w + HEAD_FEATURES] * x;
      c += hidden[w + 2 * HEAD_FEATURES] * x;
      d += hidden[w + 3 * HEAD_FEATURES] * x;
    }
    if (a > 0) logit += output[h] * a;
    if (b > 0) logit += output[h + 1] * b;
    if (c > 0) logit += output[h + 2] * c;
    if (d > 0) logit += output[h + 3] * d;
  }
  return logit;
}
