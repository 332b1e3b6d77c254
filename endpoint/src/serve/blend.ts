import type { CatalogItem } from "presently/contract";
import type { Pictures } from "../pictures/pictures.js";
import type { TrainedModel, TrainingSession } from "../train/data.js";
import { mergeNeighbours } from "../train/neighbours.js";
import { withCatalog } from "./model.js";

/**
 * Predictions per item at which old and new weigh the same. Measured (bench/LOG.md, incremental training): with 0 or 1, a chain of
 * small trainings forgets; with 16, each made the model better.
 */
const BALANCE = 16;

/** Replay shows a training a part of what the ones before have counted, and fashions pass. */
const REMEMBERED = 0.8;

const mix = (before: Float32Array, after: Float32Array, share: number) => after.map((value, i) => before[i] + share * (value - before[i]));

/** Predictions in the sessions: all of them, and those from more than one item, which alone teach the encoder anything. */
function predictions(sessions: readonly TrainingSession[]): { all: number; long: number } {
  let [all, long] = [0, 0];
  for (const { events } of sessions) {
    const items = events.filter((event) => event.items?.length).length;
    all += Math.max(0, items - 1);
    long += Math.max(0, items - 2);
  }
  return { all, long };
}

/**
 * A warm training's result, drawn back towards the model it started from: the less it has seen for the size of the catalogue, the more
 * (weight interpolation as in WiSE-FT, arXiv 2109.01903). Items new to the catalogue keep what they have learned.
 */
export function blend(
  before: TrainedModel,
  after: TrainedModel,
  items: readonly CatalogItem[],
  sessions: readonly TrainingSession[],
  pictures?: Pictures,
): TrainedModel {
  const { all, long } = predictions(sessions);
  const share = (seen: number) => seen / (seen + BALANCE * items.length);
  const { dims } = after.config;
  const embeddings = after.embeddings.slice();
  const newRow = new Map(after.ids.map((id, row) => [id, row]));
  const rowOf = new Map(before.ids.map((id, row) => [id, row]));
  items.forEach(({ item_id }, row) => {
    const old = rowOf.get(item_id);
    if (old === undefined) return;
    const own = embeddings.subarray(row * dims, (row + 1) * dims);
    own.set(mix(before.embeddings.subarray(old * dims, (old + 1) * dims), own, share(all)));
  });
  const encoder = new Map(
    Array.from(after.encoder, ([name, { shape, data }]) => {
      const old = before.encoder.get(name);
      return [name, { shape, data: old?.data.length === data.length ? mix(old.data, data, share(long)) : data }] as const;
    }),
  );
  const rowNow = (row: number) => newRow.get(before.ids[row]) ?? -1;
  const neighbours = mergeNeighbours(before.neighbours, after.neighbours, rowNow, REMEMBERED);
  const together = before.together && after.together ? mergeNeighbours(before.together, after.together, rowNow, REMEMBERED) : after.together;
  const known = before.looks?.table ?? new Float32Array(after.looks?.table.length ?? 0);
  const looks = after.looks && { ...after.looks, table: mix(known, after.looks.table, share(all)) };
  return withCatalog(
    { ...after, neighbours, together, embeddings, features: mix(before.features, after.features, share(all)), looks, encoder },
    items,
    pictures,
  );
}
