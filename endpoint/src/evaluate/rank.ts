import { type EncoderManifest, parseRankingRequest, type Shard } from "presently/contract";
import { bySession, createKernel, createRanker } from "presently/rank";
import { LIST } from "./metrics.js";
import type { Prefix } from "./personas.js";

const REQUEST = parseRankingRequest({ kind: "recommend", limit: LIST });

/** Ranks prefixes as a page does: the SDK's ranker over its int8 kernel. Gives rows per prefix, best first. */
export async function createPrefixRanker(shard: Shard, encoder: Pick<EncoderManifest, "config" | "head">): Promise<(prefix: Prefix) => number[]> {
  const { temperature, neighbourWeight } = encoder.config;
  const ranker = createRanker(shard, await createKernel(shard));
  const vector = new Float32Array(shard.dims);
  return ({ persona, attention, repeats }) => {
    const tokens = attention.map(([row, share]) => ({ kind: "item" as const, value: shard.id(row), label: "", interaction: "view", attention: share, vector }));
    const seen = attention.map(([row]) => row);
    const context = { persona, confidence: 1, tokens, temperature, neighbourWeight, ...bySession({ shard, encoder }, seen, repeats), random: () => 0 };
    return ranker.rank(REQUEST, context).items.map(({ row }) => row);
  };
}
