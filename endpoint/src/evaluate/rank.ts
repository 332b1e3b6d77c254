import * as tf from "@tensorflow/tfjs-core";
import { dequantizeRow, type Shard } from "presently/contract";
import { transposeLast } from "presently/model";
import { LIST } from "./metrics.js";
import type { Prefix } from "./personas.js";

/** Ranks prefixes over the shard's int8 rows; `dispose` frees what it holds. */
export interface PrefixRanker {
  /** Rows per prefix, best first. */
  rank(prefixes: readonly Prefix[]): Int32Array[];
  dispose(): void;
}

/** Scores are made for this many prefixes at once: 43,000 items × 128 floats are 22 MB. */
const CHUNK = 128;

/**
 * Exact top 20 of cosine over the int8 rows as the page decodes them, items of the session raised by the release's boost (in score units:
 * logits × temperature). All scores of a chunk are one product.
 */
export function createPrefixRanker(shard: Shard, seenBoost: readonly [number, number]): PrefixRanker {
  const d = shard.dims;
  const rows = new Float32Array(shard.count * d);
  for (let row = 0; row < shard.count; row++) dequantizeRow(shard, row, d, rows, row * d);
  const items = tf.tidy(() => transposeLast(tf.tensor2d(rows, [shard.count, d])));

  function top(scores: Float32Array): Int32Array {
    const list = new Int32Array(Math.min(LIST, scores.length));
    let filled = 0;
    let least = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < scores.length; row++) {
      const score = scores[row];
      if (filled === list.length && !(score > least)) continue;
      let at = filled < list.length ? filled++ : filled - 1;
      for (; at > 0 && scores[list[at - 1]] < score; at--) list[at] = list[at - 1];
      list[at] = row;
      least = scores[list[filled - 1]];
    }
    return list;
  }

  return {
    rank(prefixes) {
      const lists: Int32Array[] = [];
      for (let from = 0; from < prefixes.length; from += CHUNK) {
        const chunk = prefixes.slice(from, from + CHUNK);
        const queries = new Float32Array(chunk.length * d);
        chunk.forEach(({ persona }, i) => {
          queries.set(persona, i * d);
        });
        const product = tf.tidy(() => tf.matMul(tf.tensor2d(queries, [chunk.length, d]), items));
        const scores = product.dataSync<"float32">();
        product.dispose();
        chunk.forEach(({ seen }, i) => {
          const own = scores.subarray(i * shard.count, (i + 1) * shard.count);
          const last = seen[seen.length - 1];
          for (const row of new Set(seen)) own[row] += row === last ? seenBoost[0] : seenBoost[1];
          lists.push(top(own));
        });
      }
      return lists;
    },
    dispose: () => items.dispose(),
  };
}
