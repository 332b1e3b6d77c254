import type { Hits } from "./kernel/kernel.js";

/** Best first, ties by the lower row, as kernels have it; at most k. */
export function sorted(entries: Iterable<readonly [row: number, score: number]>, k: number): Hits {
  const best = [...entries].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, k);
  const [rows, scores] = [new Int32Array(best.length), new Float32Array(best.length)];
  best.forEach((entry, i) => {
    [rows[i], scores[i]] = entry;
  });
  return { rows, scores };
}

/** The k best of a score that is no product of vectors. NaN is never among them. */
export function topRows(count: number, score: (row: number) => number, passes: (row: number) => boolean, k: number): Hits {
  const size = Math.max(0, Math.min(k, count));
  const rows = new Int32Array(size);
  const scores = new Float32Array(size);
  let found = 0;
  for (let row = 0; row < count && size > 0; row++) {
    const own = Math.fround(score(row));
    if (Number.isNaN(own) || (found === size && !(own > scores[size - 1])) || !passes(row)) continue;
    let place = found < size ? found++ : size - 1;
    for (; place > 0 && scores[place - 1] < own; place--) {
      scores[place] = scores[place - 1];
      rows[place] = rows[place - 1];
    }
    scores[place] = own;
    rows[place] = row;
  }
  return { rows: rows.subarray(0, found), scores: scores.subarray(0, found) };
}
