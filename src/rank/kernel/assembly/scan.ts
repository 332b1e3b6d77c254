// AssemblyScript, compiled twice by scripts/build-kernel.mjs: with and without relaxed SIMD. Memory belongs to the caller (wasm.ts): no runtime,
// no allocation.
//
// rows [count, stride] int8, stride a multiple of 16, zero-padded; scale, prior [count] float32; mask [count] bits, or 0 for none.
// A score is f32(dot) · scale[row] · queryScale (+ priorWeight · prior[row]), each step rounded to float32 (js.ts does the same).

import { begin as beginBest, keyOf, leastKey, offer, orderOf, orderOfScore, rowOf, scoreOfOrder, sort } from "./best";
import { dot, partial, partial64, sums } from "./dot";

export { longest } from "./dot";
export { beginSketched, sketchedRows, sketchLevel } from "./candidates";
export { buildSketch, scanSketch, sketched } from "./sketch";

let rows: usize = 0;
let stride: usize = 0;
let scale: usize = 0;
let prior: usize = 0;
let query: usize = 0;
let queryScale: f32 = 0;
let priorWeight: f32 = 0;
let mask: usize = 0;

/** The rows to search. */
export function segment(atRows: usize, ofStride: usize, atScale: usize, atPrior: usize): void {
  rows = atRows;
  stride = ofStride;
  scale = atScale;
  prior = atPrior;
}

/** The int16 query [stride] to search for, and bits of the rows that may be found (0: all). */
export function ask(atQuery: usize, itsScale: f32, itsPriorWeight: f32, atMask: usize): void {
  query = atQuery;
  queryScale = itsScale;
  priorWeight = itsPriorWeight;
  mask = atMask;
}

/** Only what is better than `floor` is kept, at most k; `at` has room for so many keys of 8 bytes. */
export function begin(at: usize, k: i32, room: i32, floor: f32): void {
  // With the greatest low half, an equal score is not greater.
  beginBest(at, k, room, floor == -Infinity ? 0 : keyOf(orderOfScore(floor), 0));
}

/** The least score that may still come in. */
@inline function threshold(): f32 {
  const least = leastKey();
  return least == 0 ? -Infinity : scoreOfOrder(orderOf(least));
}

@inline function passes(row: i32): bool {
  return mask == 0 || ((load<u32>(mask + (((<usize>row) >> 5) << 2)) >> (<u32>row & 31)) & 1) != 0;
}

@inline function score(row: i32): f32 {
  const at = (<usize>row) << 2;
  const cosine = <f32>dot(rows + <usize>row * stride, stride, query) * load<f32>(scale + at) * queryScale;
  return priorWeight == 0 ? cosine : cosine + priorWeight * load<f32>(prior + at);
}

/** Mask bits of four rows from a multiple of four. */
@inline function four(row: i32): i32 {
  return (load<u8>(mask + ((<usize>row) >> 3)) >> (<u32>row & 4)) & 15;
}

@inline function consider(row: i32, masked: bool): void {
  if (masked && !passes(row)) return;
  const exact = score(row);
  // Not a number is not greater.
  if (exact >= threshold()) offer(keyOf(orderOfScore(exact), row));
}

/** Every row of [from, to), exactly. */
function tail(from: i32, to: i32): void {
  for (let row = from; row < to; row++) consider(row, true);
}

@inline function scores4(row: i32): v128 {
  const at = rows + <usize>row * stride;
  const dots =
    stride == 64
      ? sums(partial64(at, query), partial64(at + 64, query), partial64(at + 128, query), partial64(at + 192, query))
      : sums(partial(at, stride, query), partial(at + stride, stride, query), partial(at + 2 * stride, stride, query), partial(at + 3 * stride, stride, query));
  const column = (<usize>row) << 2;
  const cosines = f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(dots), v128.load(scale + column)), f32x4.splat(queryScale));
  return priorWeight == 0 ? cosines : f32x4.add(cosines, f32x4.mul(f32x4.splat(priorWeight), v128.load(prior + column)));
}

/** All rows, exactly. */
export function scan(count: i32): void {
  const whole = count & ~3;
  let bound = f32x4.splat(threshold());
  for (let row = 0; row < whole; row += 4) {
    const scores = scores4(row);
    const above = f32x4.ge(scores, bound);
    if (!v128.any_true(above)) continue;
    let bits = i32x4.bitmask(above);
    if (mask != 0) bits &= four(row);
    while (bits != 0) {
      consider(row + ctz(bits), false);
      bits &= bits - 1;
    }
    bound = f32x4.splat(threshold());
  }
  tail(whole, count);
}

/** The rows of the mask, exactly: for masks that leave few. */
export function scanMasked(count: i32): void {
  for (let word = 0; word < count; word += 32) {
    let bits = load<u32>(mask + ((<usize>word) >> 3));
    while (bits != 0) {
      const row = word + <i32>ctz(bits);
      const exact = score(row);
      if (exact >= threshold()) offer(keyOf(orderOfScore(exact), row));
      bits &= bits - 1;
    }
  }
}

/** Scores [count] float32 of rows [count] int32. */
export function scoreRows(some: usize, count: i32, out: usize): void {
  for (let i = 0; i < count; i++) store<f32>(out + ((<usize>i) << 2), score(load<i32>(some + ((<usize>i) << 2))));
}

/** Rows that memory is asked for at once, before the first of them is needed: there is no prefetch in WebAssembly. */
const TOGETHER: i32 = 64;
let touched: u32 = 0;

/** Scores rows that a sketch has found: `count` keys of best.ts. They lie far apart: each is two cache misses, for its numbers and its scale. */
export function rerank(keys: usize, count: i32): void {
  for (let from = 0; from < count; from += TOGETHER) {
    const to = min(from + TOGETHER, count);
    let read: u32 = 0;
    for (let i = from; i < to; i++) {
      const row = <usize>rowOf(load<u64>(keys + ((<usize>i) << 3)));
      read ^= load<u8>(rows + row * stride) ^ load<u8>(scale + (row << 2));
    }
    // Kept, or the compiler would leave the loads out.
    touched ^= read;
    for (let i = from; i < to; i++) {
      const row = <i32>rowOf(load<u64>(keys + ((<usize>i) << 3)));
      const exact = score(row);
      if (exact >= threshold()) offer(keyOf(orderOfScore(exact), row));
    }
  }
}

/** Writes what was found, best first, ties by the lower row: float32 and int32 [k]. */
export function finish(keys: usize, outScores: usize, outRows: usize): i32 {
  const count = sort();
  for (let i = 0; i < count; i++) {
    const key = load<u64>(keys + ((<usize>i) << 3));
    store<f32>(outScores + ((<usize>i) << 2), scoreOfOrder(orderOf(key)));
    store<u32>(outRows + ((<usize>i) << 2), rowOf(key));
  }
  return count;
}

/**
 * What the relaxed dot product makes of a second operand with its top bit set: −128 (signed, ARM), 128 (unsigned, x86), 0: not to be used.
 * `one` is 1. https://github.com/WebAssembly/relaxed-simd/blob/main/proposals/relaxed-simd/Overview.md
 */
export function relaxedTopBit(one: i32): i32 {
  if (!ASC_FEATURE_RELAXED_SIMD) return 0;
  // With constants the compiler would answer, as if all operands were signed everywhere.
  const a = i8x16.splat(<i8>(one << 4));
  const minus = i8x16.splat(<i8>-(one << 4));
  // The first operand is signed everywhere; V8 before version 11.4, behind a flag, took it for unsigned.
  if (i16x8.extract_lane_s(v128.relaxed_dot<i16>(minus, i8x16.splat(<i8>one)), 0) != -32) return 0;
  return i16x8.extract_lane_s(v128.relaxed_dot<i16>(a, i8x16.splat(<i8>(one << 7))), 0) / 32;
}

@inline function coarse(at: usize, flip: v128, q0: v128, q1: v128, q2: v128, q3: v128): v128 {
  // Four products of 2 · 16 · 255 at most: they fit 16 bits.
  const ab = i16x8.add(v128.relaxed_dot<i16>(q0, v128.xor(v128.load(at), flip)), v128.relaxed_dot<i16>(q1, v128.xor(v128.load(at, 16), flip)));
  const cd = i16x8.add(v128.relaxed_dot<i16>(q2, v128.xor(v128.load(at, 32), flip)), v128.relaxed_dot<i16>(q3, v128.xor(v128.load(at, 48), flip)));
  return i32x4.extadd_pairwise_i16x8_s(i16x8.add(ab, cd));
}

@inline function coarseAny(at: usize, flip: v128, coarseQuery: usize): v128 {
  let sum = i32x4.splat(0);
  for (let d: usize = 0; d < stride; d += 16)
    sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(v128.relaxed_dot<i16>(v128.load(coarseQuery + d), v128.xor(v128.load(at + d), flip))));
  return sum;
}

@inline function coarse4(row: i32, flip: v128, correction: v128, coarseQuery: usize, q0: v128, q1: v128, q2: v128, q3: v128): v128 {
  const at = rows + <usize>row * stride;
  const dots =
    stride == 64
      ? sums(coarse(at, flip, q0, q1, q2, q3), coarse(at + 64, flip, q0, q1, q2, q3), coarse(at + 128, flip, q0, q1, q2, q3), coarse(at + 192, flip, q0, q1, q2, q3))
      : sums(coarseAny(at, flip, coarseQuery), coarseAny(at + stride, flip, coarseQuery), coarseAny(at + 2 * stride, flip, coarseQuery), coarseAny(at + 3 * stride, flip, coarseQuery));
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(dots, correction)), v128.load(scale + ((<usize>row) << 2)));
}

/** How far a coarse score may lie below a row's exact one, and the coarse bound that follows from the exact. */
@inline function coarseBound(error: f32, coarseScale: f32): v128 {
  return f32x4.splat((threshold() - error) / coarseScale);
}

/**
 * All rows, exactly, but most of them seen through a query of 33 steps alone: int8 [stride] within ±16, `coarseScale` a step, no row's score
 * further than `error` from the exact one. Rows whose coarse score cannot exceed the threshold are passed over. Without prior.
 */
export function scanRelaxed(count: i32, coarseQuery: usize, coarseScale: f32, error: f32, topBit: i32, total: i32): void {
  if (!ASC_FEATURE_RELAXED_SIMD) return;
  const flip = i8x16.splat(topBit > 0 ? -128 : 0);
  const correction = i32x4.splat(topBit > 0 ? 128 * total : 0);
  const q0 = v128.load(coarseQuery);
  let q1 = q0, q2 = q0, q3 = q0;
  if (stride == 64) {
    q1 = v128.load(coarseQuery, 16);
    q2 = v128.load(coarseQuery, 32);
    q3 = v128.load(coarseQuery, 48);
  }
  const quarter = (count >> 2) & ~3;
  let bound = coarseBound(error, coarseScale);
  for (let row = 0; row < quarter; row += 4) {
    // Four streams keep four of the memory's prefetchers busy.
    const a = f32x4.ge(coarse4(row, flip, correction, coarseQuery, q0, q1, q2, q3), bound);
    const b = f32x4.ge(coarse4(row + quarter, flip, correction, coarseQuery, q0, q1, q2, q3), bound);
    const c = f32x4.ge(coarse4(row + 2 * quarter, flip, correction, coarseQuery, q0, q1, q2, q3), bound);
    const d = f32x4.ge(coarse4(row + 3 * quarter, flip, correction, coarseQuery, q0, q1, q2, q3), bound);
    if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
    let bits = i32x4.bitmask(a) | (i32x4.bitmask(b) << 4) | (i32x4.bitmask(c) << 8) | (i32x4.bitmask(d) << 12);
    // All at once: a branch for each row that passes or not would be mispredicted half of the time.
    if (mask != 0) bits &= four(row) | (four(row + quarter) << 4) | (four(row + 2 * quarter) << 8) | (four(row + 3 * quarter) << 12);
    while (bits != 0) {
      const lane = ctz(bits);
      consider(row + quarter * (lane >> 2) + (lane & 3), false);
      bits &= bits - 1;
    }
    bound = coarseBound(error, coarseScale);
  }
  tail(4 * quarter, count);
}
