import type { Shard } from "../../contract/shard.js";
import { type Hits, type Kernel, quantizeQuery, type SearchOptions, scoreRow, scoreRows } from "./kernel.js";

/** Every row, one after the other. */
export function searchRows(shard: Shard, query: Float32Array, { k, priorWeight = 0, mask = null, floor = Number.NEGATIVE_INFINITY }: SearchOptions): Hits {
  const quantized = quantizeQuery(query, shard.dims);
  const weight = Math.fround(priorWeight);
  const size = Math.max(0, Math.min(k, shard.count));
  const rows = new Int32Array(size);
  const scores = new Float32Array(size);
  let found = 0;
  for (let row = 0; row < shard.count && size > 0; row++) {
    if (mask && ((mask.bits[row >>> 5] >>> (row & 31)) & 1) === 0) continue;
    const score = scoreRow(shard, row, quantized, weight);
    if (Number.isNaN(score) || score < floor || (score === floor && Number.isFinite(floor))) continue;
    if (found === size && !(score > scores[size - 1])) continue;
    let place = found < size ? found++ : size - 1;
    for (; place > 0 && scores[place - 1] < score; place--) {
      scores[place] = scores[place - 1];
      rows[place] = rows[place - 1];
    }
    scores[place] = score;
    rows[place] = row;
  }
  return { rows: rows.subarray(0, found), scores: scores.subarray(0, found) };
}

/** For pages without WebAssembly SIMD, or whose CSP forbids compiling it. */
export function jsKernel(shard: Shard, reason: string): Kernel {
  return {
    name: "js",
    relaxed: false,
    reason,
    ready: Promise.resolve(),
    search: (query, options) => searchRows(shard, query, options),
    score: (query, rows) => scoreRows(shard, query, rows),
  };
}
