import type { Shard } from "../../contract/shard.js";
import { searchRows } from "./js.js";
import { type Hits, type Kernel, type QuantizedQuery, quantizeQuery } from "./kernel.js";
import { MOST_CANDIDATES, MOST_DIMS } from "./limits.js";
import { fixedMemory, layout } from "./memory.js";
import { instantiate, type Variant } from "./module.js";
import type { SketchSearch } from "./sketch-search.js";

/** Who wants more gets it from the plain scan. */
const MOST_HITS = 4_096;
/** Below this share of passing rows, visiting them one by one beats scanning all (bench/LOG.md). */
const FEW = 0.2;
/** Of a sketched shard, whose rows are far apart in memory and not read otherwise. */
const FEW_SKETCHED = 0.03;
/** What the module keeps to itself (assembly/sketch.ts, assembly/candidates.ts). */
const RESERVED = 1_152;
const room = (k: number) => k + Math.max(k, 128);

/** A query of 33 steps, and how far a row's score by it can be from the exact one. */
function coarsen(
  { values, scale }: QuantizedQuery,
  longest: number,
  out: Int8Array,
): { readonly scale: number; readonly error: number; readonly total: number } {
  let max = 0;
  for (const value of values) max = Math.max(max, Math.abs(value));
  const step = max / 16;
  let [off, squares, total] = [0, 0, 0];
  for (let d = 0; d < values.length; d++) {
    const coarse = Math.round(values[d] / step);
    out[d] = coarse;
    total += coarse;
    off += (values[d] - coarse * step) ** 2;
    squares += values[d] ** 2;
  }
  // Cauchy-Schwarz, and what rounding to float32 may add.
  return { scale: Math.fround(step * scale), error: Math.fround(scale * longest * (Math.sqrt(off) * 1.000_01 + Math.sqrt(squares) * 4e-6)), total };
}

/**
 * The AssemblyScript kernel (assembly/scan.ts) over a copy of the shard's rows in WASM memory, padded to 16 dimensions.
 * Rejects where WebAssembly or the variant's SIMD is missing, or a CSP lacks 'wasm-unsafe-eval'.
 */
export async function wasmKernel(shard: Shard, { variant, sketchFrom }: { variant: Variant; sketchFrom: number }): Promise<Kernel> {
  const { count, dims } = shard;
  const stride = Math.ceil(dims / 16) * 16;
  const most = Math.min(count, MOST_HITS);
  const sketched = count >= sketchFrom && dims <= MOST_DIMS;
  const parts = layout(RESERVED);
  const query = parts.take(stride * 2);
  const coarseQuery = parts.take(stride);
  const mask = parts.take(Math.ceil(count / 32) * 4);
  const keys = parts.take(room(most) * 8);
  const outScores = parts.take(most * 4);
  const outRows = parts.take(most * 4);
  const tables = parts.take(sketched ? stride * 8 : 0);
  const bounds = parts.take(sketched ? stride * 12 : 0);
  const candidates = parts.take(sketched ? 2 * MOST_CANDIDATES * 8 : 0);
  const sketch = parts.take(sketched ? Math.ceil(count / 64) * 16 * stride : 0);
  const rows = parts.take(count * stride);
  const scale = parts.take(count * 4);
  const prior = parts.take(count * 4);
  const memory = fixedMemory(parts.end);
  const { buffer } = memory;
  const wasm = await instantiate(variant, memory);

  if (stride === dims) new Int8Array(buffer, rows, count * dims).set(shard.vectors);
  else for (let row = 0; row < count; row++) new Int8Array(buffer, rows + row * stride, dims).set(shard.vectors.subarray(row * dims, (row + 1) * dims));
  new Float32Array(buffer, scale, count).set(shard.scale);
  new Float32Array(buffer, prior, count).set(shard.prior);
  wasm.segment(rows, stride, scale, prior);
  const longest = variant === "relaxed" ? wasm.longest(rows, count, stride, scale) : 0;
  const topBit = variant === "relaxed" ? wasm.relaxedTopBit(1) : 0;
  const relaxed = Math.abs(topBit) === 128 && longest < Number.POSITIVE_INFINITY;
  const queryView = new Int16Array(buffer, query, dims);
  const coarseView = new Int8Array(buffer, coarseQuery, dims);
  const maskView = new Uint32Array(buffer, mask, Math.ceil(count / 32));
  let sketchSearch: SketchSearch | null = null;
  let masked: Uint32Array | null = null;

  function search(vector: Float32Array, options: Parameters<Kernel["search"]>[1]): Hits {
    const { floor = Number.NEGATIVE_INFINITY, exact = false, priorWeight = 0 } = options;
    const bits = options.mask && options.mask.count < count ? options.mask : null;
    const passing = bits ? bits.count : count;
    const k = Math.max(0, Math.min(options.k, passing));
    if (k > most) return searchRows(shard, vector, options);
    const quantized = quantizeQuery(vector, dims);
    if (k === 0) return { rows: new Int32Array(0), scores: new Float32Array(0) };
    queryView.set(quantized.values);
    if (bits && bits.bits !== masked) {
      maskView.set(bits.bits);
      masked = bits.bits;
    }
    const atMask = bits ? mask : 0;
    const weight = Math.fround(priorWeight);
    wasm.ask(query, quantized.scale, weight, atMask);
    const plain = weight === 0 && quantized.scale > 0;
    const sketch = plain && !exact && k <= MOST_CANDIDATES / 8 ? sketchSearch : null;
    const few = bits !== null && passing < count * (sketch ? FEW_SKETCHED : FEW);
    const collected = sketch && !few ? sketch.collect(vector, k, atMask) : -1;
    wasm.begin(keys, k, room(k), floor);
    if (few) wasm.scanMasked(count);
    else if (collected >= 0) wasm.rerank(candidates, collected);
    else if (relaxed && plain) {
      const coarse = coarsen(quantized, longest, coarseView);
      wasm.scanRelaxed(count, coarseQuery, coarse.scale, coarse.error, topBit, coarse.total);
    } else wasm.scan(count);
    const found = wasm.finish(keys, outScores, outRows);
    return { rows: new Int32Array(buffer, outRows, found).slice(), scores: new Float32Array(buffer, outScores, found).slice() };
  }

  function score(vector: Float32Array, some: ArrayLike<number>): Float32Array {
    const quantized = quantizeQuery(vector, dims);
    queryView.set(quantized.values);
    wasm.ask(query, quantized.scale, 0, 0);
    const scores = new Float32Array(some.length);
    const asked = new Int32Array(buffer, outRows, most);
    for (let from = 0; from < some.length; from += most) {
      const size = Math.min(most, some.length - from);
      for (let i = 0; i < size; i++) asked[i] = some[from + i];
      wasm.scoreRows(outRows, size, outScores);
      scores.set(new Float32Array(buffer, outScores, size), from);
    }
    return scores;
  }

  const places = { rows, scale, stride, bounds, tables, candidates, sketch };
  const exactRows = (vector: Float32Array, k: number) => search(vector, { k, exact: true }).rows;
  async function addSketch(): Promise<void> {
    try {
      const { makeSketch } = await import("./sketch-search.js");
      sketchSearch = await makeSketch(wasm, buffer, shard, places, exactRows);
    } catch {
      // Without it searches stay exact, and slower.
    }
  }
  const ready = sketched ? addSketch() : Promise.resolve();
  return { name: "simd", relaxed, reason: null, ready, search, score };
}
