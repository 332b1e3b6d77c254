// Rows by a score of eight bits, as long as they may be among the k best by exact scores: at most `margin` below the k-th best so far. Where that is
// is counted, not selected: each comparison of a selection is mispredicted half of the time.

import { begin, keepFrom, keyOf, leastKey, offer, orderOf } from "./best";

/** [256] uint32: how many rows had each score. */
const histogram: usize = 128;

let wanted: i32 = 0;
let margin: i32 = 0;
let level: i32 = 0;
let above: i32 = 0;

/** `at` has room for `room` keys of 8 bytes; of more candidates than half of it the best stay. `from`: the k-th best is known to be as good. */
export function beginSketched(at: usize, room: i32, k: i32, ofMargin: i32, from: i32): void {
  begin(at, room >> 1, room, 0);
  memory.fill(histogram, 0, 1_024);
  wanted = k;
  margin = ofMargin;
  level = from;
  above = 0;
}

/** The least score that is a candidate. */
@inline export function sketchBound(): i32 {
  return max(level - margin, <i32>orderOf(leastKey()));
}

/** The k-th best score, if there are so many above 0. */
export function sketchLevel(): i32 {
  return level;
}

@inline export function offerSketched(order: u32, row: i32): void {
  offer(keyOf(order, row));
  const at = histogram + (<usize>order << 2);
  store<u32>(at, load<u32>(at) + 1);
  if (<i32>order <= level) return;
  above++;
  while (above >= wanted) above -= load<i32>(histogram + (<usize>++level << 2));
}

/** How many candidates there are. */
export function sketchedRows(): i32 {
  return keepFrom(sketchBound());
}
