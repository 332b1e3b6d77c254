/** Rows of a workgroup. */
export const GROUP = 64;

/** Sum of the products of four int8, where the language has it, and where it has not. */
const DOT = {
  packed: "fn dot4(a: u32, b: u32) -> i32 { return dot4I8Packed(a, b); }",
  plain: `fn dot4(a: u32, b: u32) -> i32 {
  var sum = 0;
  for (var shift = 0u; shift < 32u; shift += 8u) { sum += extractBits(bitcast<i32>(a), shift, 8u) * extractBits(bitcast<i32>(b), shift, 8u); }
  return sum;
}`,
};

/**
 * Three passes. score: every row's score, and the best of each group. bound: the greatest value, by halving, which k groups reach: so many rows
 * reach it as well. collect: the rows at most `margin` below it.
 */
export const searchShader = ({ packed, words, most }: { packed: boolean; words: number; most: number }): string => `
struct Params { count: u32, groups: u32, k: u32, unused: u32, step: f32, margin: f32 }
struct Found { size: atomic<u32>, bound: f32, a: u32, b: u32, rows: array<u32> }
@group(0) @binding(0) var<storage, read> rows: array<u32>;
@group(0) @binding(1) var<storage, read> scales: array<f32>;
@group(0) @binding(2) var<storage, read> mask: array<u32>;
@group(0) @binding(3) var<storage, read> question: array<u32>;
@group(0) @binding(4) var<storage, read_write> scores: array<f32>;
@group(0) @binding(5) var<storage, read_write> maxima: array<f32>;
@group(0) @binding(6) var<storage, read_write> found: Found;
@group(0) @binding(7) var<uniform> params: Params;

const NEVER = -3.0e38;
const WORDS = ${words}u;
const MOST = ${most}u;
var<workgroup> reduced: array<f32, ${GROUP}>;
var<workgroup> counted: atomic<u32>;
var<workgroup> low: f32;
var<workgroup> high: f32;

${DOT[packed ? "packed" : "plain"]}

@compute @workgroup_size(${GROUP})
fn score(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
  let row = id.x;
  var value = NEVER;
  if (row < params.count) {
    if (((mask[row >> 5u] >> (row & 31u)) & 1u) == 1u) {
      var sum = 0;
      for (var word = 0u; word < WORDS; word++) { sum += dot4(rows[row * WORDS + word], question[word]); }
      value = f32(sum) * scales[row] * params.step;
    }
    scores[row] = value;
  }
  reduced[local] = value;
  workgroupBarrier();
  for (var half = ${GROUP / 2}u; half > 0u; half >>= 1u) {
    if (local < half) { reduced[local] = max(reduced[local], reduced[local + half]); }
    workgroupBarrier();
  }
  if (local == 0u) { maxima[group.x] = reduced[0]; }
}

@compute @workgroup_size(${GROUP})
fn bound(@builtin(local_invocation_index) local: u32) {
  // From the greatest maximum down to where k groups reach; without so many groups all rows are candidates.
  var top = NEVER;
  var least = 3.0e38;
  var passing = 0u;
  for (var i = local; i < params.groups; i += ${GROUP}u) {
    let value = maxima[i];
    if (value > NEVER) {
      top = max(top, value);
      least = min(least, value);
      passing++;
    }
  }
  if (local == 0u) { atomicStore(&counted, 0u); }
  workgroupBarrier();
  atomicAdd(&counted, passing);
  reduced[local] = top;
  workgroupBarrier();
  if (local == 0u) {
    for (var i = 1u; i < ${GROUP}u; i++) { top = max(top, reduced[i]); }
    high = top;
  }
  workgroupBarrier();
  reduced[local] = least;
  workgroupBarrier();
  if (local == 0u) {
    for (var i = 1u; i < ${GROUP}u; i++) { least = min(least, reduced[i]); }
    low = select(NEVER, least, atomicLoad(&counted) >= params.k);
  }
  let enough = workgroupUniformLoad(&low) > NEVER;
  if (enough) {
    for (var step = 0u; step < 20u; step++) {
      let middle = 0.5 * (workgroupUniformLoad(&low) + workgroupUniformLoad(&high));
      var own = 0u;
      for (var i = local; i < params.groups; i += ${GROUP}u) { own += select(0u, 1u, maxima[i] >= middle); }
      if (local == 0u) { atomicStore(&counted, 0u); }
      workgroupBarrier();
      atomicAdd(&counted, own);
      workgroupBarrier();
      if (local == 0u) {
        if (atomicLoad(&counted) >= params.k) { low = middle; } else { high = middle; }
      }
      workgroupBarrier();
    }
  }
  if (local == 0u) { found.bound = low; }
}

@compute @workgroup_size(${GROUP})
fn collect(@builtin(global_invocation_id) id: vec3u) {
  let row = id.x;
  if (row >= params.count) { return; }
  let value = scores[row];
  if (value <= NEVER) { return; }
  if (found.bound > NEVER && value < found.bound - params.margin) { return; }
  let at = atomicAdd(&found.size, 1u);
  if (at < MOST) { found.rows[at] = row; }
}
`;
