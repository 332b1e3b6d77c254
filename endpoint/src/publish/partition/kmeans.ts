/**
 * Spherical k-means (Dhillon and Modha, Machine Learning 42, 2001): rows and centroids are unit vectors, a row belongs to the centroid with
 * the largest cosine.
 */

/** The nearest of `k` centroids [k, dims] to the row at `at`. */
function nearest(rows: Float32Array, at: number, centroids: Float32Array, dims: number): number {
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

/** The mean of some unit vectors [dims], whose length says how close they are. */
export function meanOf(vectors: Float32Array, dims: number, rows: Uint32Array): Float32Array {
  const mean = new Float32Array(dims);
  for (const row of rows) for (let d = 0; d < dims; d++) mean[d] += vectors[row * dims + d] / rows.length;
  return mean;
}

/** So many centroids are compared one by one. */
const FEW = 32;
/** Families of centroids that are looked into. */
const FAMILIES = 3;

/**
 * Finds the nearest of many centroids, nearly always: families of centroids first, then the members of the nearest. A row at the edge may get
 * the second best, which is as good a place for it; of 200 centroids a quarter is compared.
 */
export function assigner(centroids: Float32Array, dims: number): (rows: Float32Array, at: number) => number {
  const k = centroids.length / dims;
  if (k <= FEW) return (rows, at) => nearest(rows, at, centroids, dims);
  let state = 1;
  // Any draw will do, the same one each time.
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const count = Math.round(Math.sqrt(k));
  const heads = kMeans(centroids, dims, count, random, 4);
  const members: number[][] = Array.from({ length: count }, () => []);
  for (let c = 0; c < k; c++) members[nearest(centroids, c * dims, heads, dims)].push(c);
  const packed = members.map((own) => Float32Array.from(own.flatMap((c) => [...centroids.subarray(c * dims, (c + 1) * dims)])));
  const cosines = new Float32Array(count);
  const dot = (rows: Float32Array, at: number, others: Float32Array, base: number) => {
    let [a, b] = [0, 0];
    for (let d = 0; d + 1 < dims; d += 2) {
      a += rows[at + d] * others[base + d];
      b += rows[at + d + 1] * others[base + d + 1];
    }
    return dims % 2 ? a + b + rows[at + dims - 1] * others[base + dims - 1] : a + b;
  };
  return (rows, at) => {
    for (let h = 0; h < count; h++) cosines[h] = members[h].length > 0 ? dot(rows, at, heads, h * dims) : Number.NEGATIVE_INFINITY;
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let f = 0; f < FAMILIES; f++) {
      let family = 0;
      for (let h = 1; h < count; h++) if (cosines[h] > cosines[family]) family = h;
      if (cosines[family] === Number.NEGATIVE_INFINITY) break;
      cosines[family] = Number.NEGATIVE_INFINITY;
      const own = packed[family];
      const c = nearest(rows, at, own, dims);
      const cosine = dot(rows, at, own, c * dims);
      if (cosine > most) {
        most = cosine;
        best = members[family][c];
      }
    }
    return best;
  };
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
    const find = assigner(centroids, dims);
    for (let row = 0; row < n; row++) {
      const c = find(rows, row * dims);
      counts[c]++;
      for (let d = 0; d < dims; d++) sums[c * dims + d] += rows[row * dims + d];
    }
    centroids.set(sums);
    normalizeRows(centroids, dims);
    for (let c = 0; c < k; c++) if (counts[c] === 0 && n > 0) copyRow(c);
  }
  return centroids;
}
