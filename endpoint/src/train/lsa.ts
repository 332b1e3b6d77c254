import { fillNormal } from "./random.js";

/** Rows of features, one after another: row r has entries `offsets[r]` to `offsets[r + 1]`. */
export interface FeatureRows {
  readonly offsets: Int32Array;
  readonly buckets: Int32Array;
  readonly weights: Float32Array;
}

const ITERATIONS = 4;
/** Mean length of an item's metadata part at the start. */
const LENGTH = 0.6;

/** Makes the columns of [rows, dims] orthonormal (modified Gram–Schmidt); columns without anything of their own become zero. */
function orthonormalize(matrix: Float64Array, rows: number, dims: number): void {
  for (let a = 0; a < dims; a++) {
    for (let b = 0; b < a; b++) {
      let dot = 0;
      for (let r = 0; r < rows; r++) dot += matrix[r * dims + a] * matrix[r * dims + b];
      if (dot !== 0) for (let r = 0; r < rows; r++) matrix[r * dims + a] -= dot * matrix[r * dims + b];
    }
    let square = 0;
    for (let r = 0; r < rows; r++) square += matrix[r * dims + a] ** 2;
    const inverse = square > 1e-18 ? 1 / Math.sqrt(square) : 0;
    for (let r = 0; r < rows; r++) matrix[r * dims + a] *= inverse;
  }
}

/**
 * A feature table [buckets, dims] with which items of like text lie near one another before anything is trained: latent semantic analysis
 * (Deerwester et al. 1990) of the items' TF-IDF matrix X, whose right singular vectors V come from subspace iteration (Halko et al. 2011).
 * An item's row of the first `items` is then X V.
 */
export function latentFeatures({ offsets, buckets, weights }: FeatureRows, items: number, count: number, dims: number, random: () => number): Float32Array {
  const frequency = new Float64Array(count);
  for (let at = 0; at < offsets[items]; at++) frequency[buckets[at]]++;
  const idf = frequency.map((n) => (n > 0 ? Math.log((items + 1) / n) : 0));
  // Unit rows, so that an item with much text does not decide alone what is alike.
  const lengths = new Float64Array(items);
  for (let row = 0; row < items; row++) {
    let square = 0;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) square += (weights[at] * idf[buckets[at]]) ** 2;
    lengths[row] = Math.sqrt(square) || 1;
  }
  const start = new Float32Array(count * dims);
  fillNormal(start, 1, random);
  const v = Float64Array.from(start);
  const y = new Float64Array(items * dims);
  const forward = () => {
    y.fill(0);
    for (let row = 0; row < items; row++)
      for (let at = offsets[row]; at < offsets[row + 1]; at++) {
        const value = (weights[at] * idf[buckets[at]]) / lengths[row];
        for (let d = 0; d < dims; d++) y[row * dims + d] += value * v[buckets[at] * dims + d];
      }
  };
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    forward();
    orthonormalize(y, items, dims);
    v.fill(0);
    for (let row = 0; row < items; row++)
      for (let at = offsets[row]; at < offsets[row + 1]; at++) {
        const value = (weights[at] * idf[buckets[at]]) / lengths[row];
        for (let d = 0; d < dims; d++) v[buckets[at] * dims + d] += value * y[row * dims + d];
      }
    orthonormalize(v, count, dims);
  }
  forward();
  let total = 0;
  for (let row = 0; row < items; row++) {
    let square = 0;
    for (let d = 0; d < dims; d++) square += y[row * dims + d] ** 2;
    total += Math.sqrt(square) * lengths[row];
  }
  const scale = total > 0 ? (LENGTH * items) / total : 0;
  return Float32Array.from(v, (value, i) => value * idf[Math.floor(i / dims)] * scale);
}
