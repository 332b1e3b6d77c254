import type { EncoderManifest, RankingHead } from "../contract/encoder.js";
import { DEMAND_STEPS, dequantizeRow, type Shard } from "../contract/shard.js";
import { HEAD_FEATURES, type HeadCandidate, headFeatures, headLogit, headSession } from "./head.js";
import { neighboursIn } from "./neighbours.js";
import type { RankContext, Rescore } from "./ranker.js";
import { sorted } from "./top.js";

/** Of as many numbers as there have to be: one with other features is another version's. */
const isHead = ({ hidden, bias, output }: RankingHead): boolean =>
  [hidden, bias, output].every((values) => Array.isArray(values) && values.every(Number.isFinite)) &&
  hidden.length === bias.length * HEAD_FEATURES &&
  output.length === bias.length;

/** The cosine of any row to `row`, whose vector is read once; 0 to one that is not there. */
function cosineTo(shard: Shard, row: number | undefined): (other: number) => number {
  if (row === undefined) return () => 0;
  const { dims, vectors, scale } = shard;
  const vector = dequantizeRow(shard, row, dims);
  return (other) => {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += vector[d] * vectors[other * dims + d];
    return sum * scale[other];
  };
}

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
  const { demand, prior } = shard;
  const session = headSession(seen, repeats, prior, neighboursIn(shard));
  const [toNewest, toPrevious] = [cosineTo(shard, seen.at(-1)), cosineTo(shard, seen.at(-2))];
  return ({ rows, scores }, apart, logZ) => {
    const candidates = Array.from(rows, (row, i): HeadCandidate => {
      const { cosine = scores[i], share = 0 } = apart.get(row) ?? {};
      const near = { toNewest: toNewest(row), toPrevious: toPrevious(row) };
      return { row, score: scores[i], cosine, share, ...near, demand: demand ? demand[row] / DEMAND_STEPS : 0, prior: prior[row] };
    });
    const features = headFeatures(candidates, session, { logZ, temperature });
    const rescored = candidates.map(({ row, score }, i) => [row, score + temperature * headLogit(head, features, i * HEAD_FEATURES)] as const);
    return sorted(rescored, rows.length);
  };
}

/** What the session's returns are worth in units of the score, and the release's second stage: what every ranking by a session needs of it. */
export function bySession(
  release: Parameters<typeof rescorer>[0],
  seen: readonly number[],
  repeats: ReadonlyMap<number, number>,
): Pick<RankContext, "boosts" | "rescore"> {
  const { temperature } = release.encoder.config;
  return { boosts: new Map(Array.from(repeats, ([row, logit]) => [row, logit * temperature])), rescore: rescorer(release, seen, repeats) };
}
