import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import {
  DEMAND_STEPS,
  encodeStrings,
  encodeTensors,
  type Neighbours,
  PresentlyError,
  parseTensors,
  type StoredTensor,
  stringColumn,
  type TensorFile,
  tensor,
} from "presently/contract";
import { decodeWeights } from "presently/model";
import { PICTURE_DIMS } from "../pictures/describe.js";
import type { TrainedModel } from "../train/data.js";
import { type NeighbourGraph, NO_NEIGHBOURS } from "../train/neighbours.js";
import { floatRows, type LoadedRelease } from "./load.js";

const FORMAT = "presently.model/1";
const WEIGHT = "encoder.";

/** A trained model as one safetensors file: what the next training starts from. It never leaves the endpoint. */
export function encodeModel({
  config,
  encoder,
  ids,
  vectors,
  embeddings,
  features,
  buckets,
  looks,
  neighbours,
  together,
  trend,
  demand,
  head,
  popularity,
}: TrainedModel): Uint8Array<ArrayBuffer> {
  const { dims } = config;
  const float = (data: Float32Array, shape: readonly number[]): StoredTensor => ({ dtype: "F32", shape, data });
  const weights = Array.from(encoder, ([name, { shape, data }]) => [WEIGHT + name, float(data, shape)] as const);
  return encodeTensors(
    {
      ...encodeStrings("ids", ids),
      vectors: float(vectors, [ids.length, dims]),
      embeddings: float(embeddings, [ids.length, dims]),
      features: float(features, [buckets, dims]),
      popularity: float(popularity, [ids.length]),
      ...graphTensors("neighbour", neighbours),
      ...(together && graphTensors("together", together)),
      ...(trend && { trend: float(trend, [ids.length]) }),
      ...(demand && { demand: float(demand, [ids.length]) }),
      ...(looks && { looks: float(looks.table, [looks.mean.length, dims]), looks_mean: float(looks.mean, [looks.mean.length]) }),
      ...Object.fromEntries(weights),
    },
    { format: FORMAT, config: JSON.stringify(config), ...(head && { head: JSON.stringify(head) }), ...(looks && { looks_scale: String(looks.scale) }) },
  );
}

type GraphName = "neighbour" | "together";

function graphTensors(name: GraphName, { offsets, rows, counts, mass }: NeighbourGraph): Record<string, StoredTensor> {
  return {
    [`${name}_offset`]: { dtype: "U32", shape: [offsets.length], data: Uint32Array.from(offsets) },
    [`${name}_row`]: { dtype: "U32", shape: [rows.length], data: Uint32Array.from(rows) },
    [`${name}_count`]: { dtype: "F32", shape: [counts.length], data: counts },
    [`${name}_mass`]: { dtype: "F32", shape: [mass.length], data: mass },
  };
}

const readGraph = (file: TensorFile, name: GraphName, count: number): NeighbourGraph => ({
  offsets: Int32Array.from(tensor(file, `${name}_offset`, "U32", [count + 1])),
  rows: Int32Array.from(tensor(file, `${name}_row`, "U32", [-1])),
  counts: tensor(file, `${name}_count`, "F32", [-1]),
  mass: tensor(file, `${name}_mass`, "F32", [count]),
});

/** @throws PresentlyError `tensors/…`, `model/format` */
export function decodeModel(buffer: ArrayBuffer): TrainedModel {
  const file = parseTensors(buffer);
  if (file.metadata.format !== FORMAT)
    throw new PresentlyError("model/format", `The model file is ${file.metadata.format ?? "something else"}, not ${FORMAT}: delete it and train again`);
  const config = JSON.parse(file.metadata.config) as TrainedModel["config"];
  const features = tensor(file, "features", "F32", [-1, config.dims]);
  const popularity = tensor(file, "popularity", "F32", [-1]);
  const count = popularity.length;
  const id = stringColumn(file, "ids", count);
  const encoder = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  for (const [name, { shape, data }] of file.tensors)
    if (name.startsWith(WEIGHT)) encoder.set(name.slice(WEIGHT.length), { shape, data: data as Float32Array });
  return {
    config,
    encoder,
    ids: Array.from({ length: count }, (_, row) => id(row)),
    vectors: tensor(file, "vectors", "F32", [count, config.dims]),
    embeddings: tensor(file, "embeddings", "F32", [count, config.dims]),
    features,
    buckets: features.length / config.dims,
    ...(file.tensors.has("looks") && {
      looks: {
        table: tensor(file, "looks", "F32", [PICTURE_DIMS, config.dims]),
        mean: tensor(file, "looks_mean", "F32", [PICTURE_DIMS]),
        scale: Number(file.metadata.looks_scale),
      },
    }),
    neighbours: readGraph(file, "neighbour", count),
    together: file.tensors.has("together_offset") ? readGraph(file, "together", count) : undefined,
    trend: file.tensors.has("trend") ? tensor(file, "trend", "F32", [count]) : undefined,
    demand: file.tensors.has("demand") ? tensor(file, "demand", "F32", [count]) : undefined,
    head: file.metadata.head === undefined ? undefined : (JSON.parse(file.metadata.head) as TrainedModel["head"]),
    popularity,
  };
}

export async function saveModel(path: string, model: TrainedModel): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w");
  try {
    await file.writeFile(encodeModel(model));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** @throws PresentlyError `model/missing`, `model/format`, `tensors/…` */
export async function loadModel(path: string): Promise<TrainedModel> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new PresentlyError("model/missing", `The model ${path} cannot be read (${cause.message}): run presently train --cold`, { cause });
  });
  return decodeModel(new Uint8Array(bytes).buffer);
}

/** Counts are not in a release, only their logarithm relative to the largest: the largest is taken for this. */
const ASSUMED_MOST = 100;

/** Shares say nothing of how much was seen: so much is taken for it. */
const ASSUMED_MASS = 20;

function graphOfShares(neighbours: Neighbours | undefined, count: number): NeighbourGraph {
  if (!neighbours) return NO_NEIGHBOURS(count);
  return {
    offsets: Int32Array.from(neighbours.offsets),
    rows: Int32Array.from(neighbours.rows),
    counts: Float32Array.from(neighbours.weights, (weight) => (ASSUMED_MASS * weight) / 255),
    mass: new Float32Array(count).fill(ASSUMED_MASS),
  };
}

/**
 * The model behind a release, as far as its quantized files tell: enough to go on training from it where the float model is not at hand
 * (a release that came with a shop, say). `metadata` gives an item's metadata part Σ w · F[h], so that e + f = v.
 */
export function modelOfRelease(
  { shard, text, encoder, weights }: LoadedRelease,
  metadata: (features: Float32Array, row: number) => Float32Array,
): TrainedModel {
  const { count, dims } = shard;
  const vectors = floatRows(shard, count, dims);
  const features = floatRows(text, text.buckets, text.dims);
  const embeddings = new Float32Array(count * dims);
  for (let row = 0; row < count; row++) {
    const own = vectors.subarray(row * dims, (row + 1) * dims);
    // Publishing shortens the vectors of items that nobody has met.
    const length = Math.hypot(...own) || 1;
    const known = metadata(features, row);
    for (let d = 0; d < dims; d++) {
      own[d] /= length;
      embeddings[row * dims + d] = own[d] - known[d];
    }
  }
  return {
    config: encoder.config,
    encoder: new Map(decodeWeights(encoder, weights)),
    ids: Array.from({ length: count }, (_, row) => shard.id(row)),
    vectors,
    embeddings,
    features,
    buckets: text.buckets,
    neighbours: graphOfShares(shard.neighbours, count),
    together: shard.together && graphOfShares(shard.together, count),
    trend: shard.trend,
    demand: shard.demand && Float32Array.from(shard.demand, (steps) => steps / DEMAND_STEPS),
    head: encoder.head,
    popularity: shard.prior.map((prior) => Math.expm1(prior * Math.log1p(ASSUMED_MOST))),
  };
}
