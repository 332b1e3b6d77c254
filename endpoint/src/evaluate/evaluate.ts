import type { TrainingSession } from "../train/data.js";
import { MetricSum, type Metrics } from "./metrics.js";
import { type PrefixOptions, personas, type ReleaseParts } from "./personas.js";
import { createPrefixRanker } from "./rank.js";

export type EvaluateOptions = Partial<PrefixOptions>;

export const ALL_PREFIXES: PrefixOptions = { minPrefix: 1, lastOnly: false };

/**
 * Ranks every prefix of the sessions through the SDK's session input, the release's own encoder weights and the SDK's ranker over its int8
 * rows. Targets which the release does not have count as misses. Nothing is filtered out: repeats are real.
 */
export async function evaluateRelease(parts: ReleaseParts, sessions: readonly TrainingSession[], options: EvaluateOptions = {}): Promise<Metrics> {
  const sum = new MetricSum(parts.shard.count);
  const rank = await createPrefixRanker(parts.shard, parts.encoder.config);
  for await (const prefixes of personas(parts, sessions, { ...ALL_PREFIXES, ...options }))
    for (const prefix of prefixes) sum.add(rank(prefix), prefix.target, prefix.seen);
  return sum.result();
}
