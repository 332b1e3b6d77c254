/**
 * Spherical k-means (Dhillon and Modha, Machine Learning 42, 2001): rows and centroids are unit vectors, a row belongs to the centroid with
 * the largest cosine.
 */

/** The nearest of `k` centroids [k, dims] to the row at `at`. */
export function nearest(rows: Float32Array, at: number, centroids: Float32Array, dims: number): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let base = 0, c = 0; base < centroids.length; base += dims, c++) {
    // Four sums: one would wait for each addition before the next.
    let [a, b, e, f] = [0, 0, 0, 0];
    let d = 0;
    for (; d + 3 < dims; d += 4) {
      a += rows[at + d] * centroids[base + d];
      b += rows[at + d + 1] * centroids[base + d + 1];
      e += rows[at + d + 2] * centroids[base + d + 2];
      f += rows[at + d + 3] * centroids[base + d + 3];
    }
    for (; d < dims; d++) a += rows[at + d] * centroids[base + d];
    const cosine = a + b + (e + f);
    if (cosine > most) {
      most = cosine;
      best = c;
    }
  }
  return best;
}

export function normalizeRows(rows: Float32Array, dims: number): Float32Array {
  for (let at = 0; at < rows.length; at += dims) {
    let squares = 0;
    for (let d = 0; d < dims; d++) squares += rows[at + d] ** 2;
    const length = Math.sqrt(squares) || 1;
    for (let d = 0; d < dims; d++) rows[at + d] /= length;
  }
  return rows;
}

/**
 * Centroids [k, dims] of unit rows [n, dims]. A centroid which loses all its rows takes over a random one.
 * @param random 0 … 1
 */
export function kMeans(rows: Float32Array, dims: number, k: number, random: () => number, iterations = 10): Float32Array {
  const n = rows.length / dims;
  const centroids = new Float32Array(k * dims);
  const copyRow = (c: number) => {
    const row = Math.floor(random() * n);
    centroids.set(rows.subarray(row * dims, (row + 1) * dims), c * dims);
  };
  // Distinct rows to begin with, where there are enough.
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let c = 0; c < k; c++) {
    if (c >= n) {
      copyRow(c);
      continue;
    }
    const other = c + Math.floor(random() * (n - c));
    [order[c], order[other]] = [order[other], order[c]];
    centroids.set(rows.subarray(order[c] * dims, (order[c] + 1) * dims), c * dims);
  }
  const sums = new Float32Array(k * dims);
  const counts = new Uint32Array(k);
  for (let iteration = 0; iteration < iterations; iteration++) {
    sums.fill(0);
    counts.fill(0);
    for (let row = 0; row < n; row++) {
      const c = nearest(rows, row * dims, centroids, dims);
      counts[c]++;
      for (let d = 0; d < dims; d++) sums[c * dims + d] += rows[row * dims + d];
    }
    centroids.set(sums);
    normalizeRows(centroids, dims);
    for (let c = 0; c < k; c++) if (counts[c] === 0 && n > 0) copyRow(c);
  }
  return centroids;
}
