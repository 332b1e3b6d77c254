import { type DetailedMetrics, type DetailedSum, LIST } from "./metrics.js";

/** Sessions as rows of items, in order. */
export type RowSessions = readonly (readonly number[])[];

export interface BaselinePrefix {
  readonly seen: readonly number[];
  readonly target: number;
}

type Counts = Map<number, number>;

const bump = (counts: Counts, key: number, by: number) => counts.set(key, (counts.get(key) ?? 0) + by);

/** Best first; equal counts by row, so that a run can be repeated. */
export const best = (counts: Iterable<readonly [number, number]>) =>
  [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, LIST)
    .map(([row]) => row);

/** Lists by the last item, which is all that two of the baselines look at; filled up with the most popular. */
function byLast(tables: ReadonlyMap<number, Counts>, popular: readonly number[], weight: (row: number, other: number, count: number) => number) {
  const lists = new Map<number, readonly number[]>();
  return ({ seen }: BaselinePrefix) => {
    const last = seen[seen.length - 1];
    let list = lists.get(last);
    if (!list) {
      const own = best(Array.from(tables.get(last) ?? [], ([other, count]) => [other, weight(last, other, count)] as const));
      list = [...own, ...popular.filter((row) => !own.includes(row))].slice(0, LIST);
      lists.set(last, list);
    }
    return list;
  };
}

/** Sessions longer than this would make item pairs quadratic. */
const MAX_PAIRED = 100;

/**
 * Popularity; item-kNN (cosine of co-occurrence in sessions, Linden et al. 2003, with Hidasi's regularization of 20); last-item bigram
 * (what followed the last item most often). All on the same training sessions and the same prefixes. `sum` gives an empty one.
 */
export function baselines(
  sessions: RowSessions,
  prefixes: readonly BaselinePrefix[],
  items: number,
  sum: () => DetailedSum,
): Record<"popularity" | "itemKnn" | "lastItem", DetailedMetrics> {
  const popularity = new Float64Array(items);
  const support = new Float64Array(items);
  const together = new Map<number, Counts>();
  const next = new Map<number, Counts>();
  const countsOf = (table: Map<number, Counts>, row: number) => {
    let counts = table.get(row);
    if (!counts) {
      counts = new Map();
      table.set(row, counts);
    }
    return counts;
  };
  for (const session of sessions) {
    session.forEach((row, i) => {
      popularity[row]++;
      if (i > 0) bump(countsOf(next, session[i - 1]), row, 1);
    });
    const distinct = [...new Set(session.slice(-MAX_PAIRED))];
    for (const a of distinct) {
      support[a]++;
      const counts = countsOf(together, a);
      for (const b of distinct) if (a !== b) bump(counts, b, 1);
    }
  }
  const popular = best(Array.from(popularity, (count, row) => [row, count] as const));
  const measure = (list: (prefix: BaselinePrefix) => readonly number[]) => {
    const total = sum();
    for (const prefix of prefixes) total.add(list(prefix), prefix.target, prefix.seen);
    return total.result();
  };
  return {
    popularity: measure(() => popular),
    itemKnn: measure(byLast(together, popular, (a, b, count) => count / Math.sqrt((support[a] + 20) * (support[b] + 20)))),
    lastItem: measure(byLast(next, popular, (_, __, count) => count)),
  };
}
