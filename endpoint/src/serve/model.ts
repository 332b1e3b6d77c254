import { copyFile, link, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type CatalogItem, PresentlyError } from "presently/contract";
import { itemFeatures } from "presently/model";
import type { Pictures } from "../pictures/pictures.js";
import { loadRelease } from "../publish/load.js";
import { loadModel, modelOfRelease, saveModel } from "../publish/load-model.js";
import { currentRelease } from "../publish/publish.js";
import type { Store } from "../store/store.js";
import { columnsFor } from "../train/columns.js";
import type { TrainedModel } from "../train/data.js";
import { ItemTable } from "../train/items.js";
import { mergeNeighbours, NO_NEIGHBOURS } from "../train/neighbours.js";
import type { DataFolder } from "./data-folder.js";

const fileOf = (version: number) => `model-${version}.safetensors`;

/** Saves the model of a release about to be published; its file's name. */
export async function keepModel(folder: DataFolder, version: number, model: TrainedModel): Promise<string> {
  await saveModel(join(folder.models, fileOf(version)), model);
  return fileOf(version);
}

/** The same model for another version: a rollback's. */
export async function copyModel(folder: DataFolder, from: string, version: number): Promise<string> {
  await mkdir(folder.models, { recursive: true });
  await copyFile(join(folder.models, from), join(folder.models, fileOf(version)));
  return fileOf(version);
}

/** The same model for a version in which only prices are others: a second name of one file, where the disk has such. */
export async function linkModel(folder: DataFolder, from: string, version: number): Promise<string> {
  if (from === "") return from;
  const target = join(folder.models, fileOf(version));
  await rm(target, { force: true });
  await link(join(folder.models, from), target).catch(() => copyFile(join(folder.models, from), target));
  return fileOf(version);
}

/** Removes the models of older versions that are not kept, as `previousVersions` has them. */
export async function dropModels(folder: DataFolder, live: number, kept: readonly number[]): Promise<void> {
  for (const name of await readdir(folder.models).catch(() => [])) {
    const found = /^model-(\d+)\.safetensors/.exec(name);
    if (found && Number(found[1]) < live && !kept.includes(Number(found[1]))) await rm(join(folder.models, name), { force: true });
  }
}

function metadataOf(items: readonly CatalogItem[], ids: readonly string[], buckets: number, dims: number) {
  const byId = new Map(items.map((item) => [item.item_id, item]));
  return (features: Float32Array, row: number): Float32Array => {
    const sum = new Float32Array(dims);
    const item = byId.get(ids[row]);
    for (const { bucket, weight } of item ? itemFeatures(item, buckets) : []) for (let d = 0; d < dims; d++) sum[d] += weight * features[bucket * dims + d];
    return sum;
  };
}

/** The model behind the live release, to go on from; null where nothing is live. The float model, or what the release itself tells of it. */
export async function liveModel(store: Store, folder: DataFolder): Promise<TrainedModel | null> {
  const release = await currentRelease(folder.releases);
  if (!release) return null;
  const stored = store.runs.release(release.version);
  if (stored?.model) {
    try {
      return await loadModel(join(folder.models, stored.model));
    } catch (error) {
      // The release itself still tells enough.
      if (!(error instanceof PresentlyError)) throw error;
    }
  }
  const loaded = await loadRelease(folder.releases);
  const { shard, text } = loaded;
  const ids = Array.from({ length: shard.count }, (_, row) => shard.id(row));
  return modelOfRelease(loaded, metadataOf(store.catalog.items(), ids, text.buckets, text.dims));
}

/** The model with the rows of this catalogue: known items keep their embedding, new ones are placed by their metadata and pictures. No training. */
export function withCatalog(model: TrainedModel, items: readonly CatalogItem[], pictures?: Pictures): TrainedModel {
  const table = new ItemTable(items, [], model.buckets, model.config.dims, () => 0.5, model, pictures);
  table.start([], () => 0.5, model);
  const rowOf = new Map(items.map(({ item_id }, row) => [item_id, row]));
  const column = columnsFor(model, items);
  const newRow = (row: number) => rowOf.get(model.ids[row]) ?? -1;
  return {
    ...model,
    looks: table.looks,
    ids: items.map(({ item_id }) => item_id),
    vectors: table.all(),
    embeddings: table.embeddings,
    neighbours: mergeNeighbours(model.neighbours, NO_NEIGHBOURS(items.length), newRow, 1),
    together: model.together && mergeNeighbours(model.together, NO_NEIGHBOURS(items.length), newRow, 1),
    trend: model.trend && column(model.trend),
    demand: model.demand && column(model.demand),
    popularity: column(model.popularity),
  };
}
