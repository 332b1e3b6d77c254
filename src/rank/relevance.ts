import type { Relevance } from "../contract/ranking.js";
import type { Scale } from "./scale.js";
import type { Candidate } from "./scorers.js";

type Relevant = Pick<Candidate, "relevance">;

/** What a list of items from a place on is worth (contract/ranking.ts, Relevance). `best`: the largest relevance of the ranking. */
export function worth(scale: Scale, list: readonly Relevant[], from: number, best: number): number {
  return list.reduce((sum, { relevance }, i) => sum + scale.likelihood(relevance, best) / Math.log2(from + i + 2), 0);
}

/** What each step from the best list to the shown one took. Lists in the order of the steps: best, boost, value, places, explore. */
export function relevanceOf(scale: Scale, lists: readonly (readonly Relevant[])[], from: number): Relevance {
  const [ideal] = lists;
  const best = ideal.reduce((most, { relevance }) => Math.max(most, relevance), Number.NEGATIVE_INFINITY);
  const whole = worth(scale, ideal, from, best);
  if (!(whole > 0)) return { kept: 1, cost: { boost: 0, value: 0, places: 0, explore: 0 } };
  const shares = lists.map((list) => worth(scale, list, from, best) / whole);
  const [boost, value, places, explore] = shares.slice(1).map((share, i) => shares[i] - share);
  return { kept: shares.at(-1)!, cost: { boost, value, places, explore } };
}
