import type { TrainingSession } from "./data.js";

/** Rows that a session met, each once. */
export function rowsMet({ events }: TrainingSession, row: (id: string) => number): Set<number> {
  const met = new Set(events.flatMap(({ items = [] }) => items.map(({ item_id }) => row(item_id))));
  met.delete(-1);
  return met;
}

/** Interactions per item. [items] */
export function interactionsOf(sessions: readonly TrainingSession[], row: (id: string) => number, items: number): Float32Array {
  const counts = new Float32Array(items);
  for (const { events } of sessions)
    for (const event of events)
      for (const { item_id } of event.items ?? []) {
        const at = row(item_id);
        if (at >= 0) counts[at]++;
      }
  return counts;
}

/** Popularity as a shard has it, 0 … 1. Logarithmic: ten times the interactions is one step, as with the logits which it meets. */
export function priorOf(interactions: Float32Array): Float32Array {
  const most = interactions.reduce((max, count) => Math.max(max, count), 0);
  return interactions.map((count) => (most > 0 ? Math.log1p(count) / Math.log1p(most) : 0));
}
