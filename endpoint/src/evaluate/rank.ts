import { parseRankingRequest, type Shard } from "presently/contract";
import { createKernel, createRanker } from "presently/rank";
import { LIST } from "./metrics.js";
import type { Prefix } from "./personas.js";

const REQUEST = parseRankingRequest({ kind: "recommend", limit: LIST });

/** Ranks prefixes as a page does: the SDK's ranker over its int8 kernel. Gives rows per prefix, best first. */
export async function createPrefixRanker(shard: Shard, seenBoost: readonly [number, number]): Promise<(prefix: Prefix) => number[]> {
  const ranker = createRanker(shard, await createKernel(shard));
  return ({ persona, seen }) => ranker.rank(REQUEST, { persona, confidence: 1, tokens: [], seen, seenBoost, random: () => 0 }).items.map(({ row }) => row);
}
