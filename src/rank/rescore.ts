import type { RankingHead } from "../contract/encoder.js";
import { DEMAND_STEPS, type Shard } from "../contract/shard.js";
import { HEAD_FEATURES, type HeadContext, headFeatures, headLogit } from "./head.js";
import type { RankContext, Rescore } from "./ranker.js";

/** Of as many numbers as there have to be: one with other features is a later version's. */
const isHead = ({ hidden, bias, output }: RankingHead): boolean =>
  [hidden, bias, output].every((values) => Array.isArray(values) && values.every(Number.isFinite)) &&
  hidden.length === bias.length * HEAD_FEATURES &&
  output.length === bias.length;

/** The release's head for one session; undefined where the release has none that can be used. `boosts` are in units of the score, as rankings add them. */
export function rescorer(
  { shard, encoder: { head } }: { readonly shard: Shard; readonly encoder: { readonly head?: RankingHead | undefined } },
  /** The session's, newest last; those that are no items have a row below 0. */
  tokens: readonly { readonly row: number }[],
  { boosts, temperature }: Pick<RankContext, "boosts" | "temperature">,
): Rescore | undefined {
  if (!head || !isHead(head)) return undefined;
  const seen = tokens.map(({ row }) => row).filter((row) => row >= 0);
  const repeats = new Map(Array.from(boosts, ([row, boost]) => [row, boost / temperature]));
  const features = new Float32Array(HEAD_FEATURES);
  return ({ rows, scores }, apart, logZ) => {
    const context: HeadContext = { logZ, temperature, seen, repeats };
    const rescored = Array.from(rows, (row, i) => {
      const { cosine = scores[i], share = 0 } = apart.get(row) ?? {};
      const candidate = { row, score: scores[i], cosine, share, demand: shard.demand ? shard.demand[row] / DEMAND_STEPS : 0, prior: shard.prior[row] };
      headFeatures(candidate, context, features, 0);
      return [row, scores[i] + temperature * headLogit(head, features, 0)] as const;
    });
    rescored.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return { rows: Int32Array.from(rescored, ([row]) => row), scores: Float32Array.from(rescored, ([, score]) => score) };
  };
}
