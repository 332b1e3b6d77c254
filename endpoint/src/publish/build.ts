import {
  AVAILABILITY,
  type CatalogItem,
  DEMAND_STEPS,
  dequantizeRow,
  type EncoderManifest,
  encodeCards,
  encodeShard,
  encodeTextTable,
  type Neighbours,
  PresentlyError,
  quantizeRows,
  type RankingHead,
  type Release,
  type ReleaseFileName,
} from "presently/contract";
import { decodeWeights, quantizeWeights } from "presently/model";
import { columnsFor } from "../train/columns.js";
import type { TrainedModel } from "../train/data.js";
import { hasText } from "../train/items.js";
import type { NeighbourGraph } from "../train/neighbours.js";
import { priorOf } from "../train/popularity.js";
import { attributeColumns } from "./attributes.js";
import { describeFile } from "./describe-file.js";
import { goldenSessions } from "./golden.js";
import { pack, packShard } from "./pack.js";
import { meanVector, principalAxes, traitVectors } from "./space.js";

export interface BuildOptions {
  readonly version: number;
  /** ISO 8601. */
  readonly created: string;
  /** Held-out figures. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface BuiltRelease {
  readonly manifest: Release;
  /** Contents by path, without the manifest. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/**
 * Vectors of items without a single interaction are this much shorter, so that a guess from metadata does not stand above what
 * shoppers have shown (an untrained vector sits nearer to its category's centre than any trained one, and would win there). Words say
 * more than a category does: what warm items lose and cold ones win by each is in bench/LOG.md.
 */
const UNSEEN_SCALE = { text: 0.96, other: 0.9 };

/** Of all that was met with an item. */
const shareOf = ({ mass }: NeighbourGraph, from: number): number => mass[from];
/** Ochiai's coefficient, the cosine of two sets: what is in every second cart goes with nothing in particular. */
const likeness = ({ mass }: NeighbourGraph, from: number, to: number): number => Math.sqrt(mass[from] * mass[to]);

/** Rows of the release, weights of 255 relative to `whole`, strongest first; what rounds to nothing is left out. */
function publishedNeighbours(graph: NeighbourGraph, whole: typeof likeness, newRow: (row: number) => number, items: number): Neighbours {
  const { offsets, rows, counts, mass } = graph;
  const lists: [row: number, weight: number][][] = Array.from({ length: items }, () => []);
  for (let row = 0; row < mass.length; row++) {
    const from = newRow(row);
    if (from < 0) continue;
    for (let at = offsets[row]; at < offsets[row + 1]; at++) {
      const weight = Math.min(255, Math.round((255 * counts[at]) / whole(graph, row, rows[at])));
      if (weight > 0 && newRow(rows[at]) >= 0) lists[from].push([newRow(rows[at]), weight]);
    }
    lists[from].sort((a, b) => b[1] - a[1]);
  }
  const published = new Uint32Array(items + 1);
  lists.forEach((list, i) => {
    published[i + 1] = published[i] + list.length;
  });
  const flat = lists.flat();
  return { offsets: published, rows: Uint32Array.from(flat, ([row]) => row), weights: Uint8Array.from(flat, ([, weight]) => weight) };
}

/** Four digits say all that a logit needs. */
function rounded({ hidden, bias, output }: RankingHead): RankingHead {
  const short = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(4)));
  return { hidden: short(hidden), bias: short(bias), output: short(output) };
}

const demandSteps = (demand: Float32Array): Int8Array => Int8Array.from(demand, (rise) => Math.max(-127, Math.min(127, Math.round(DEMAND_STEPS * rise))));

/**
 * A trained model and its catalogue as the files which pages download. Items are the model's; what the feed no longer has is left out.
 * @throws PresentlyError `publish/mismatch` where the catalogue has items which the model lacks
 */
export async function buildRelease(model: TrainedModel, items: readonly CatalogItem[], { version, created, metrics }: BuildOptions): Promise<BuiltRelease> {
  const { config } = model;
  const d = config.dims;
  const rowOf = new Map(model.ids.map((id, row) => [id, row]));
  const vectors = new Float32Array(items.length * d);
  const column = columnsFor(model, items);
  const popularity = column(model.popularity);
  const newRow = new Int32Array(model.ids.length).fill(-1);
  items.forEach(({ item_id }, i) => {
    const row = rowOf.get(item_id);
    if (row === undefined) throw new PresentlyError("publish/mismatch", `The model has no vector for the item ${item_id}: train again with this catalogue`);
    vectors.set(model.vectors.subarray(row * d, (row + 1) * d), i * d);
    newRow[row] = i;
  });
  const rows = quantizeRows(vectors, d);
  const unseenScale = hasText(items) ? UNSEEN_SCALE.text : UNSEEN_SCALE.other;
  for (let i = 0; i < items.length; i++) if (popularity[i] === 0) rows.scale[i] *= unseenScale;

  const attributes = attributeColumns(items);
  const mean = meanVector(vectors, d);
  const { traits, rows: traitRows } = traitVectors(attributes, vectors, d);
  const shard = encodeShard({
    dims: d,
    ids: items.map(({ item_id }) => item_id),
    ...rows,
    prior: priorOf(popularity),
    price: Float32Array.from(items, ({ price }) => price ?? Number.NaN),
    availability: Uint8Array.from(items, ({ availability }) => AVAILABILITY.indexOf(availability)),
    attributes,
    traits,
    traitRows: quantizeRows(traitRows, d),
    neighbours: publishedNeighbours(model.neighbours, shareOf, (row) => newRow[row], items.length),
    together: model.together && publishedNeighbours(model.together, likeness, (row) => newRow[row], items.length),
    demand: model.demand && demandSteps(column(model.demand)),
    trend: model.trend && column(model.trend),
    mean,
    axes: principalAxes(vectors, mean, d),
  });
  const cards = encodeCards(
    items.map((item) => ({
      item_id: item.item_id,
      title: item.title,
      link: item.link ?? "",
      image: item.image_link ?? "",
      brand: item.brand ?? "",
      category: item.category?.join(" > ") ?? "",
      price: item.price ?? Number.NaN,
      currency: item.currency ?? "",
      availability: item.availability,
    })),
  );
  const text = encodeTextTable({ dims: d, buckets: model.buckets, ...quantizeRows(model.features, d) });

  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const described: Partial<Record<ReleaseFileName, Release["files"]["shard"]>> = {};
  const add = (name: ReleaseFileName, bytes: Uint8Array<ArrayBuffer>) => {
    const file = describeFile(name, bytes);
    files.set(file.path, bytes);
    described[name] = file;
    return file.path;
  };
  const { specs, buffer } = quantizeWeights(model.encoder);
  const weightsPath = add("weights", new Uint8Array(buffer));
  const encoder: EncoderManifest = {
    format: "presently.encoder/1",
    config,
    weightsManifest: [{ paths: [weightsPath.slice("files/".length)], weights: specs }],
    golden: [],
    head: model.head && rounded(model.head),
  };
  const unit = (row: number) => {
    const vector = dequantizeRow(rows, row, d);
    const length = Math.hypot(...vector) || 1;
    return vector.map((value) => value / length);
  };
  const golden = await goldenSessions(decodeWeights(encoder, buffer), unit, items.length, config);
  add("encoder", new TextEncoder().encode(JSON.stringify({ ...encoder, golden })));
  add("shard", packShard(shard));
  add("cards", pack(cards));
  add("text", pack(text));
  const manifest: Release = {
    format: "presently.release/1",
    version,
    created,
    dims: d,
    items: items.length,
    files: described as Release["files"],
    metrics: { ...metrics },
  };
  return { manifest, files };
}
