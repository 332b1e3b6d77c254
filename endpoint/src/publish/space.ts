import type { AttributeColumn, TraitKey } from "presently/contract";

const MAX_TRAITS = 2000;

export function meanVector(vectors: Float32Array, dims: number): Float32Array {
  const mean = new Float32Array(dims);
  const count = vectors.length / dims || 1;
  for (let i = 0; i < vectors.length; i++) mean[i % dims] += vectors[i] / count;
  return mean;
}

/**
 * The directions of categories, for pages that show one: the unit mean of the vectors of its items, the most frequent first. Other
 * attributes need none: a page reads traits off its items (`src/persona/traits.ts`), which was right far more often.
 */
export function traitVectors(columns: readonly AttributeColumn[], vectors: Float32Array, dims: number): { traits: TraitKey[]; rows: Float32Array } {
  const found: { key: TraitKey; sum: Float32Array }[] = [];
  for (const { name, values, codes } of columns) {
    if (!/^category[2-5]?$/.test(name)) continue;
    const sums = new Float32Array((values.length + 1) * dims);
    const counts = new Uint32Array(values.length + 1);
    codes.forEach((code, row) => {
      counts[code]++;
      for (let d = 0; d < dims; d++) sums[code * dims + d] += vectors[row * dims + d];
    });
    values.forEach((value, v) => {
      found.push({ key: { attribute: name, value, items: counts[v + 1] }, sum: sums.subarray((v + 1) * dims, (v + 2) * dims) });
    });
  }
  found.sort((a, b) => b.key.items - a.key.items);
  const kept = found.slice(0, MAX_TRAITS);
  const rows = new Float32Array(kept.length * dims);
  kept.forEach(({ sum }, r) => {
    const length = Math.hypot(...sum) || 1;
    for (let d = 0; d < dims; d++) rows[r * dims + d] = sum[d] / length;
  });
  return { traits: kept.map(({ key }) => key), rows };
}

/** The two axes along which the items differ most [2, dims], by power iteration on the covariance. */
export function principalAxes(vectors: Float32Array, mean: Float32Array, dims: number): Float32Array {
  const covariance = new Float64Array(dims * dims);
  const centred = new Float64Array(dims);
  for (let row = 0; row < vectors.length / dims; row++) {
    for (let d = 0; d < dims; d++) centred[d] = vectors[row * dims + d] - mean[d];
    for (let i = 0; i < dims; i++) for (let j = 0; j < dims; j++) covariance[i * dims + j] += centred[i] * centred[j];
  }
  const axes = new Float32Array(2 * dims);
  for (let a = 0; a < 2; a++) {
    // A start which is no axis' normal, the same every time, so that the map keeps its orientation.
    let axis = Float64Array.from({ length: dims }, (_, d) => Math.cos(d * (a + 1) + 1));
    for (let iteration = 0; iteration < 100; iteration++) {
      const next = new Float64Array(dims);
      for (let i = 0; i < dims; i++) for (let j = 0; j < dims; j++) next[i] += covariance[i * dims + j] * axis[j];
      if (a === 1) {
        let along = 0;
        for (let d = 0; d < dims; d++) along += next[d] * axes[d];
        for (let d = 0; d < dims; d++) next[d] -= along * axes[d];
      }
      const length = Math.hypot(...next);
      if (length < 1e-12) break;
      axis = next.map((value) => value / length);
    }
    if (a === 1) {
      let along = 0;
      for (let d = 0; d < dims; d++) along += axis[d] * axes[d];
      for (let d = 0; d < dims; d++) axis[d] -= along * axes[d];
    }
    const length = Math.hypot(...axis) || 1;
    for (let d = 0; d < dims; d++) axes[a * dims + d] = axis[d] / length;
  }
  return axes;
}
