import { type EncoderManifest, parseRankingRequest, type Shard } from "presently/contract";
import { bySession, createKernel, createRanker } from "presently/rank";
import { LIST } from "./metrics.js";
import type { Prefix } from "./personas.js";

const REQUEST = parseRankingRequest({ kind: "recommend", limit: LIST });

/** Ranks prefixes as a page does: the SDK's ranker over its int8 kernel. Gives rows per prefix, best first. */
export async function createPrefixRanker(shard: Shard, encoder: Pick<EncoderManifest, "config" | "head">): Promise<(prefix: Prefix) => number[]> {
  const { temperature, neighbourWeight } = encoder.config;
  const ranker = createRanker(shard, await createKernel(shard));
  return ({ persona, rows, repeat }) => {
    // Nobody asks for reasons.
    const context = { persona, confidence: 1, tokens: [], temperature, neighbourWeight, ...bySession({ shard, encoder }, rows, repeat), random: () => 0 };
    return ranker.rank(REQUEST, context).items.map(({ row }) => row);
  };
}
