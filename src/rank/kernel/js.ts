import type { Shard } from "../../contract/shard.js";
import { type Kernel, quantizeQuery, scoreRow, scoreRows } from "./kernel.js";

/** For pages without WebAssembly SIMD, or whose CSP forbids compiling it. */
export function jsKernel(shard: Shard, reason: string): Kernel {
  return {
    name: "js",
    reason,
    search(query, { k, priorWeight = 0, mask = null }) {
      const quantized = quantizeQuery(query, shard.dims);
      const weight = Math.fround(priorWeight);
      const size = Math.max(0, Math.min(k, shard.count));
      const rows = new Int32Array(size);
      const scores = new Float32Array(size);
      let found = 0;
      for (let row = 0; row < shard.count && size > 0; row++) {
        if (mask && mask[row] === 0) continue;
        const score = scoreRow(shard, row, quantized, weight);
        if (Number.isNaN(score) || (found === size && !(score > scores[size - 1]))) continue;
        let place = found < size ? found++ : size - 1;
        for (; place > 0 && scores[place - 1] < score; place--) {
          scores[place] = scores[place - 1];
          rows[place] = rows[place - 1];
        }
        scores[place] = score;
        rows[place] = row;
      }
      return { rows: rows.subarray(0, found), scores: scores.subarray(0, found) };
    },
    score: (query, rows) => scoreRows(shard, query, rows),
  };
}
