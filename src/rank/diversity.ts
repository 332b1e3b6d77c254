import { dequantizeRow, type Shard } from "../contract/shard.js";
import type { Hits } from "./kernel/kernel.js";

/**
 * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): takes, one after the other, the item with the largest
 * (1 − diversity) · score − diversity · largest cosine to what is taken already. Gives `count` indices into `hits`.
 * Costs hits × count × dims multiplications.
 */
export function diversify(shard: Shard, hits: Hits, count: number, diversity: number): number[] {
  const { dims } = shard;
  const size = hits.rows.length;
  const vectors = new Float32Array(size * dims);
  for (let i = 0; i < size; i++) {
    dequantizeRow(shard, hits.rows[i], dims, vectors, i * dims);
    let squares = 0;
    for (let d = 0; d < dims; d++) squares += vectors[i * dims + d] ** 2;
    const length = Math.sqrt(squares) || 1;
    for (let d = 0; d < dims; d++) vectors[i * dims + d] /= length;
  }
  const nearest = new Float32Array(size).fill(-1);
  const taken: number[] = [];
  const open = new Set(hits.rows.keys());
  while (taken.length < count && open.size > 0) {
    let best = -1;
    let bestValue = Number.NEGATIVE_INFINITY;
    for (const i of open) {
      const value = (1 - diversity) * hits.scores[i] - (taken.length ? diversity * nearest[i] : 0);
      if (value > bestValue) {
        best = i;
        bestValue = value;
      }
    }
    if (best < 0) break;
    open.delete(best);
    taken.push(best);
    for (const i of open) {
      let cosine = 0;
      for (let d = 0; d < dims; d++) cosine += vectors[i * dims + d] * vectors[best * dims + d];
      nearest[i] = Math.max(nearest[i], cosine);
    }
  }
  return taken;
}
