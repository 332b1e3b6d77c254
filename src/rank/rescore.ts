import type { EncoderManifest, RankingHead } from "../contract/encoder.js";
import { DEMAND_STEPS, dequantizeRow, type Shard } from "../contract/shard.js";
import { HEAD_FEATURES, headFeatures, headLogit, headSession } from "./head.js";
import type { Rescore } from "./ranker.js";
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
  const session = headSession(seen, repeats, prior);
  const [toNewest, toPrevious] = [cosineTo(shard, seen.at(-1)), cosineTo(shard, seen.at(-2))];
  const features = new Float32Array(HEAD_FEATURES);
  return ({ rows, scores }, apart, logZ) => {
    const rescored = Array.from(rows, (row, i): [row: number, score: number] => {
      const { cosine = scores[i], share = 0 } = apart.get(row) ?? {};
      const rise = demand ? demand[row] / DEMAND_STEPS : 0;
      const near = { toNewest: toNewest(row), toPrevious: toPrevious(row) };
      headFeatures({ row, score: scores[i], cosine, share, demand: rise, prior: prior[row], ...near }, session, { logZ, temperature }, features, 0);
      return [row, scores[i] + temperature * headLogit(head, features, 0)];
    });
    return sorted(rescored, rows.length);
  };
}
