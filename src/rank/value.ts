import type { RankingRequest } from "../contract/ranking.js";
import type { Shard } from "../contract/shard.js";
import { numbersOf } from "./fields.js";
import { worth } from "./relevance.js";
import type { Scale } from "./scale.js";
import type { Candidate } from "./scorers.js";

type ValueRule = NonNullable<RankingRequest["value"]>;

/** Steps of the search for the weight: an error of less than a thousandth. */
const BISECTIONS = 10;

function valuesOf(shard: Shard, { field, items = {} }: ValueRule): (row: number) => number {
  return field === undefined ? (row) => items[shard.id(row)] ?? Number.NaN : numbersOf(shard, field, "The business value");
}

/** To 0 … 1 within the list; what is unknown lies in the middle of what is known, so that it neither wins nor loses. */
function spread(values: readonly number[]): number[] {
  const known = values.filter(Number.isFinite);
  const least = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const range = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - least;
  if (!(range > 0)) return values.map(() => 0);
  const mean = known.reduce((sum, value) => sum + (value - least) / range, 0) / known.length;
  return values.map((value) => (Number.isFinite(value) ? (value - least) / range : mean));
}

/** What value does not choose among stands behind what it does, in its own order. */
const behind = (chosen: readonly Candidate[], others: readonly Candidate[]): Candidate[] => {
  const last = chosen.at(-1)?.score ?? 0;
  return [...chosen, ...others.map((candidate, i) => ({ ...candidate, score: last - (i + 1) * 1e-6 }))];
};

/**
 * Orders the first `choice` candidates by (1 − w) · score + w · value, both spread over 0 … 1 among them. w is the rule's weight, or as much of it as keeps the loss of
 * relevance in the `places` first places, of which the first is `from`, within `giveUp`.
 */
export function blendValue(
  shard: Shard,
  scale: Scale,
  all: readonly Candidate[],
  rule: ValueRule,
  places: { readonly from: number; readonly count: number; readonly choice: number },
): Candidate[] {
  const candidates = all.slice(0, places.choice);
  const others = all.slice(places.choice);
  const { giveUp, weight = 1 } = rule;
  const own = valuesOf(shard, rule);
  const values = spread(candidates.map(({ row }) => own(row)));
  const scores = spread(candidates.map(({ score }) => score));
  const mixed = (w: number) =>
    candidates
      .map((candidate, i) => ({ ...candidate, score: (1 - w) * scores[i] + w * values[i] }))
      // Equals keep their order.
      .sort((a, b) => b.score - a.score);
  if (giveUp === undefined) return behind(mixed(weight), others);
  const best = candidates.reduce((most, { relevance }) => Math.max(most, relevance), Number.NEGATIVE_INFINITY);
  const worthOf = (list: readonly Candidate[]) => worth(scale, list.slice(0, places.count), places.from, best);
  const enough = (1 - giveUp) * worthOf(candidates);
  let [low, high] = [0, weight];
  if (worthOf(mixed(high)) >= enough) return behind(mixed(high), others);
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (worthOf(mixed(middle)) >= enough) low = middle;
    else high = middle;
  }
  return behind(mixed(low), others);
}
