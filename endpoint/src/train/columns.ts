import type { CatalogItem } from "presently/contract";
import type { TrainedModel } from "./data.js";

/** Puts columns of a model, a number an item, into the order of these items; what the model does not know has 0. */
export function columnsFor({ ids }: Pick<TrainedModel, "ids">, items: readonly CatalogItem[]): (column: Float32Array) => Float32Array {
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const rows = items.map(({ item_id }) => rowOf.get(item_id) ?? -1);
  return (column) => Float32Array.from(rows, (row) => column[row] ?? 0);
}
