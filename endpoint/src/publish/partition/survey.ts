import { seededRandom } from "../../train/random.js";
import { normalizeRows } from "./kmeans.js";
import type { ItemSource } from "./source.js";

/** Rows that k-means of the first level sees, a centroid. */
const SAMPLE = 300;
/** Groups and partitions have numbers of 16 bits; more groups than this would be a large first file. */
const MAX_GROUPS = 512;
/** A prior is the logarithm of a popularity of which the largest is taken for this; the rest is for items that nobody has met. */
const ASSUMED_MOST = 100;
const UNSEEN = 0.05;

/** The part of all interest that falls on an item, up to a factor. */
export const interest = (prior: number): number => UNSEEN + Math.expm1(prior * Math.log1p(ASSUMED_MOST));

/** Partitions of a group, about, at most: a page reads several groups whole, each with a decoy. */
const GROUP = 60;

/** As many groups as partitions in each, and more where these would be many. */
export function groupsOf(items: number, size: number): number {
  const partitions = items / size;
  return Math.max(1, Math.min(MAX_GROUPS, Math.round(Math.max(Math.sqrt(partitions), partitions / GROUP))));
}

/** Unit vectors of int8 rows. */
export const unitRows = (vectors: Int8Array, dims: number): Float32Array => normalizeRows(Float32Array.from(vectors), dims);

export interface Survey {
  readonly count: number;
  /** Unit rows: [sample, dims] */
  readonly sample: Float32Array;
  /** Numbers of the head's items in the source. */
  readonly head: ReadonlySet<number>;
  /** Of all that is outside the head. */
  readonly interest: number;
}

/** First reading of a source: how many there are, which are the most popular, and a fair sample of their directions. */
export async function survey({ dims, batches }: ItemSource, { head, size, seed }: { head: number; size: number; seed: number }): Promise<Survey> {
  const random = seededRandom(seed);
  const most = SAMPLE * MAX_GROUPS;
  const kept = new Int8Array(most * dims);
  let popular: { readonly prior: number; readonly ordinal: number }[] = [];
  const trim = () => {
    popular = popular.sort((a, b) => b.prior - a.prior || a.ordinal - b.ordinal).slice(0, head);
  };
  let floor = Number.NEGATIVE_INFINITY;
  let count = 0;
  let sum = 0;
  for await (const batch of batches())
    for (let row = 0; row < batch.ids.length; row++, count++) {
      const prior = batch.prior[row];
      sum += interest(prior);
      if (prior > floor || popular.length < head) popular.push({ prior, ordinal: count });
      if (popular.length >= 2 * head + 64) {
        trim();
        floor = popular[popular.length - 1]?.prior ?? Number.POSITIVE_INFINITY;
      }
      // Reservoir sampling (Vitter's algorithm R).
      const place = count < most ? count : Math.floor(random() * (count + 1));
      if (place < most) kept.set(batch.vectors.subarray(row * dims, (row + 1) * dims), place * dims);
    }
  trim();
  const available = Math.min(count, most);
  const wanted = Math.min(available, SAMPLE * groupsOf(count - popular.length, size));
  const sample = new Float32Array(wanted * dims);
  for (let i = 0; i < wanted; i++) {
    const from = Math.floor((i * available) / wanted);
    sample.set(kept.subarray(from * dims, (from + 1) * dims), i * dims);
  }
  return {
    count,
    sample: normalizeRows(sample, dims),
    head: new Set(popular.map(({ ordinal }) => ordinal)),
    interest: sum - popular.reduce((part, { prior }) => part + interest(prior), 0),
  };
}
