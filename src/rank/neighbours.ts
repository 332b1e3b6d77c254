import type { Shard } from "../contract/shard.js";
import type { ContextToken } from "./reason.js";

/**
 * How often each row was met together with what the shopper looks at: Σ attention · share over the session's items. Empty where the release
 * has no neighbours.
 */
export function neighbourShares(shard: Shard, tokens: readonly Pick<ContextToken, "kind" | "value" | "attention">[]): Map<number, number> {
  const shares = new Map<number, number>();
  const { neighbours } = shard;
  if (!neighbours) return shares;
  const { offsets, rows, weights } = neighbours;
  for (const { kind, value, attention } of tokens) {
    const row = kind === "item" ? shard.row(value) : -1;
    if (row < 0) continue;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) shares.set(rows[at], (shares.get(rows[at]) ?? 0) + (attention * weights[at]) / 255);
  }
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
