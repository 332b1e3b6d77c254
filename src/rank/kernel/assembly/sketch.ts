// Two bits a dimension, searched by table look-ups of 16 rows at once (Quicker ADC, arXiv 1812.09162; FAISS' fast scan).
//
// A row's byte c holds the codes of dimensions c, columns + c, 2 · columns + c, 3 · columns + c, columns = stride / 4. Blocks of 16 rows,
// [blocks, columns, 16]. A table [columns, 2, 16] uint8 gives what each pair of codes adds to the score, so that no row's reaches 256.

import { offerSketched, sketchBound } from "./candidates";

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

/** Adds two columns of a block's codes to its rows' sums. */
@inline function two(sums: v128, codes: usize, t0: v128, t1: v128, t2: v128, t3: v128): v128 {
  return i8x16.add(sums, i8x16.add(pair(v128.load(codes), t0, t1), pair(v128.load(codes, 16), t2, t3)));
}

/** Bits of a block's rows. */
@inline function reaching(sums: v128, bound: v128): u64 {
  return <u64>i8x16.bitmask(i8x16.ge_u(sums, bound));
}

/** Which rows of a block may be found. */
@inline function passing(mask: usize, row: i32): u64 {
  return <u64>load<u16>(mask + (<usize>row >> 3));
}

/** [4, 16] uint8: lanes are chosen at run time, through memory. */
const scratch: usize = 16;

/**
 * Offers rows of every `step`th block by their sketched score. The sketch has a multiple of four blocks, whose quarters are
 * read side by side, so that a table is loaded once for four blocks.
 */
export function scanSketch(sketch: usize, count: i32, columns: usize, tables: usize, mask: usize, step: i32): void {
  const bytes = columns << 4;
  const quarter = ((count + 63) >> 6) << 4;
  const apart = <usize>(quarter >> 4) * bytes;
  let bound = i8x16.splat(<i8>sketchBound());
  for (let row = 0; row < quarter; row += 16 * step) {
    const a = sketch + (<usize>row >> 4) * bytes;
    const b = a + apart;
    const c = b + apart;
    const d = c + apart;
    let sumsA = i8x16.splat(0), sumsB = sumsA, sumsC = sumsA, sumsD = sumsA;
    // Two columns: with four blocks' sums, their tables are what the registers hold.
    for (let at: usize = 0; at < bytes; at += 32) {
      const t = tables + (at << 1);
      const t0 = v128.load(t), t1 = v128.load(t, 16), t2 = v128.load(t, 32), t3 = v128.load(t, 48);
      sumsA = two(sumsA, a + at, t0, t1, t2, t3);
      sumsB = two(sumsB, b + at, t0, t1, t2, t3);
      sumsC = two(sumsC, c + at, t0, t1, t2, t3);
      sumsD = two(sumsD, d + at, t0, t1, t2, t3);
    }
    const most = i8x16.max_u(i8x16.max_u(sumsA, sumsB), i8x16.max_u(sumsC, sumsD));
    if (!v128.any_true(i8x16.ge_u(most, bound))) continue;
    // All at once: each branch that may or may not be taken is mispredicted half of the time.
    let bits = reaching(sumsA, bound) | (reaching(sumsB, bound) << 16) | (reaching(sumsC, bound) << 32) | (reaching(sumsD, bound) << 48);
    if (mask != 0) {
      bits &=
        passing(mask, row) | (passing(mask, row + quarter) << 16) | (passing(mask, row + 2 * quarter) << 32) | (passing(mask, row + 3 * quarter) << 48);
      if (bits == 0) continue;
    }
    v128.store(scratch, sumsA);
    v128.store(scratch, sumsB, 16);
    v128.store(scratch, sumsC, 32);
    v128.store(scratch, sumsD, 48);
    while (bits != 0) {
      const lane = <i32>ctz(bits);
      bits &= bits - 1;
      const at = row + quarter * (lane >> 4) + (lane & 15);
      if (at >= count) continue;
      offerSketched(load<u8>(scratch + <usize>lane), at);
    }
    bound = i8x16.splat(<i8>sketchBound());
  }
}
