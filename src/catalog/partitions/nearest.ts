import type { Centroids } from "../../contract/partitions.js";

/** Expected score of each centroid's items for a query [dims]. [count] */
export function centroidScores({ dims, count, vectors, scale }: Centroids, query: Float32Array): Float32Array {
  const scores = new Float32Array(count);
  for (let c = 0; c < count; c++) {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += vectors[c * dims + d] * query[d];
    scores[c] = sum * scale[c];
  }
  return scores;
}

const units = new WeakMap<Centroids, Float32Array>();

/** Centroids as unit vectors [count, dims], made once. */
export function unitCentroids(level: Centroids): Float32Array {
  let rows = units.get(level);
  if (!rows) {
    const { dims, count, vectors } = level;
    rows = Float32Array.from(vectors);
    for (let c = 0; c < count; c++) {
      let squares = 0;
      for (let d = 0; d < dims; d++) squares += rows[c * dims + d] ** 2;
      const length = Math.sqrt(squares) || 1;
      for (let d = 0; d < dims; d++) rows[c * dims + d] /= length;
    }
    units.set(level, rows);
  }
  return rows;
}

/** All of a level, by cosine to one of them, which comes first. */
export function neighboursOf(level: Centroids, c: number): number[] {
  const { dims, count } = level;
  const rows = unitCentroids(level);
  const cosines = new Float32Array(count);
  for (let other = 0; other < count; other++) for (let d = 0; d < dims; d++) cosines[other] += rows[other * dims + d] * rows[c * dims + d];
  cosines[c] = Number.POSITIVE_INFINITY;
  return Array.from(cosines.keys()).sort((a, b) => cosines[b] - cosines[a] || a - b);
}

/**
 * How many deviations above its mean a partition's best item would have to lie to reach a score. Along any one direction rows deviate from
 * their mean by √((1 − |mean|²) / dims) where they deviate alike in all; real ones deviate more in some.
 */
export function deviationsTo(score: number, level: Centroids, c: number, mean: number): number {
  const { dims, vectors, scale } = level;
  let squares = 0;
  for (let d = 0; d < dims; d++) squares += (vectors[c * dims + d] * scale[c]) ** 2;
  return (score - mean) / Math.sqrt((UNEVEN * Math.max(1e-4, 1 - squares)) / dims);
}

/** Variance along the directions that matter, beside the mean over all: measured on trained vectors. */
const UNEVEN = 2;

/** The k best scores of rows for a query, best first; fewer where there are fewer rows. */
export function bestScores({ dims, count, vectors, scale }: Pick<Centroids, "dims" | "count" | "vectors" | "scale">, query: Float32Array, k: number): number[] {
  const best: number[] = [];
  for (let row = 0; row < count; row++) {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += vectors[row * dims + d] * query[d];
    const score = sum * scale[row];
    if (best.length === k && score <= best[k - 1]) continue;
    let place = best.length < k ? best.length : k - 1;
    for (; place > 0 && best[place - 1] < score; place--) best[place] = best[place - 1];
    best[place] = score;
  }
  return best;
}
