// AssemblyScript, compiled by scripts/build-kernel.mjs. Memory belongs to the caller (simd.ts): no runtime, no allocation.

/**
 * Exact scan of int8 rows with a fused top-k.
 * rows [count, stride] int8, stride a multiple of 16, zero-padded; query [stride] int16; scale, prior [count] float32;
 * mask [count] bytes, or 0 for none; outScores float32 and outRows int32 [k], sorted by score down, then row up.
 * A score is f32(dot) · scale[row] · queryScale + priorWeight · prior[row], each step rounded to float32 (js.ts does the same).
 * The mask is read late, for candidates alone. Returns how many were found.
 */
export function scan(
  rows: usize, count: i32, stride: i32, query: usize, queryScale: f32, scale: usize, prior: usize, priorWeight: f32,
  mask: usize, k: i32, outScores: usize, outRows: usize,
): i32 {
  let found: i32 = 0;
  let threshold: f32 = -Infinity;
  if (k <= 0) return 0;
  for (let row = 0; row < count; row++) {
    let sum = i32x4.splat(0);
    const base = rows + <usize>row * <usize>stride;
    for (let d = 0; d < stride; d += 16) {
      const values = v128.load(base + d);
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(values), v128.load(query + (<usize>d << 1))));
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(values), v128.load(query + (<usize>d << 1) + 16)));
    }
    const dot = i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
    const at = <usize>row << 2;
    const score: f32 = <f32>dot * load<f32>(scale + at) * queryScale + priorWeight * load<f32>(prior + at);
    if (found == k && !(score > threshold)) continue;
    if (score != score) continue;
    if (mask != 0 && load<u8>(mask + row) == 0) continue;
    let place = found < k ? found++ : k - 1;
    while (place > 0) {
      const before = outScores + ((<usize>place - 1) << 2);
      if (load<f32>(before) >= score) break;
      store<f32>(before + 4, load<f32>(before));
      store<i32>(outRows + (<usize>place << 2), load<i32>(outRows + ((<usize>place - 1) << 2)));
      place--;
    }
    store<f32>(outScores + (<usize>place << 2), score);
    store<i32>(outRows + (<usize>place << 2), row);
    threshold = load<f32>(outScores + ((<usize>k - 1) << 2));
    if (found < k) threshold = -Infinity;
  }
  return found;
}
