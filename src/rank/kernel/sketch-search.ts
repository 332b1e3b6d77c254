import type { Shard } from "../../contract/shard.js";
import { MOST_CANDIDATES } from "./limits.js";
import type { ScanModule } from "./module.js";
import { fitCodes, type SketchCodes, sketchTables } from "./sketch.js";

/** Rows coded in one go, some 10 ms: questions that arrive meanwhile are answered in between. */
const SLICE = 65_536;
/** Of so many queries' best, for so many hits each, this share has to be found by the margin that is set. */
const TRIALS = 7;
const TRIAL_HITS = [25, 100, 400];
const FOUND = 0.998;
/** One in so many blocks tells about where the candidates begin; it is asked for the so many fold of what is wanted, to be on the safe side. */
const PROBE = 64;
const SAFETY = 1.6;

/** Where things are in the kernel's memory. */
export interface SketchPlaces {
  readonly rows: number;
  readonly scale: number;
  readonly stride: number;
  /** [3, stride] float32 */
  readonly bounds: number;
  /** [stride / 4, 2, 16] uint8 */
  readonly tables: number;
  /** [2 · MOST_CANDIDATES] keys */
  readonly candidates: number;
  /** [blocks, stride / 4, 16] uint8, a multiple of four blocks */
  readonly sketch: number;
}

export interface SketchSearch {
  /** Candidates lie at most so many deviations of the sketch's error below the k-th best sketched score. */
  readonly margin: number;
  /** Collects the candidates for the k best: how many, at `candidates`. The bits of `mask` (0: none) say which rows may be found. */
  collect(query: Float32Array, k: number, mask: number): number;
}

const pause = () => new Promise<void>((resolve) => setTimeout(resolve));

/** Queries like a page's: an item, or the mean of two. */
function trialQuery({ vectors, scale, count, dims }: Shard, trial: number): Float32Array {
  // Golden ratio steps spread over the rows, whatever their order is.
  const pick = (i: number) => Math.floor(((i * 0.618_034) % 1) * count);
  const rows = trial % 2 === 0 ? [pick(trial)] : [pick(trial), pick(trial + TRIALS)];
  const query = new Float32Array(dims);
  for (const row of rows) for (let d = 0; d < dims; d++) query[d] += vectors[row * dims + d] * scale[row];
  return query;
}

/**
 * Makes the sketch of a shard in slices, then sets the margin within which candidates are taken by asking it what an exact search has answered:
 * how wrong a sketch is depends on how the shard's vectors lie. `exact` gives the rows of an exact search.
 */
export async function makeSketch(
  wasm: ScanModule,
  memory: ArrayBufferLike,
  shard: Shard,
  places: SketchPlaces,
  exact: (query: Float32Array, k: number) => Int32Array,
): Promise<SketchSearch> {
  const { count } = shard;
  const { stride, candidates, tables, sketch } = places;
  const columns = stride >> 2;
  const codes: SketchCodes = fitCodes(shard, stride);
  new Float32Array(memory, places.bounds, 3 * stride).set(codes.bounds);
  for (let from = 0; from < count; from += SLICE) {
    await pause();
    wasm.buildSketch(places.rows, from, Math.min(count, from + SLICE), stride, places.scale, places.bounds, sketch);
  }
  const table = new Uint8Array(memory, tables, stride * 8);

  /** Every `step`th block. Gives the k-th best score. */
  const scan = (k: number, units: number, from: number, mask: number, step: number) => {
    wasm.beginSketched(candidates, 2 * MOST_CANDIDATES, k, units, from);
    wasm.scanSketch(sketch, count, columns, tables, mask, step);
    return wasm.sketchLevel();
  };

  let margin = 0;
  for (const k of TRIAL_HITS) {
    const below: number[] = [];
    for (let trial = 0; trial < TRIALS; trial++) {
      await pause();
      const query = trialQuery(shard, trial);
      const best = exact(query, k);
      const deviation = sketchTables(query, codes, stride, table);
      const last = scan(k, 0, 0, 0, 1);
      for (const row of best) below.push(deviation > 0 ? (last - wasm.sketched(sketch, row, columns, tables)) / deviation : 0);
    }
    below.sort((a, b) => a - b);
    margin = Math.max(margin, below[Math.floor((below.length - 1) * FOUND)]);
  }

  return {
    margin,
    collect(query, k, mask) {
      const units = Math.floor(sketchTables(query, codes, stride, table) * margin);
      const from = scan(Math.ceil((k * SAFETY) / PROBE) + 1, 0, 0, mask, PROBE);
      const candidatesFrom = (level: number) => {
        scan(k, units, level, mask, 1);
        return wasm.sketchedRows();
      };
      const found = candidatesFrom(from);
      // The blocks probed may not have been like the others.
      return found >= k || from === 0 ? found : candidatesFrom(0);
    },
  };
}
