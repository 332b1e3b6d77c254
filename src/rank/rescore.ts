import type { EncoderManifest, RankingHead } from "../contract/encoder.js";
import { DEMAND_STEPS, type Shard } from "../contract/shard.js";
import { HEAD_FEATURES, type HeadContext, headFeatures, headLogit } from "./head.js";
import type { Rescore } from "./ranker.js";
import { sorted } from "./top.js";

/** Of as many numbers as there have to be: one with other features is a later version's. */
const isHead = ({ hidden, bias, output }: RankingHead): boolean =>
  [hidden, bias, output].every((values) => Array.isArray(values) && values.every(Number.isFinite)) &&
  hidden.length === bias.length * HEAD_FEATURES &&
  output.length === bias.length;

/** The release's head for one session; undefined where the release has none that can be used. */
export function rescorer(
  { shard, encoder: { config, head } }: { readonly shard: Shard; readonly encoder: Pick<EncoderManifest, "config" | "head"> },
  /** Rows of the session's items, newest last. */
  seen: readonly number[],
  /** Logits of a return to them, by row. */
  repeats: ReadonlyMap<number, number>,
): Rescore | undefined {
  if (!head || !isHead(head)) return undefined;
  const { temperature } = config;
  const features = new Float32Array(HEAD_FEATURES);
  return ({ rows, scores }, apart, logZ) => {
    const context: HeadContext = { logZ, temperature, seen, repeats };
    const rescored = Array.from(rows, (row, i): [row: number, score: number] => {
      const { cosine = scores[i], share = 0 } = apart.get(row) ?? {};
      const candidate = { row, score: scores[i], cosine, share, demand: shard.demand ? shard.demand[row] / DEMAND_STEPS : 0, prior: shard.prior[row] };
      headFeatures(candidate, context, features, 0);
      return [row, scores[i] + temperature * headLogit(head, features, 0)];
    });
    return sorted(rescored, rows.length);
  };
}
