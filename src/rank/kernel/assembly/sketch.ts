// Two bits a dimension, searched by table look-ups of 16 rows at once (Quicker ADC, arXiv 1812.09162; FAISS' fast scan).
//
// A row's byte c holds the codes of dimensions c, columns + c, 2 · columns + c, 3 · columns + c, columns = stride / 4. Blocks of 16 rows,
// [blocks, columns, 16]. A table [columns, 2, 16] uint8 gives what each pair of codes adds to the score, 31 at most.

import { keyOf, leastKey, offer, orderOf } from "./best";

/** Codes of rows [from, to), from a multiple of 16: how many of a dimension's three bounds [3, stride] (float32, ascending) a value reaches. */
export function buildSketch(rows: usize, from: i32, to: i32, stride: usize, scale: usize, bounds: usize, out: usize): void {
  const columns = stride >> 2;
  for (let row = from; row < to; row++) {
    const at = rows + <usize>row * stride;
    const factor = f32x4.splat(load<f32>(scale + ((<usize>row) << 2)));
    const block = out + (<usize>row >> 4) * (columns << 4) + (<usize>row & 15);
    for (let c: usize = 0; c < columns; c += 4) {
      let codes = i32x4.splat(0);
      for (let quarter: usize = 0; quarter < 4; quarter++) {
        const d = quarter * columns + c;
        const values = f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(at + d)))), factor);
        const reach = bounds + (d << 2);
        const reached = i32x4.add(
          i32x4.add(f32x4.ge(values, v128.load(reach)), f32x4.ge(values, v128.load(reach + (stride << 2)))),
          f32x4.ge(values, v128.load(reach + (stride << 3))),
        );
        // A comparison that holds is −1.
        codes = v128.or(codes, i32x4.shl(i32x4.neg(reached), <i32>(quarter << 1)));
      }
      const column = block + (c << 4);
      store<u8>(column, i32x4.extract_lane(codes, 0));
      store<u8>(column + 16, i32x4.extract_lane(codes, 1));
      store<u8>(column + 32, i32x4.extract_lane(codes, 2));
      store<u8>(column + 48, i32x4.extract_lane(codes, 3));
    }
  }
}

/** One row's sketched score. */
export function sketched(sketch: usize, row: i32, columns: usize, tables: usize): i32 {
  let sum = 0;
  for (let c: usize = 0; c < columns; c++) {
    const codes = <usize>load<u8>(sketch + (<usize>row >> 4) * (columns << 4) + (c << 4) + (<usize>row & 15));
    sum += <i32>load<u8>(tables + (c << 5) + (codes & 15)) + <i32>load<u8>(tables + (c << 5) + 16 + (codes >> 4));
  }
  return sum;
}

@inline function look(table: v128, codes: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? v128.relaxed_swizzle(table, codes) : v128.swizzle(table, codes);
}

@inline function pair(codes: v128, low: v128, high: v128): v128 {
  const nibble = i8x16.splat(15);
  return i8x16.add(look(low, v128.and(codes, nibble)), look(high, v128.and(i16x8.shr_u(codes, 4), nibble)));
}

/** Sums [16] bytes of eight look-ups, 31 at most each: of four columns of codes. */
@inline function four(codes: usize, t0: v128, t1: v128, t2: v128, t3: v128, t4: v128, t5: v128, t6: v128, t7: v128): v128 {
  const first = i8x16.add(pair(v128.load(codes), t0, t1), pair(v128.load(codes, 16), t2, t3));
  const second = i8x16.add(pair(v128.load(codes, 32), t4, t5), pair(v128.load(codes, 48), t6, t7));
  return i8x16.add(first, second);
}

/** Bits of a block's rows: the even ones, then the odd ones. */
@inline function reaching(even: v128, odd: v128, bound: v128): u64 {
  return <u64>i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.ge_s(even, bound), i16x8.ge_s(odd, bound)));
}

/** [4, 16] uint16: lanes are chosen at run time, through memory. */
const scratch: usize = 16;

/**
 * Offers rows of every `step`th block by their sketched score. columns a multiple of 4; the sketch has a multiple of four blocks, whose quarters are
 * read side by side, so that a table is loaded once for four blocks.
 */
export function scanSketch(sketch: usize, count: i32, columns: usize, tables: usize, mask: usize, step: i32): void {
  const bytes = columns << 4;
  const quarter = ((count + 63) >> 6) << 4;
  const apart = <usize>(quarter >> 4) * bytes;
  let bound = i16x8.splat(<i16>orderOf(leastKey()));
  for (let row = 0; row < quarter; row += 16 * step) {
    const a = sketch + (<usize>row >> 4) * bytes;
    const b = a + apart;
    const c = b + apart;
    const d = c + apart;
    let evenA = i16x8.splat(0), oddA = evenA, evenB = evenA, oddB = evenA, evenC = evenA, oddC = evenA, evenD = evenA, oddD = evenA;
    for (let at: usize = 0; at < bytes; at += 64) {
      const t = tables + (at << 1);
      const t0 = v128.load(t), t1 = v128.load(t, 16), t2 = v128.load(t, 32), t3 = v128.load(t, 48);
      const t4 = v128.load(t, 64), t5 = v128.load(t, 80), t6 = v128.load(t, 96), t7 = v128.load(t, 112);
      const sumsA = four(a + at, t0, t1, t2, t3, t4, t5, t6, t7);
      const sumsB = four(b + at, t0, t1, t2, t3, t4, t5, t6, t7);
      const sumsC = four(c + at, t0, t1, t2, t3, t4, t5, t6, t7);
      const sumsD = four(d + at, t0, t1, t2, t3, t4, t5, t6, t7);
      evenA = i16x8.add(evenA, sumsA);
      oddA = i16x8.add(oddA, i16x8.shr_u(sumsA, 8));
      evenB = i16x8.add(evenB, sumsB);
      oddB = i16x8.add(oddB, i16x8.shr_u(sumsB, 8));
      evenC = i16x8.add(evenC, sumsC);
      oddC = i16x8.add(oddC, i16x8.shr_u(sumsC, 8));
      evenD = i16x8.add(evenD, sumsD);
      oddD = i16x8.add(oddD, i16x8.shr_u(sumsD, 8));
    }
    // What the odd rows had carried into the even ones' sums.
    evenA = i16x8.sub(evenA, i16x8.shl(oddA, 8));
    evenB = i16x8.sub(evenB, i16x8.shl(oddB, 8));
    evenC = i16x8.sub(evenC, i16x8.shl(oddC, 8));
    evenD = i16x8.sub(evenD, i16x8.shl(oddD, 8));
    const even = i16x8.max_s(i16x8.max_s(evenA, evenB), i16x8.max_s(evenC, evenD));
    const odd = i16x8.max_s(i16x8.max_s(oddA, oddB), i16x8.max_s(oddC, oddD));
    if (!v128.any_true(i16x8.ge_s(i16x8.max_s(even, odd), bound))) continue;
    // All at once: each branch that may or may not be taken is mispredicted half of the time.
    let bits = reaching(evenA, oddA, bound) | (reaching(evenB, oddB, bound) << 16) | (reaching(evenC, oddC, bound) << 32) | (reaching(evenD, oddD, bound) << 48);
    v128.store(scratch, evenA);
    v128.store(scratch, oddA, 16);
    v128.store(scratch, evenB, 32);
    v128.store(scratch, oddB, 48);
    v128.store(scratch, evenC, 64);
    v128.store(scratch, oddC, 80);
    v128.store(scratch, evenD, 96);
    v128.store(scratch, oddD, 112);
    while (bits != 0) {
      const lane = <i32>ctz(bits);
      bits &= bits - 1;
      const at = row + quarter * (lane >> 4) + 2 * (lane & 7) + ((lane >> 3) & 1);
      if (at >= count) continue;
      if (mask != 0 && ((load<u32>(mask + (((<usize>at) >> 5) << 2)) >> (<u32>at & 31)) & 1) == 0) continue;
      offer(keyOf(load<u16>(scratch + ((<usize>lane) << 1)), at));
    }
    bound = i16x8.splat(<i16>orderOf(leastKey()));
  }
}
