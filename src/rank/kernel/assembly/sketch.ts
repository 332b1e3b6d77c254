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

@inline function take(above: v128, values: v128, row: i32, count: i32, mask: usize): void {
  let bits = i16x8.bitmask(above);
  if (bits == 0) return;
  // Lanes are chosen at run time: through memory.
  v128.store(scratch, values);
  while (bits != 0) {
    const lane = ctz(bits);
    bits &= bits - 1;
    const at = row + 2 * lane;
    if (at >= count) continue;
    if (mask != 0 && ((load<u32>(mask + (((<usize>at) >> 5) << 2)) >> (<u32>at & 31)) & 1) == 0) continue;
    offer(keyOf(load<u16>(scratch + ((<usize>lane) << 1)), at));
  }
}

const scratch: usize = 16;

/**
 * Offers rows of every `step`th block by their sketched score. columns a multiple of 4; the sketch has an even number of blocks, of which the
 * first and the second half are read side by side: two streams for the memory's prefetchers.
 */
export function scanSketch(sketch: usize, count: i32, columns: usize, tables: usize, mask: usize, step: i32): void {
  const bytes = columns << 4;
  const half = ((count + 31) >> 5) << 4;
  const apart = <usize>(half >> 4) * bytes;
  let bound = i16x8.splat(<i16>orderOf(leastKey()));
  for (let row = 0; row < half; row += 16 * step) {
    const first = sketch + (<usize>row >> 4) * bytes;
    const second = first + apart;
    let low1 = i16x8.splat(0), high1 = low1, low2 = low1, high2 = low1;
    for (let c: usize = 0; c < bytes; c += 64) {
      const t = tables + (c << 1);
      const t0 = v128.load(t), t1 = v128.load(t, 16), t2 = v128.load(t, 32), t3 = v128.load(t, 48);
      let s1 = i8x16.add(pair(v128.load(first + c), t0, t1), pair(v128.load(first + c, 16), t2, t3));
      let s2 = i8x16.add(pair(v128.load(second + c), t0, t1), pair(v128.load(second + c, 16), t2, t3));
      const t4 = v128.load(t, 64), t5 = v128.load(t, 80), t6 = v128.load(t, 96), t7 = v128.load(t, 112);
      // Eight look-ups of 31 at most fit 8 bits.
      s1 = i8x16.add(s1, i8x16.add(pair(v128.load(first + c, 32), t4, t5), pair(v128.load(first + c, 48), t6, t7)));
      s2 = i8x16.add(s2, i8x16.add(pair(v128.load(second + c, 32), t4, t5), pair(v128.load(second + c, 48), t6, t7)));
      low1 = i16x8.add(low1, s1);
      high1 = i16x8.add(high1, i16x8.shr_u(s1, 8));
      low2 = i16x8.add(low2, s2);
      high2 = i16x8.add(high2, i16x8.shr_u(s2, 8));
    }
    // What the odd rows had carried into the even ones' sums.
    low1 = i16x8.sub(low1, i16x8.shl(high1, 8));
    low2 = i16x8.sub(low2, i16x8.shl(high2, 8));
    const a = i16x8.ge_s(low1, bound);
    const b = i16x8.ge_s(high1, bound);
    const c = i16x8.ge_s(low2, bound);
    const d = i16x8.ge_s(high2, bound);
    if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) continue;
    take(a, low1, row, count, mask);
    take(b, high1, row + 1, count, mask);
    take(c, low2, row + half, count, mask);
    take(d, high2, row + half + 1, count, mask);
    bound = i16x8.splat(<i16>orderOf(leastKey()));
  }
}
