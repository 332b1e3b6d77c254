import type { Shard } from "../../contract/shard.js";

/** Rows on which the codes' bounds are set. */
const SAMPLE = 2_048;
/** Two bits of a normal distribution that lose least (Max, IRE Trans. 1960): where the codes start from. */
const BOUNDS = [-0.9816, 0, 0.9816];
const START = [-1.51, -0.4528, 0.4528, 1.51];
const ROUNDS = 2;
const LEVELS = 4;

/** What the four codes of each dimension stand for. */
export interface SketchCodes {
  /** [3, stride] Values from these on have the next code. */
  readonly bounds: Float32Array;
  /** [stride, 4] Mean of the values of each code. */
  readonly levels: Float32Array;
  /** [stride] Mean square of what a value differs from its level by. */
  readonly distortion: Float32Array;
}

/** Fits each dimension's codes to a sample of the rows: bounds between the levels, levels at their values' means (Lloyd, 1957). */
export function fitCodes({ vectors, scale, count, dims }: Pick<Shard, "vectors" | "scale" | "count" | "dims">, stride: number): SketchCodes {
  const bounds = new Float32Array(3 * stride).fill(Number.POSITIVE_INFINITY);
  const levels = new Float32Array(stride * LEVELS);
  const size = Math.min(count, SAMPLE);
  const distortion = new Float32Array(stride);
  const sample = new Float32Array(size * dims);
  for (let i = 0; i < size; i++) {
    const row = Math.floor((i * count) / size);
    const factor = Number.isFinite(scale[row]) ? scale[row] : 0;
    for (let d = 0; d < dims; d++) sample[d * size + i] = vectors[row * dims + d] * factor;
  }
  for (let d = 0; d < dims; d++) {
    const values = sample.subarray(d * size, (d + 1) * size);
    let [sum, squares] = [0, 0];
    for (const value of values) {
      sum += value;
      squares += value * value;
    }
    const mean = sum / size;
    const deviation = Math.sqrt(Math.max(0, squares / size - mean * mean));
    let own = BOUNDS.map((bound) => mean + bound * deviation);
    const means = START.map((level) => mean + level * deviation);
    let lost = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const sums = new Float64Array(LEVELS);
      const counts = new Int32Array(LEVELS);
      const [low, middle, high] = own;
      for (const value of values) {
        const code = value < middle ? (value < low ? 0 : 1) : value < high ? 2 : 3;
        sums[code] += value;
        counts[code]++;
        if (round + 1 === ROUNDS) lost += (value - means[code]) ** 2;
      }
      for (let code = 0; code < LEVELS; code++) if (counts[code] > 0) means[code] = sums[code] / counts[code];
      if (round + 1 < ROUNDS) own = own.map((_, b) => (means[b] + means[b + 1]) / 2);
    }
    for (let b = 0; b < 3; b++) bounds[b * stride + d] = own[b];
    distortion[d] = lost / size;
    levels.set(means, d * LEVELS);
  }
  return { bounds, levels, distortion };
}

/**
 * What each pair of codes adds to a row's score, as the kernel looks it up: [stride / 4, 2, 16] uint8, all in one unit and each from its own least,
 * 255 at most together: ranks alike, which is all that a sketch is for. Gives the deviation of a row's sketched score from its exact one, in that unit.
 */
export function sketchTables(query: Float32Array, { levels, distortion }: SketchCodes, stride: number, tables: Uint8Array): number {
  const columns = stride >> 2;
  const dims = query.length;
  const pairs = 2 * columns;
  const at = (d: number) => (d < dims && Number.isFinite(query[d]) ? query[d] : 0);
  let range = 0;
  for (let d = 0; d < stride; d++) range += Math.abs(at(d)) * (levels[d * LEVELS + 3] - levels[d * LEVELS]);
  // Each is rounded up by a half at most.
  const unit = range > 0 ? (255 - pairs / 2) / range : 0;
  let out = 0;
  for (let c = 0; c < columns; c++)
    for (let half = 0; half < 2; half++) {
      const first = 2 * half * columns + c;
      const second = first + columns;
      const [q, r] = [at(first) * unit, at(second) * unit];
      const f = first * LEVELS;
      const s = second * LEVELS;
      const least = Math.min(q * levels[f], q * levels[f + 3]) + Math.min(r * levels[s], r * levels[s + 3]) - 0.5;
      for (let j = 0; j < LEVELS; j++) for (let i = 0; i < LEVELS; i++) tables[out++] = q * levels[f + i] + r * levels[s + j] - least;
    }
  let variance = 0;
  for (let d = 0; d < dims; d++) variance += at(d) ** 2 * distortion[d];
  return Math.sqrt(variance * unit ** 2 + pairs / 12);
}
