import type { CatalogItem } from "presently/contract";
import type { TrainedModel, TrainingSession } from "./data.js";

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

/** Interactions that a model knows of, in the order of these items. */
export function popularityOf(model: TrainedModel, items: readonly CatalogItem[]): Float32Array {
  const rowOf = new Map(model.ids.map((id, row) => [id, row]));
  return Float32Array.from(items, ({ item_id }) => model.popularity[rowOf.get(item_id) ?? -1] ?? 0);
}

/** Popularity as a shard has it, 0 … 1. Logarithmic: ten times the interactions is one step, as with the logits which it meets. */
export function priorOf(interactions: Float32Array): Float32Array {
  const most = interactions.reduce((max, count) => Math.max(max, count), 0);
  return interactions.map((count) => (most > 0 ? Math.log1p(count) / Math.log1p(most) : 0));
}
