import type { Example } from "./examples.js";

/** Steps that two items may lie apart to have been met together. */
const WINDOW = 3;
/** Older sessions hardly change the answer. */
const MOST_EXAMPLES = 50_000;
const LIST = 20;

/** The items of a session in their order, repetitions at once left out. */
const pathOf = ({ rows, targets }: Example): number[] => [...rows, targets.at(-1)!].filter((row) => row >= 0).filter((row, i, all) => row !== all[i - 1]);

/** Per item the LIST others that `pairs` names most often with it, with their ranks from 1. */
function mostOften(
  paths: readonly number[][],
  items: number,
  pairs: (path: readonly number[], visit: (from: number, to: number) => void) => void,
): Map<number, Map<number, number>> {
  let count = 0;
  for (const path of paths)
    pairs(path, () => {
      count++;
    });
  const keys = new Float64Array(count);
  let at = 0;
  for (const path of paths)
    pairs(path, (from, to) => {
      keys[at++] = from * items + to;
    });
  keys.sort();
  const lists = new Map<number, Map<number, number>>();
  let own: [to: number, count: number][] = [];
  for (let start = 0; start < keys.length; ) {
    let end = start + 1;
    while (end < keys.length && keys[end] === keys[start]) end++;
    const from = Math.floor(keys[start] / items);
    own.push([keys[start] % items, end - start]);
    if (end === keys.length || Math.floor(keys[end] / items) !== from) {
      own.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
      lists.set(from, new Map(own.slice(0, LIST).map(([to], rank) => [to, rank + 1])));
      own = [];
    }
    start = end;
  }
  return lists;
}

/**
 * Whether the next item follows rather from the last one's successors than from what was met near it, in either direction: which of the two
 * counts, made of `older` examples, ranks the `late` ones' next items higher (MRR@20).
 */
export function orderMatters(older: readonly Example[], late: readonly Example[], items: number): boolean {
  const paths = older.slice(-MOST_EXAMPLES).map(pathOf);
  const next = mostOften(paths, items, (path, visit) => {
    for (let i = 0; i + 1 < path.length; i++) visit(path[i], path[i + 1]);
  });
  const near = mostOften(paths, items, (path, visit) => {
    for (let i = 0; i < path.length; i++)
      for (let j = Math.max(0, i - WINDOW); j <= Math.min(path.length - 1, i + WINDOW); j++) if (path[i] !== path[j]) visit(path[i], path[j]);
  });
  const found = (lists: typeof next, from: number, to: number) => 1 / (lists.get(from)?.get(to) ?? Number.POSITIVE_INFINITY);
  let ahead = 0;
  for (const path of late.map(pathOf)) for (let i = 0; i + 1 < path.length; i++) ahead += found(next, path[i], path[i + 1]) - found(near, path[i], path[i + 1]);
  return ahead > 0;
}
