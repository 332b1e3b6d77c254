import { assigner, kMeans } from "./kmeans.js";

/** Rows a centroid that k-means is shown: more cost time and move nothing. */
const SAMPLE = 40;
/** A partition this much larger than wanted is halved. */
const TOO_LARGE = 1.6;

type Rows = Uint32Array<ArrayBuffer>;

function gather(vectors: Float32Array, dims: number, rows: Rows): Float32Array {
  const out = new Float32Array(rows.length * dims);
  rows.forEach((row, i) => {
    out.set(vectors.subarray(row * dims, (row + 1) * dims), i * dims);
  });
  return out;
}

/** Two halves of equal size, alike within: by the difference between the two means of 2-means. */
function halve(vectors: Float32Array, dims: number, rows: Rows, random: () => number): [Rows, Rows] {
  const sample = rows.length > SAMPLE * 2 ? rows.filter((_, i) => i % Math.ceil(rows.length / (SAMPLE * 2)) === 0) : rows;
  const two = kMeans(gather(vectors, dims, sample), dims, 2, random, 4);
  const along = Float32Array.from(rows, (row) => {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += vectors[row * dims + d] * (two[d] - two[dims + d]);
    return sum;
  });
  const order = Uint32Array.from(rows, (_, i) => i).sort((a, b) => along[b] - along[a] || rows[a] - rows[b]);
  const middle = order.length >> 1;
  const pick = (part: Uint32Array) => part.map((i) => rows[i]);
  return [pick(order.subarray(0, middle)), pick(order.subarray(middle))];
}

/** Rows in an order in which every `block` of them are alike: halved until they fit, halves side by side. */
function ordered(vectors: Float32Array, dims: number, rows: Rows, block: number, random: () => number): Rows {
  if (rows.length <= block) return rows;
  const out = new Uint32Array(rows.length);
  const [left, right] = halve(vectors, dims, rows, random);
  out.set(ordered(vectors, dims, left, block, random));
  out.set(ordered(vectors, dims, right, block, random), left.length);
  return out;
}

/**
 * Divides unit vectors [n, dims] into partitions of about `target` rows. Each partition's rows are ordered so that neighbours in the file
 * are neighbours in space: the cards of one list are then in few files.
 */
export function divide(vectors: Float32Array, dims: number, target: number, block: number, random: () => number): Rows[] {
  const n = vectors.length / dims;
  const k = Math.max(1, Math.round(n / target));
  const step = Math.max(1, Math.floor(n / (k * SAMPLE)));
  const sample =
    step === 1
      ? vectors
      : gather(
          vectors,
          dims,
          Uint32Array.from({ length: Math.floor(n / step) }, (_, i) => i * step),
        );
  const centroids = kMeans(sample, dims, k, random, 6);
  const find = assigner(centroids, dims);
  const of = Uint32Array.from({ length: n }, (_, row) => find(vectors, row * dims));
  const sizes = new Uint32Array(k);
  for (const c of of) sizes[c]++;
  const found = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(k);
  of.forEach((c, row) => {
    found[c][filled[c]++] = row;
  });
  const partitions: Rows[] = [];
  const open = found.filter((rows) => rows.length > 0).reverse();
  for (let rows = open.pop(); rows; rows = open.pop()) {
    if (rows.length > TOO_LARGE * target) open.push(...halve(vectors, dims, rows, random));
    else partitions.push(ordered(vectors, dims, rows, block, random));
  }
  return partitions;
}
