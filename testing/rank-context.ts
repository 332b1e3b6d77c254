import type { RankContext } from "../src/rank/ranker.js";

/** What a ranking has of a page that nobody has done anything on yet. */
export const COLD_CONTEXT: RankContext = {
  persona: null,
  confidence: 0,
  tokens: [],
  seen: [],
  boosts: new Map(),
  temperature: 0.07,
  neighbourWeight: 0,
  random: () => 0.5,
};
