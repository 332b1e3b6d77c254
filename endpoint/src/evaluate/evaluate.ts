import type { TrainingSession } from "../train/data.js";
import { MetricSum, type Metrics } from "./metrics.js";
import { type Prefix, type PrefixOptions, personas, type ReleaseParts } from "./personas.js";
import { createPrefixRanker } from "./rank.js";

export type EvaluateOptions = Partial<PrefixOptions>;

export const ALL_PREFIXES: PrefixOptions = { minPrefix: 1, lastOnly: false };

/** Whatever adds up lists: MetricSum, or with parts of the examples DetailedSum. */
interface Sum {
  add(list: ArrayLike<number>, target: number, seen: readonly number[], prefix: Prefix): void;
}

/**
 * Ranks every prefix of the sessions through the SDK's session input, the release's own encoder weights and the SDK's ranker over its int8
 * rows, and adds the lists to `sum`. Targets which the release does not have count as misses. Nothing is filtered out: repeats are real.
 */
export async function rankPrefixes(parts: ReleaseParts, sessions: readonly TrainingSession[], options: PrefixOptions, sum: Sum): Promise<void> {
  const rank = await createPrefixRanker(parts.shard, parts.encoder);
  for await (const prefixes of personas(parts, sessions, options)) for (const prefix of prefixes) sum.add(rank(prefix), prefix.target, prefix.seen, prefix);
}

export async function evaluateRelease(parts: ReleaseParts, sessions: readonly TrainingSession[], options: EvaluateOptions = {}): Promise<Metrics> {
  const sum = new MetricSum(parts.shard.count);
  await rankPrefixes(parts, sessions, { ...ALL_PREFIXES, ...options }, sum);
  return sum.result();
}
