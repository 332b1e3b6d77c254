import type { TrainingSession } from "./data.js";
import { graphOf, LEAST_SESSIONS, type NeighbourGraph } from "./neighbours.js";

/** What was paid for together says more than what lay in one cart. */
const WEIGHT = { purchase: 1, cart: 0.5 };
/** Of more items than these, the last count: a reseller's order of two hundred says nothing of what goes with what. */
const MOST_ITEMS = 20;

interface Pair {
  sum: number;
  sessions: number;
}

/** Items that a session put into its cart or bought, with what each counts. A cart that was emptied again counts: it was meant to go together. */
function basket({ events }: TrainingSession, row: (id: string) => number): [row: number, weight: number][] {
  const rows = new Map<number, number>();
  for (const { name, items = [] } of events) {
    const weight = name === "purchase" ? WEIGHT.purchase : name === "add_to_cart" ? WEIGHT.cart : 0;
    if (weight === 0) continue;
    for (const { item_id } of items) {
      const own = row(item_id);
      if (own >= 0) rows.set(own, Math.max(weight, rows.get(own) ?? 0));
    }
  }
  return [...rows].slice(-MOST_ITEMS);
}

/**
 * Items bought, or put into one cart, by the same session: the same both ways. As with what was met together, a pair that fewer than two sessions
 * show is left out. Costs time and memory by pairs, not by items squared.
 */
export function togetherGraph(sessions: readonly TrainingSession[], row: (id: string) => number, items: number): NeighbourGraph {
  const pairs = new Map<number, Map<number, Pair>>();
  const add = (from: number, to: number, weight: number) => {
    let own = pairs.get(from);
    if (!own) {
      own = new Map();
      pairs.set(from, own);
    }
    const pair = own.get(to);
    if (!pair) own.set(to, { sum: weight, sessions: 1 });
    else {
      pair.sum += weight;
      pair.sessions++;
    }
  };
  for (const session of sessions) {
    const rows = basket(session, row);
    for (const [a, first] of rows) for (const [b, second] of rows) if (a !== b) add(a, b, Math.min(first, second));
  }
  return graphOf(items, (from) => {
    const own = [...(pairs.get(from) ?? [])];
    return {
      entries: own.filter(([, { sessions: met }]) => met >= LEAST_SESSIONS).map(([to, { sum }]): [number, number] => [to, sum]),
      mass: own.reduce((sum, [, pair]) => sum + pair.sum, 0),
    };
  });
}
