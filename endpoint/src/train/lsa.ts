import { fillNormal } from "./random.js";
import type { SparseRows } from "./sparse.js";

const ITERATIONS = 4;
/** Mean length of an item's metadata part at the start. */
const LENGTH = 0.6;

/** Makes the columns of [rows, dims] orthonormal (modified Gram–Schmidt); columns without anything of their own become zero. */
function orthonormalize(matrix: Float64Array, rows: number, dims: number): void {
  // Column by column in memory: down the columns of the matrix itself every number would be a cache line.
  const columns = Array.from({ length: dims }, (_, d) => Float64Array.from({ length: rows }, (_, r) => matrix[r * dims + d]));
  columns.forEach((a, i) => {
    for (const b of columns.slice(0, i)) {
      let dot = 0;
      for (let r = 0; r < rows; r++) dot += a[r] * b[r];
      if (dot !== 0) for (let r = 0; r < rows; r++) a[r] -= dot * b[r];
    }
    let square = 0;
    for (let r = 0; r < rows; r++) square += a[r] ** 2;
    const inverse = square > 1e-18 ? 1 / Math.sqrt(square) : 0;
    for (let r = 0; r < rows; r++) matrix[r * dims + i] = a[r] * inverse;
    for (let r = 0; r < rows; r++) a[r] *= inverse;
  });
}

/**
 * A feature table [buckets, dims] with which items of like text lie near one another before anything is trained: latent semantic analysis
 * (Deerwester et al. 1990) of the items' TF-IDF matrix X, whose right singular vectors V come from subspace iteration (Halko et al. 2011).
 * An item's row of the first `items` is then X V.
 */
export function latentFeatures({ offsets, columns, weights }: SparseRows, items: number, count: number, dims: number, random: () => number): Float32Array {
  const frequency = new Float64Array(count);
  for (let at = 0; at < offsets[items]; at++) frequency[columns[at]]++;
  const idf = frequency.map((n) => (n > 0 ? Math.log((items + 1) / n) : 0));
  // Unit rows, so that an item with much text does not decide alone what is alike.
  const lengths = new Float64Array(items);
  for (let row = 0; row < items; row++) {
    let square = 0;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) square += (weights[at] * idf[columns[at]]) ** 2;
    lengths[row] = Math.sqrt(square) || 1;
  }
  const start = new Float32Array(count * dims);
  fillNormal(start, 1, random);
  let v = Float64Array.from(start);
  let next = new Float64Array(count * dims);
  const own = new Float64Array(dims);
  /** A row of X V into `own`: all of it at once would be the largest array of a training. */
  const forward = (row: number) => {
    own.fill(0);
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const value = (weights[at] * idf[columns[at]]) / lengths[row];
      const from = columns[at] * dims;
      for (let d = 0; d < dims; d++) own[d] += value * v[from + d];
    }
  };
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    next.fill(0);
    for (let row = 0; row < items; row++) {
      forward(row);
      for (let at = offsets[row]; at < offsets[row + 1]; at++) {
        const value = (weights[at] * idf[columns[at]]) / lengths[row];
        const to = columns[at] * dims;
        for (let d = 0; d < dims; d++) next[to + d] += value * own[d];
      }
    }
    // Once for XᵀX: to make X V orthonormal between gives the same axes, and took nine tenths of the time of a large catalogue.
    orthonormalize(next, count, dims);
    [v, next] = [next, v];
  }
  let total = 0;
  for (let row = 0; row < items; row++) {
    forward(row);
    let square = 0;
    for (let d = 0; d < dims; d++) square += own[d] * own[d];
    total += Math.sqrt(square) * lengths[row];
  }
  const scale = total > 0 ? (LENGTH * items) / total : 0;
  return Float32Array.from(v, (value, i) => value * idf[Math.floor(i / dims)] * scale);
}
