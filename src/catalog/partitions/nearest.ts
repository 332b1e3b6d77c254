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

/** A centroid as a unit vector [dims]. */
export function centroid({ dims, vectors }: Centroids, c: number): Float32Array {
  const row = Float32Array.from(vectors.subarray(c * dims, (c + 1) * dims));
  const length = Math.hypot(...row) || 1;
  return row.map((value) => value / length);
}

/** All of a level, by cosine to one of them, which comes first. */
export function neighboursOf(level: Centroids, c: number): number[] {
  const own = centroid(level, c);
  const cosines = Array.from({ length: level.count }, (_, other) => centroid(level, other).reduce((sum, value, d) => sum + value * own[d], 0));
  cosines[c] = Number.POSITIVE_INFINITY;
  return [...cosines.keys()].sort((a, b) => cosines[b] - cosines[a] || a - b);
}
