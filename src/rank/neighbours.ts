import type { Shard } from "../contract/shard.js";

/** Each item of the session counts a third of the one after it: on held-out sessions better than a half, and than attention (bench/LOG.md). */
const RECENCY = 1 / 3;

/** Weights of `count` items, oldest first; their sum is 1. */
function recencyWeights(count: number): number[] {
  const weights = Array.from({ length: count }, (_, i) => RECENCY ** (count - 1 - i));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Calls back with what was met together with a row, and how often: shares of all that was. */
export type EachNeighbour = (row: number, visit: (other: number, share: number) => void) => void;

/** Of a release without neighbours no row has any. */
export const neighboursIn =
  ({ neighbours }: Pick<Shard, "neighbours">): EachNeighbour =>
  (row, visit) => {
    if (!neighbours) return;
    const { offsets, rows, weights } = neighbours;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) visit(rows[at], weights[at] / 255);
  };

/** How often each row was met together with the session's items, newer ones more. `seen`: their rows, newest last. */
export function neighbourShares(eachNeighbour: EachNeighbour, seen: ArrayLike<number>): Map<number, number> {
  const shares = new Map<number, number>();
  recencyWeights(seen.length).forEach((weight, i) => {
    eachNeighbour(seen[i], (other, share) => shares.set(other, (shares.get(other) ?? 0) + weight * share));
  });
  return shares;
}

/** log Σ exp(score / τ). */
export function logSum(scores: ArrayLike<number>, temperature: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) most = Math.max(most, scores[i]);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += Math.exp((scores[i] - most) / temperature);
  return most / temperature + Math.log(sum);
}

/**
 * A mixture of two ways to come to an item, p = softmax(cosine / τ) + κ · share, as a score in units of the cosine:
 * τ · log(exp(cosine / τ) + κ · share · Z). Low-rank vectors know what is alike, counts remember which single items went together.
 */
export function mixed(cosine: number, share: number, logZ: number, temperature: number): number {
  return cosine + temperature * Math.log1p(share * Math.exp(logZ - cosine / temperature));
}
