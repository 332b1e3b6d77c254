import { assigner, kMeans, meanOf } from "./kmeans.js";

/** Rows a centroid that k-means is shown: more cost time and move nothing. */
const SAMPLE = 40;
/** A partition this much larger than wanted is halved. */
const TOO_LARGE = 1.6;

/** Cells whose means lie nearer to each other than this, in parts of their rows' mean squared distance from them, are one cloud cut up. */
const ONE_CLOUD = 0.6;
/** How much larger each ring of a cloud is than the one within. */
const RING = 3;

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

/** The rows of each of about n / `target` k-means centroids; none is empty. */
function cells(vectors: Float32Array, dims: number, target: number, random: () => number): Rows[] {
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
  return found.filter((rows) => rows.length > 0);
}

/** Cells that are one cloud cut up, together: those whose means lie near the mean of the largest that is left. */
function clouds(vectors: Float32Array, dims: number, found: readonly Rows[]): Rows[][] {
  let open = found
    .map((rows) => {
      const mean = meanOf(vectors, dims, rows);
      // Of unit vectors: their mean squared distance from their mean.
      return { rows, mean, spread: 1 - mean.reduce((sum, value) => sum + value * value, 0) };
    })
    .sort((a, b) => b.rows.length - a.rows.length);
  const out: Rows[][] = [];
  while (open.length > 0) {
    const [first, ...others] = open;
    const near = ({ mean, spread }: (typeof open)[number]) =>
      mean.reduce((sum, value, d) => sum + (value - first.mean[d]) ** 2, 0) < (ONE_CLOUD * (spread + first.spread)) / 2;
    const cloud = [first.rows];
    open = [];
    for (const cell of others) {
      if (near(cell)) cloud.push(cell.rows);
      else open.push(cell);
    }
    out.push(cloud);
  }
  return out;
}

/**
 * A cloud from its middle outwards: a partition of its most central rows, three times as many of those around them, and so on. Where rows lie
 * alike in all directions, whatever a persona near them wants is mostly among the most central ones, while each direction has a few of it.
 */
function rings(vectors: Float32Array, dims: number, rows: Rows, target: number): Rows[] {
  const mean = meanOf(vectors, dims, rows);
  const central = Float32Array.from(rows, (row) => mean.reduce((sum, value, d) => sum + value * vectors[row * dims + d], 0));
  const order = Uint32Array.from(rows, (_, i) => i).sort((a, b) => central[b] - central[a] || rows[a] - rows[b]);
  const out: Rows[] = [];
  for (let from = 0, width = target; from < rows.length; width *= RING) {
    // No ring of a few rows at the end.
    const to = rows.length - from - width < target / 2 ? rows.length : from + width;
    out.push(order.subarray(from, to).map((i) => rows[i]));
    from = to;
  }
  return out;
}

/**
 * Divides unit vectors [n, dims] into partitions of about `target` rows. Each partition's rows are ordered so that neighbours in the file
 * are neighbours in space: the cards of one list are then in few files.
 */
export function divide(vectors: Float32Array, dims: number, target: number, block: number, random: () => number): Rows[] {
  const open = clouds(vectors, dims, cells(vectors, dims, target, random))
    .flatMap((cloud) => {
      if (cloud.length === 1) return cloud;
      const whole = Uint32Array.from(cloud.flatMap((rows) => [...rows])).sort();
      return rings(vectors, dims, whole, target).flatMap((ring) =>
        cells(gather(vectors, dims, ring), dims, target, random).map((cell) => cell.map((i) => ring[i])),
      );
    })
    .reverse();
  const partitions: Rows[] = [];
  for (let rows = open.pop(); rows; rows = open.pop()) {
    if (rows.length > TOO_LARGE * target) open.push(...halve(vectors, dims, rows, random));
    else partitions.push(ordered(vectors, dims, rows, block, random));
  }
  return partitions;
}
