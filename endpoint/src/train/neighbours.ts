import type { EachNeighbour } from "presently/rank";
import type { TrainingSession } from "./data.js";

/** What follows each item: rows and how much, strongest first. Entries of row r are `offsets[r]` to `offsets[r + 1]`. */
export interface NeighbourGraph {
  readonly offsets: Int32Array;
  readonly rows: Int32Array;
  /** Decayed number of times. */
  readonly counts: Float32Array;
  /** The same over everything that followed a row, kept or not. [items] */
  readonly mass: Float32Array;
}

/** Items that far apart in a session still belong together; each step further counts this much of the one before. */
const WINDOW = 6;
const DECAY = 0.5;
/** What came before an item, beside what came after it: vectors, whose cosine is the same both ways, cannot tell these apart. */
const BACKWARD = 0.3;
/** The oldest session counts e⁻³ of the newest: measured on Diginetica's last days, 0 gains half as much, 5 and 8 no more. */
const AGEING = 3;
/** Neighbours kept of an item: 8 gain two thirds of what 16 do on Diginetica's last days, 32 hardly more. */
const MOST = 16;
/** A pair that fewer sessions show is nobody's business. */
export const LEAST_SESSIONS = 2;

export const NO_NEIGHBOURS = (items: number): NeighbourGraph => ({
  offsets: new Int32Array(items + 1),
  rows: new Int32Array(0),
  counts: new Float32Array(0),
  mass: new Float32Array(items),
});

/** As a page reads them of a shard. */
export const neighboursOf =
  ({ offsets, rows, counts, mass }: NeighbourGraph): EachNeighbour =>
  (row, visit) => {
    for (let at = offsets[row]; at < offsets[row + 1]; at++) visit(rows[at], counts[at] / mass[row]);
  };

/** Sessions as rows without unknown items and repetitions, oldest first. */
function paths(sessions: readonly TrainingSession[], row: (id: string) => number): number[][] {
  return [...sessions]
    .sort((a, b) => a.time - b.time)
    .map(({ events }) =>
      events.flatMap(({ items = [] }) => items.map(({ item_id }) => row(item_id)).filter((one) => one >= 0)).filter((one, i, all) => one !== all[i - 1]),
    );
}

/** Strongest first, at most MOST of a row. */
export function graphOf(
  items: number,
  entriesOf: (row: number) => { readonly entries: [row: number, count: number][]; readonly mass: number },
): NeighbourGraph {
  const offsets = new Int32Array(items + 1);
  const [rows, counts]: [number[], number[]] = [[], []];
  const mass = new Float32Array(items);
  for (let row = 0; row < items; row++) {
    const own = entriesOf(row);
    mass[row] = own.mass;
    for (const [to, count] of own.entries.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST)) {
      rows.push(to);
      counts.push(count);
    }
    offsets[row + 1] = rows.length;
  }
  return { offsets, rows: Int32Array.from(rows), counts: Float32Array.from(counts), mass };
}

/** Counts what was met together, newer sessions more, over arrays: a pass costs time and memory by pairs, not by items squared. */
export function neighbourGraph(sessions: readonly TrainingSession[], row: (id: string) => number, items: number): NeighbourGraph {
  const all = paths(sessions, row);
  const starts = new Int32Array(items + 1);
  const eachPair = (visit: (from: number, to: number, weight: number, session: number) => void) => {
    all.forEach((path, session) => {
      const age = Math.exp(-AGEING * (1 - (session + 1) / all.length));
      for (let i = 0; i < path.length; i++)
        for (let j = i + 1; j <= Math.min(i + WINDOW, path.length - 1); j++) {
          if (path[i] === path[j]) continue;
          const weight = age * DECAY ** (j - i - 1);
          visit(path[i], path[j], weight, session);
          visit(path[j], path[i], weight * BACKWARD, session);
        }
    });
  };
  eachPair((from) => {
    starts[from + 1]++;
  });
  for (let i = 0; i < items; i++) starts[i + 1] += starts[i];
  const places = starts.slice();
  const total = starts[items];
  const [to, by, weights] = [new Int32Array(total), new Int32Array(total), new Float32Array(total)];
  eachPair((from, other, weight, session) => {
    const at = places[from]++;
    to[at] = other;
    by[at] = session;
    weights[at] = weight;
  });
  const [sum, met, last] = [new Float32Array(items), new Int32Array(items), new Int32Array(items).fill(-1)];
  return graphOf(items, (from) => {
    const touched: number[] = [];
    let mass = 0;
    for (let at = starts[from]; at < starts[from + 1]; at++) {
      const other = to[at];
      mass += weights[at];
      if (last[other] < 0) touched.push(other);
      if (last[other] !== by[at]) met[other]++;
      last[other] = by[at];
      sum[other] += weights[at];
    }
    const entries = touched.filter((other) => met[other] >= LEAST_SESSIONS).map((other): [number, number] => [other, sum[other]]);
    for (const other of touched) {
      sum[other] = 0;
      met[other] = 0;
      last[other] = -1;
    }
    return { entries, mass };
  });
}

/** `after` with what was known `before`, which counts `share` of itself: a small training does not forget. `row`: after's row of before's, or −1. */
export function mergeNeighbours(before: NeighbourGraph, after: NeighbourGraph, row: (before: number) => number, share: number): NeighbourGraph {
  const items = after.mass.length;
  const old = new Int32Array(items).fill(-1);
  for (let r = 0; r < before.mass.length; r++) if (row(r) >= 0) old[row(r)] = r;
  return graphOf(items, (from) => {
    const sums = new Map<number, number>();
    for (let at = after.offsets[from]; at < after.offsets[from + 1]; at++) sums.set(after.rows[at], after.counts[at]);
    const known = old[from];
    if (known >= 0)
      for (let at = before.offsets[known]; at < before.offsets[known + 1]; at++) {
        const to = row(before.rows[at]);
        if (to >= 0) sums.set(to, (sums.get(to) ?? 0) + share * before.counts[at]);
      }
    return { entries: [...sums], mass: after.mass[from] + (known >= 0 ? share * before.mass[known] : 0) };
  });
}
