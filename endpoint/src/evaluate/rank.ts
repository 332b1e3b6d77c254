import { type EncoderConfig, parseRankingRequest, type Shard } from "presently/contract";
import { createKernel, createRanker } from "presently/rank";
import { LIST } from "./metrics.js";
import type { Prefix } from "./personas.js";

const REQUEST = parseRankingRequest({ kind: "recommend", limit: LIST });

/** Ranks prefixes as a page does: the SDK's ranker over its int8 kernel. Gives rows per prefix, best first. */
export async function createPrefixRanker(shard: Shard, { temperature, neighbourWeight }: EncoderConfig): Promise<(prefix: Prefix) => number[]> {
  const ranker = createRanker(shard, await createKernel(shard));
  const vector = new Float32Array(shard.dims);
  return ({ persona, attention, repeats }) => {
    const tokens = attention.map(([row, share]) => ({ kind: "item" as const, value: shard.id(row), label: "", interaction: "view", attention: share, vector }));
    const boosts = new Map(Array.from(repeats, ([row, logit]) => [row, logit * temperature]));
    const context = { persona, confidence: 1, tokens, boosts, temperature, neighbourWeight, random: () => 0 };
    return ranker.rank(REQUEST, context).items.map(({ row }) => row);
  };
}
