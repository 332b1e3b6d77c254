// Dot products of int8 rows [stride], stride a multiple of 16, with an int16 query [stride].

@inline function part(sum: v128, row: usize, query: usize, d: usize): v128 {
  sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load8x8_s(row + d), v128.load(query + (d << 1))));
  return i32x4.add(sum, i32x4.dot_i16x8_s(v128.load8x8_s(row + d + 8), v128.load(query + (d << 1) + 16)));
}

/** Four partial sums. */
@inline export function partial(row: usize, stride: usize, query: usize): v128 {
  let sum = i32x4.splat(0);
  for (let d: usize = 0; d < stride; d += 16) sum = part(sum, row, query, d);
  return sum;
}

@inline export function partial64(row: usize, query: usize): v128 {
  return part(part(part(part(i32x4.splat(0), row, query, 0), row, query, 16), row, query, 32), row, query, 48);
}

/** The four sums of four vectors' lanes. */
@inline export function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

export function dot(row: usize, stride: usize, query: usize): i32 {
  const sum = stride == 64 ? partial64(row, query) : partial(row, stride, query);
  return i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
}

/** Largest length of a row: bounds what a coarser query can be wrong by. What is not a number is passed over. */
export function longest(rows: usize, count: i32, stride: usize, scale: usize): f32 {
  let most: f32 = 0;
  for (let row = 0; row < count; row++) {
    const at = rows + <usize>row * stride;
    let sum = i32x4.splat(0);
    for (let d: usize = 0; d < stride; d += 8) {
      const values = v128.load8x8_s(at + d);
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(values, values));
    }
    const squares = i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
    const length = sqrt<f32>(<f32>squares) * abs(load<f32>(scale + ((<usize>row) << 2)));
    if (length > most) most = length;
  }
  return most;
}
