import type { Trait } from "../contract/engine.js";
import type { AttributeColumn, Shard } from "../contract/shard.js";
import { priceBands } from "./price.js";

/** What the persona expects next weighs as much as this many items of the session. */
const EXPECTED = 4;
/** τ of the training softmax, by which scores become the probabilities that the encoder was trained to give. */
const TEMPERATURE = 0.07;
/** Of a larger catalogue every n-th item stands for the rest: half a millisecond. */
const SAMPLE = 8_000;
const MIN_STRENGTH = 0.1;
/** A value of fewer items says more about the items than about a taste. */
const MIN_ITEMS = 3;
/** A second value of an attribute is told where it is nearly as strong as the first, so that one mixed attribute does not fill the list. */
const NEARLY = 0.7;

interface Column extends AttributeColumn {
  /** Items of each code. */
  readonly counts: Uint32Array;
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

/** The probability that each `stride`-th item is the next, as the persona has it. */
function expectation({ count, dims, vectors, scale }: Shard, persona: Float32Array): { stride: number; weights: Float32Array } {
  const stride = Math.max(1, Math.ceil(count / SAMPLE));
  const weights = new Float32Array(Math.ceil(count / stride));
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < weights.length; i++) {
    const row = i * stride;
    let score = 0;
    for (let d = 0; d < dims; d++) score += vectors[row * dims + d] * persona[d];
    weights[i] = (score * scale[row]) / TEMPERATURE;
    top = Math.max(top, weights[i]);
  }
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    weights[i] = Math.exp(weights[i] - top);
    sum += weights[i];
  }
  return { stride, weights: weights.map((weight) => weight / sum) };
}

/**
 * The attribute values that the session's items have, and the items which the persona expects next, by more than their share of the
 * catalogue: strongest first. The session alone misses what a taste leads to, the expectation alone what was really looked at
 * (`npm run bench:traits`).
 * @param persona unit vector [dims]
 * @param seen rows of the session's items
 */
export function traits(shard: Shard, persona: Float32Array, seen: Iterable<number>, limit: number): readonly Trait[] {
  const { stride, weights } = expectation(shard, persona);
  const rows = [...new Set(seen)];
  const found = columns(shard).flatMap(({ name, values, codes, counts }) => {
    const shares = new Float64Array(counts.length);
    for (let i = 0; i < weights.length; i++) shares[codes[i * stride]] += EXPECTED * weights[i];
    for (const row of rows) shares[codes[row]]++;
    const told = values.flatMap((value, v): Trait[] => {
      const strength = shares[v + 1] / (EXPECTED + rows.length) - counts[v + 1] / shard.count;
      return strength >= MIN_STRENGTH && counts[v + 1] >= MIN_ITEMS ? [{ attribute: name, value, strength }] : [];
    });
    const strongest = Math.max(...told.map(({ strength }) => strength));
    return told.filter(({ strength }) => strength >= NEARLY * strongest);
  });
  return found.sort((a, b) => b.strength - a.strength).slice(0, limit);
}
