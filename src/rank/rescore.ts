import type { EncoderManifest } from "../contract/encoder.js";
import { DEMAND_STEPS, dequantizeRow, type Shard } from "../contract/shard.js";
import { candidateColumns, headFeatures, headLogits, headSession, readyHead } from "./head.js";
import { neighboursIn } from "./neighbours.js";
import type { RankContext, Rescore } from "./ranker.js";
import { sorted } from "./top.js";

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
  const ready = head && readyHead(head);
  if (!ready) return undefined;
  const { temperature } = config;
  const { demand, prior } = shard;
  const session = headSession(seen, repeats, prior, neighboursIn(shard));
  const [toNewest, toPrevious] = [cosineTo(shard, seen.at(-1)), cosineTo(shard, seen.at(-2))];
  return ({ rows, scores }, apart, logZ) => {
    const candidates = candidateColumns(rows, scores);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      const own = apart.get(row);
      candidates.cosines[i] = own ? own.cosine : scores[i];
      candidates.shares[i] = own ? own.share : 0;
      candidates.toNewest[i] = toNewest(row);
      candidates.toPrevious[i] = toPrevious(row);
      candidates.demand[i] = demand ? demand[row] / DEMAND_STEPS : 0;
      candidates.prior[i] = prior[row];
    }
    const logits = headLogits(ready, headFeatures(candidates, session, { logZ, temperature }));
    const rescored = Array.from(rows, (row, i) => [row, scores[i] + temperature * logits[i]] as const);
    return sorted(rescored, rows.length);
  };
}

/**
 * The session's items, what returns to them are worth in units of the score, and the release's second stage: what every ranking by a session needs of
 * it. `rows`: of the tokens that the encoder saw, −1 where one is no item, and the logit of a return to each; null where nothing was encoded.
 */
export function bySession(
  release: Parameters<typeof rescorer>[0],
  rows: readonly number[],
  repeat: ArrayLike<number> | null,
): Pick<RankContext, "seen" | "boosts" | "rescore"> {
  const { temperature } = release.encoder.config;
  const seen = rows.filter((row) => row >= 0);
  // Of an item's tokens the newest counts.
  const repeats = new Map(rows.flatMap((row, i) => (row >= 0 && repeat ? [[row, repeat[i]] as const] : [])));
  return { seen, boosts: new Map(Array.from(repeats, ([row, logit]) => [row, logit * temperature])), rescore: rescorer(release, seen, repeats) };
}
