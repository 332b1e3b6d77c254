import { PresentlyError } from "../../contract/errors.js";
import type { Shard } from "../../contract/shard.js";
import type { RowMask } from "../mask.js";

export interface SearchOptions {
  /** At most so many. */
  readonly k: number;
  /** Adds priorWeight · prior to every score. */
  readonly priorWeight?: number;
  /** null: all rows may be found. */
  readonly mask?: RowMask | null;
  /** Only rows with a greater score: what the k-th of other segments has. */
  readonly floor?: number;
  /** Large shards are searched through a sketch which misses up to one of two hundred; this scans them. False by default. */
  readonly exact?: boolean;
}

/** Rows by score, best first; ties by the lower row. */
export interface Hits {
  readonly rows: Int32Array;
  readonly scores: Float32Array;
}

/**
 * The best int8 rows for a query. All kernels give the same bits; but of shards large enough for a sketch, kernels with SIMD find .995 or more of
 * an exact scan's best on average (bench/rank), unless `exact` is asked for. Rows whose score is not a number are never found.
 */
export interface Kernel {
  readonly name: "simd" | "js";
  /** Whether it uses relaxed SIMD. */
  readonly relaxed: boolean;
  /** Why it is not the fast one; null where it is. */
  readonly reason: string | null;
  /** When the sketch of a large shard is made; until then, and on small shards, searches are exact. */
  readonly ready: Promise<void>;
  /** `query` [dims], any length; not finite counts as 0. @throws PresentlyError `rank/dims` */
  search(query: Float32Array, options: SearchOptions): Hits;
  /** Scores of some rows. [rows] */
  score(query: Float32Array, rows: ArrayLike<number>): Float32Array;
}

/** `value ≈ values · scale`: int16, and small enough that a row's dot product stays within 31 bits. */
export interface QuantizedQuery {
  readonly values: Int16Array;
  readonly scale: number;
}

export function quantizeQuery(query: Float32Array, dims: number): QuantizedQuery {
  if (query.length !== dims)
    throw new PresentlyError("rank/dims", `The query has ${query.length} dimensions, the shard ${dims}: encode it with the release that the shard belongs to`);
  const limit = Math.min(32767, Math.floor((2 ** 31 - 1) / (128 * dims)));
  let max = 0;
  for (const value of query) if (Number.isFinite(value)) max = Math.max(max, Math.abs(value));
  const values = new Int16Array(dims);
  if (max > 0) for (let d = 0; d < dims; d++) if (Number.isFinite(query[d])) values[d] = Math.round((query[d] / max) * limit);
  return { values, scale: Math.fround(max / limit) };
}

/** One row's score, rounded step by step as the WASM kernel rounds it. */
export function scoreRow(shard: Shard, row: number, { values, scale }: QuantizedQuery, priorWeight: number): number {
  const { dims, vectors } = shard;
  const base = row * dims;
  let dot = 0;
  for (let d = 0; d < dims; d++) dot += vectors[base + d] * values[d];
  const cosine = Math.fround(Math.fround(Math.fround(dot) * shard.scale[row]) * scale);
  return priorWeight === 0 ? cosine : Math.fround(cosine + Math.fround(priorWeight * shard.prior[row]));
}

export function scoreRows(shard: Shard, query: Float32Array, rows: ArrayLike<number>): Float32Array {
  const quantized = quantizeQuery(query, shard.dims);
  return Float32Array.from(rows, (row) => scoreRow(shard, row, quantized, 0));
}
