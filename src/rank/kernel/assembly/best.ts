// The best k of what is offered, as 64-bit keys in a buffer that is cut back to k whenever it is full: an offer costs one store, not a heap's
// log k, and the threshold rises as it should. Keys: the score's bits in an order that compares as integers, then the row, lower rows first.

let buffer: usize = 0;
let capacity: i32 = 0;
let wanted: i32 = 0;
let size: i32 = 0;
let least: u64 = 0;

/** Only greater keys are of interest. */
@inline export function leastKey(): u64 {
  return least;
}

@inline export function keyOf(order: u32, row: u32): u64 {
  return ((<u64>order) << 32) | <u64>~row;
}

@inline export function rowOf(key: u64): u32 {
  return ~(<u32>key);
}

@inline export function orderOf(key: u64): u32 {
  return <u32>(key >> 32);
}

/** Bits of a float32 as an unsigned integer of the same order. −0 is 0. */
@inline export function orderOfScore(score: f32): u32 {
  const bits = reinterpret<i32>(score + 0.0);
  return <u32>(bits ^ ((bits >> 31) & 0x7fffffff)) ^ 0x80000000;
}

@inline export function scoreOfOrder(order: u32): f32 {
  const bits = <i32>(order ^ 0x80000000);
  return reinterpret<f32>(bits ^ ((bits >> 31) & 0x7fffffff));
}

/** @param at room for `room` keys, room > k */
export function begin(at: usize, k: i32, room: i32, floor: u64): void {
  buffer = at;
  wanted = k;
  capacity = room;
  size = 0;
  least = floor;
}

@inline function get(i: i32): u64 {
  return load<u64>(buffer + ((<usize>i) << 3));
}

@inline function set(i: i32, key: u64): void {
  store<u64>(buffer + ((<usize>i) << 3), key);
}

/** Hoare's selection: the `count` greatest come first, count ≤ size. All keys differ. */
function select(count: i32): void {
  let low = 0;
  let high = size - 1;
  const last = count - 1;
  while (low < high) {
    const a = get(low);
    const b = get((low + high) >> 1);
    const c = get(high);
    const pivot = max(min(a, b), min(max(a, b), c));
    let i = low;
    let j = high;
    while (i <= j) {
      while (get(i) > pivot) i++;
      while (get(j) < pivot) j--;
      if (i <= j) {
        const swap = get(i);
        set(i, get(j));
        set(j, swap);
        i++;
        j--;
      }
    }
    if (last <= j) high = j;
    else if (last >= i) low = i;
    else break;
  }
}

/** Cuts to the `wanted` greatest; gives how many there are. */
export function cut(): i32 {
  if (size > wanted) {
    select(wanted);
    size = wanted;
    least = get(wanted - 1);
  }
  return size;
}

/** Leaves those of this order or a greater one; gives how many they are. */
export function keepFrom(order: u32): i32 {
  let left = 0;
  for (let i = 0; i < size; i++) {
    const key = get(i);
    set(left, key);
    left += <i32>(orderOf(key) >= order);
  }
  size = left;
  return size;
}

@inline export function offer(key: u64): void {
  if (key > least) {
    set(size++, key);
    if (size == capacity) cut();
  }
}

/** Sorts what is left, greatest first (heap sort: smallest at the root, taken to the end). */
export function sort(): i32 {
  const count = cut();
  for (let i = (count >> 1) - 1; i >= 0; i--) sink(i, count);
  for (let end = count - 1; end > 0; end--) {
    const root = get(0);
    set(0, get(end));
    set(end, root);
    sink(0, end);
  }
  return count;
}

function sink(start: i32, end: i32): void {
  const key = get(start);
  let at = start;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= end) break;
    if (child + 1 < end && get(child + 1) < get(child)) child++;
    if (get(child) >= key) break;
    set(at, get(child));
    at = child;
  }
  set(at, key);
}
