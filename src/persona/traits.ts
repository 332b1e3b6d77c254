import type { Trait } from "../contract/engine.js";
import type { AttributeColumn, Shard } from "../contract/shard.js";
import { priceBands } from "./price.js";

/** What the persona expects next weighs at most as much as this many items of the session … */
const EXPECTED = 3;
/** … and as this share of the items which it rests on: a few of a small or thinned-out catalogue must not outweigh what was looked at. */
const RESTS_ON = 0.25;
/** τ of the training softmax, by which scores become the probabilities that the encoder was trained to give. */
const TEMPERATURE = 0.07;
/** Of a larger catalogue every n-th item stands for the rest. */
const SAMPLE = 5_000;
const MIN_STRENGTH = 0.1;
/** A value of fewer items says more about the items than about a taste. */
const MIN_ITEMS = 3;
/** A second value of an attribute is told where it is nearly as strong as the first, so that one mixed attribute does not fill the list. */
const NEARLY = 0.7;

interface Column extends AttributeColumn {
  /** Items of each code. */
  readonly counts: Uint32Array;
}

/** Cosines of some rows [rows] with a unit vector [dims]. */
export type Score = (vector: Float32Array, rows: ArrayLike<number>) => Float32Array;

const decoded =
  ({ dims, vectors, scale }: Shard): Score =>
  (vector, rows) =>
    Float32Array.from(rows, (row) => {
      let sum = 0;
      for (let d = 0; d < dims; d++) sum += vectors[row * dims + d] * vector[d];
      return sum * scale[row];
    });

const samples = new WeakMap<Shard, { readonly stride: number; readonly rows: Int32Array }>();

function sampleOf(shard: Shard) {
  let known = samples.get(shard);
  if (!known) {
    const stride = Math.max(1, Math.ceil(shard.count / SAMPLE));
    const rows = new Int32Array(Math.ceil(shard.count / stride));
    for (let i = 0; i < rows.length; i++) rows[i] = i * stride;
    known = { stride, rows };
    samples.set(shard, known);
  }
  return known;
}

const columnsOf = new WeakMap<Shard, readonly Column[]>();

function columns(shard: Shard): readonly Column[] {
  let known = columnsOf.get(shard);
  if (!known) {
    known = [...shard.attributes, priceBands(shard)].map((column) => {
      const counts = new Uint32Array(column.values.length + 1);
      for (const code of column.codes) counts[code]++;
      return { ...column, counts };
    });
    columnsOf.set(shard, known);
  }
  return known;
}

/**
 * The probability that each `stride`-th item is the next, as the persona has it, and over how many items that is spread (Kish's effective
 * size). What was seen is left out: it is nearest to the persona, and would be counted twice.
 */
function expectation(shard: Shard, persona: Float32Array, seen: ReadonlySet<number>, score: Score) {
  const { stride, rows } = sampleOf(shard);
  const weights = score(persona, rows);
  for (const row of seen) if (row % stride === 0) weights[row / stride] = Number.NEGATIVE_INFINITY;
  let top = Number.NEGATIVE_INFINITY;
  for (const weight of weights) if (weight > top) top = weight;
  if (top === Number.NEGATIVE_INFINITY) return { stride, weights: weights.fill(0), size: 0 };
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < weights.length; i++) {
    weights[i] = Math.exp((weights[i] - top) / TEMPERATURE);
    sum += weights[i];
    squares += weights[i] ** 2;
  }
  for (let i = 0; i < weights.length; i++) weights[i] /= sum;
  return { stride, weights, size: sum ** 2 / squares };
}

/**
 * The attribute values that the session's items have, and the items which the persona expects next, by more than their share of the
 * catalogue: strongest first. The session alone misses what a taste leads to, the expectation alone what was really looked at
 * (`npm run bench:traits`).
 * @param persona unit vector [dims]
 * @param seen rows of the session's items
 * @param score the ranking's kernel, where there is one: it is faster
 */
export function traits(shard: Shard, persona: Float32Array, seen: Iterable<number>, limit: number, score: Score = decoded(shard)): readonly Trait[] {
  const rows = new Set(seen);
  const { stride, weights, size } = expectation(shard, persona, rows, score);
  const expected = Math.min(EXPECTED, RESTS_ON * size);
  const found = columns(shard).flatMap(({ name, values, codes, counts }) => {
    const shares = new Float64Array(counts.length);
    for (let i = 0; i < weights.length; i++) shares[codes[i * stride]] += expected * weights[i];
    for (const row of rows) shares[codes[row]]++;
    const told = values.flatMap((value, v): Trait[] => {
      const strength = shares[v + 1] / (expected + rows.size) - counts[v + 1] / shard.count;
      return strength >= MIN_STRENGTH && counts[v + 1] >= MIN_ITEMS ? [{ attribute: name, value, strength }] : [];
    });
    const strongest = Math.max(...told.map(({ strength }) => strength));
    return told.filter(({ strength }) => strength >= NEARLY * strongest);
  });
  return found.sort((a, b) => b.strength - a.strength).slice(0, limit);
}
