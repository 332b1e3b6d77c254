import { PresentlyError } from "./errors.js";
import { fileListTensors, parseFileList } from "./file-list.js";
import { AVAILABILITY } from "./items.js";
import type { ReleaseFile } from "./release.js";
import { encodeTensors, f32, i8, stringColumn, type TensorFile, tensor, u8, u16, u32 } from "./safetensors.js";
import { type AttributeColumn, type ItemRows, type QuantizedRows, quantizeRows } from "./shard.js";
import { tensorsOf } from "./tensors-of.js";

/**
 * A catalogue too large for one file: the release's shard holds the most popular items, k-means partitions hold the rest. The tree is
 * manifest → index (groups' centroids) → group (partitions' centroids) → partition; a page reads the few branches that it needs.
 */
export interface Centroids extends QuantizedRows {
  readonly dims: number;
  readonly count: number;
  /** Items below each. [count] */
  readonly items: Uint32Array;
  /** How much of all interest falls on each; decoys are drawn by it. Sums to about 1 over the index. [count] */
  readonly mass: Float32Array;
}

export interface PartitionIndex extends Centroids {
  /** Items in all partitions. */
  readonly total: number;
  group(i: number): ReleaseFile;
  /** By the first `lookupBits` bits of an id's hash: a directory by the first `directoryBits`, in it a file by the rest. */
  readonly lookupBits: number;
  readonly directoryBits: number;
  lookupDirectory(i: number): ReleaseFile;
}

export interface PartitionGroup extends Centroids {
  partition(i: number): ReleaseFile;
}

/** Rows of one partition; columns as in the shard. */
export interface Partition extends ItemRows {
  /** Cards come in files of so many rows each: a shelf needs few of them. */
  readonly cardRows: number;
  cards(block: number): ReleaseFile;
}

export interface PartitionInput extends Omit<Partition, "id" | "cards" | "count"> {
  readonly ids: readonly string[];
  readonly cardFiles: readonly ReleaseFile[];
}

/** Which partition an id is in: candidates, for two ids may share a hash. */
export interface Place {
  readonly group: number;
  readonly partition: number;
}

const INDEX = "presently.partitions/1";
const GROUP = "presently.group/1";
const PARTITION = "presently.partition/2";
const LOOKUP = "presently.lookup/1";
const DIRECTORY = "presently.lookup-files/1";

function whole(file: TensorFile, key: string, max: number): number {
  const value = Number(file.metadata[key]);
  if (!Number.isInteger(value) || value < 0 || value > max) throw new PresentlyError("shard/invalid", `The file's "${key}" is ${file.metadata[key]}`);
  return value;
}

const centroidTensors = ({ vectors, scale, items, mass, dims }: Omit<Centroids, "count">) => ({
  centroids: i8(vectors, scale.length, dims),
  centroid_scale: f32(scale, scale.length),
  items: u32(items),
  mass: f32(mass, mass.length),
});

function parseCentroids(file: TensorFile): Centroids {
  const shape = file.tensors.get("centroids")?.shape;
  if (shape?.length !== 2 || !shape[1]) throw new PresentlyError("shard/invalid", "The file has no centroids of shape [partitions, dims]");
  const [count, dims] = shape as [number, number];
  return {
    dims,
    count,
    vectors: tensor(file, "centroids", "I8", [count, dims]),
    scale: tensor(file, "centroid_scale", "F32", [count]),
    items: tensor(file, "items", "U32", [count]),
    mass: tensor(file, "mass", "F32", [count]),
  };
}

/** A file of a list that must have it. */
const present = (list: (i: number) => ReleaseFile | null, what: string) => (i: number) => {
  const file = list(i);
  if (!file) throw new PresentlyError("shard/invalid", `The list of ${what} has no file ${i}: publish the release again`);
  return file;
};

export function encodePartitionIndex(
  index: Omit<Centroids, "count"> & { readonly groups: readonly ReleaseFile[]; readonly lookups: readonly ReleaseFile[]; readonly lookupBits: number },
): Uint8Array<ArrayBuffer> {
  return encodeTensors(
    { ...centroidTensors(index), ...fileListTensors("groups", index.groups), ...fileListTensors("lookups", index.lookups) },
    { format: INDEX, lookup_bits: String(index.lookupBits), directory_bits: String(Math.log2(index.lookups.length)) },
  );
}

/** @throws PresentlyError `tensors/*`, `shard/*` */
export function parsePartitionIndex(buffer: ArrayBuffer): PartitionIndex {
  const file = tensorsOf(buffer, INDEX);
  const centroids = parseCentroids(file);
  const lookupBits = whole(file, "lookup_bits", 32);
  const directoryBits = whole(file, "directory_bits", Math.min(20, lookupBits));
  return {
    ...centroids,
    total: centroids.items.reduce((sum, items) => sum + items, 0),
    group: present(parseFileList(file, "groups", "group", centroids.count), "groups"),
    lookupBits,
    directoryBits,
    lookupDirectory: present(parseFileList(file, "lookups", "ids", 2 ** directoryBits), "lookups"),
  };
}

export function encodePartitionGroup(group: Omit<Centroids, "count"> & { readonly partitions: readonly ReleaseFile[] }): Uint8Array<ArrayBuffer> {
  return encodeTensors({ ...centroidTensors(group), ...fileListTensors("partitions", group.partitions) }, { format: GROUP });
}

/** @throws PresentlyError `tensors/*`, `shard/*` */
export function parsePartitionGroup(buffer: ArrayBuffer): PartitionGroup {
  const file = tensorsOf(buffer, GROUP);
  const centroids = parseCentroids(file);
  return { ...centroids, partition: present(parseFileList(file, "partitions", "partition", centroids.count), "partitions") };
}

const SCALE_STEPS = 65_535;

/** Where a partition's rows lie together: [1, dims]. */
function meanRow({ vectors, scale }: QuantizedRows, dims: number): QuantizedRows {
  const mean = new Float32Array(dims);
  scale.forEach((one, row) => {
    for (let d = 0; d < dims; d++) mean[d] += (vectors[row * dims + d] * one) / scale.length;
  });
  return quantizeRows(mean, dims);
}

/**
 * int8 rows less what the partition's mean has in their place, modulo 256, or with the other sign back. Nothing is lost, and what is left packs
 * better: a row differs from the mean by less than from zero.
 */
function shifted({ vectors, scale }: QuantizedRows, mean: QuantizedRows, dims: number, sign: 1 | -1): Int8Array {
  const out = new Int8Array(vectors.length);
  scale.forEach((one, row) => {
    const factor = one > 0 ? mean.scale[0] / one : 0;
    for (let d = 0; d < dims; d++) {
      const expected = Math.max(-127, Math.min(127, Math.round(mean.vectors[d] * factor)));
      out[row * dims + d] = vectors[row * dims + d] + sign * expected;
    }
  });
  return out;
}

/** Scales in 65,536 steps between the least and the largest, so that a score is right to five digits. */
function scaleSteps(scale: Float32Array): { readonly steps: Uint16Array; readonly range: Float32Array } {
  const range = Float32Array.of(
    scale.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    scale.reduce((a, b) => Math.max(a, b), 0),
  );
  const width = range[1] - range[0] || 1;
  return { steps: Uint16Array.from(scale, (one) => Math.round(((one - range[0]) / width) * SCALE_STEPS)), range };
}

const scaleOf = (steps: Uint16Array, [least, most]: Float32Array) => Float32Array.from(steps, (step) => least + ((most - least) * step) / SCALE_STEPS);

/** Differences instead of numbers, lengths instead of offsets, priors of one byte: what a page downloads many of is written small. */
export function encodePartition(partition: PartitionInput): Uint8Array<ArrayBuffer> {
  const { ids, dims, attributes, cardFiles } = partition;
  const { steps, range } = scaleSteps(partition.scale);
  // As the page has them.
  const rows = { vectors: partition.vectors, scale: scaleOf(steps, range) };
  const mean = meanRow(rows, dims);
  const encoder = new TextEncoder();
  const encoded = ids.map((id) => encoder.encode(id));
  const bytes = new Uint8Array(encoded.reduce((sum, id) => sum + id.length, 0));
  let at = 0;
  for (const id of encoded) {
    bytes.set(id, at);
    at += id.length;
  }
  const codes = new Uint16Array(attributes.length * ids.length);
  attributes.forEach((column, a) => {
    codes.set(column.codes, a * ids.length);
  });
  return encodeTensors(
    {
      vectors: i8(shifted(rows, mean, dims, -1), ids.length, dims),
      mean: i8(mean.vectors, dims),
      mean_scale: f32(mean.scale, 1),
      scale: u16(steps),
      scale_range: f32(range, 2),
      prior: u8(Uint8Array.from(partition.prior, (prior) => Math.round(255 * Math.min(1, Math.max(0, prior))))),
      price: f32(partition.price, ids.length),
      availability: u8(partition.availability),
      attributes: { dtype: "U16", shape: [attributes.length, ids.length], data: codes },
      ids: u8(bytes),
      id_length: u16(Uint16Array.from(encoded, (id) => id.length)),
      ...fileListTensors("cards", cardFiles),
    },
    { format: PARTITION, card_rows: String(partition.cardRows), attributes: JSON.stringify(attributes.map(({ name, values }) => ({ name, values }))) },
  );
}

function attributeColumns(file: TensorFile, count: number): AttributeColumn[] {
  let listed: unknown;
  try {
    listed = JSON.parse(file.metadata.attributes ?? "");
  } catch (cause) {
    throw new PresentlyError("shard/invalid", "The partition's attributes are not JSON", { cause });
  }
  if (!Array.isArray(listed)) throw new PresentlyError("shard/invalid", "The partition's attributes are not a list");
  const codes = tensor(file, "attributes", "U16", [listed.length, count]);
  return listed.map((entry, a) => {
    const { name, values } = (entry ?? {}) as { name?: unknown; values?: unknown };
    const column = codes.subarray(a * count, (a + 1) * count);
    const known = typeof name === "string" && Array.isArray(values) && values.every((value) => typeof value === "string");
    if (!known || column.some((code) => code > values.length)) throw new PresentlyError("shard/invalid", `The partition's attribute ${a} contradicts itself`);
    return { name, values: values as string[], codes: column };
  });
}

/** @throws PresentlyError `tensors/*`, `shard/*` */
export function parsePartition(buffer: ArrayBuffer): Partition {
  const file = tensorsOf(buffer, PARTITION);
  const shape = file.tensors.get("vectors")?.shape;
  if (shape?.length !== 2) throw new PresentlyError("shard/invalid", "The partition has no vectors of shape [items, dims]");
  const [count, dims] = shape as [number, number];
  const availability = tensor(file, "availability", "U8", [count]);
  for (const code of availability)
    if (code >= AVAILABILITY.length) throw new PresentlyError("shard/invalid", `The partition has the availability code ${code}`);
  const scale = scaleOf(tensor(file, "scale", "U16", [count]), tensor(file, "scale_range", "F32", [2]));
  const mean = { vectors: tensor(file, "mean", "I8", [dims]), scale: tensor(file, "mean_scale", "F32", [1]) };
  const lengths = tensor(file, "id_length", "U16", [count]);
  const offsets = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) offsets[i + 1] = offsets[i] + lengths[i];
  const ids = tensor(file, "ids", "U8", [offsets[count]]);
  const cardRows = whole(file, "card_rows", 1 << 20);
  if (cardRows === 0) throw new PresentlyError("shard/invalid", "The partition's cards have no rows");
  return {
    dims,
    count,
    vectors: shifted({ vectors: tensor(file, "vectors", "I8", [count, dims]), scale }, mean, dims, 1),
    scale,
    prior: Float32Array.from(tensor(file, "prior", "U8", [count]), (prior) => prior / 255),
    price: tensor(file, "price", "F32", [count]),
    availability,
    attributes: attributeColumns(file, count),
    id: stringColumn(
      {
        ...file,
        tensors: new Map([
          ["ids", { dtype: "U8", shape: [ids.length], data: ids }],
          ["ids_offsets", { dtype: "U32", shape: [count + 1], data: offsets }],
        ]),
      },
      "ids",
      count,
    ),
    cardRows,
    cards: present(parseFileList(file, "cards", "cards", Math.ceil(count / cardRows)), "cards"),
  };
}

/** FNV-1a with MurmurHash3's finalizer, so that its first bits are as good as its last. 32 bits, unsigned. */
export function idHash(id: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Where in the two levels of lookup files a hash is. */
export function lookupPlace(hash: number, lookupBits: number, directoryBits: number): { readonly directory: number; readonly file: number } {
  const bucket = lookupBits === 0 ? 0 : hash >>> (32 - lookupBits);
  return { directory: Math.floor(bucket / 2 ** (lookupBits - directoryBits)), file: bucket % 2 ** (lookupBits - directoryBits) };
}

export function encodeLookup(entries: readonly (Place & { readonly hash: number })[]): Uint8Array<ArrayBuffer> {
  const sorted = [...entries].sort((a, b) => a.hash - b.hash);
  return encodeTensors(
    {
      hash: u32(Uint32Array.from(sorted, ({ hash }) => hash)),
      group: u16(Uint16Array.from(sorted, ({ group }) => group)),
      partition: u16(Uint16Array.from(sorted, ({ partition }) => partition)),
    },
    { format: LOOKUP },
  );
}

/** @throws PresentlyError `tensors/*`, `shard/*` */
export function parseLookup(buffer: ArrayBuffer): (hash: number) => Place[] {
  const file = tensorsOf(buffer, LOOKUP);
  const hashes = tensor(file, "hash", "U32", [-1]);
  const groups = tensor(file, "group", "U16", [hashes.length]);
  const partitions = tensor(file, "partition", "U16", [hashes.length]);
  return (hash) => {
    let [from, to] = [0, hashes.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (hashes[middle] < hash) from = middle + 1;
      else to = middle;
    }
    const found: Place[] = [];
    for (; hashes[from] === hash; from++) found.push({ group: groups[from], partition: partitions[from] });
    return found;
  };
}

/** Files of one directory; null where no id falls. */
export function encodeLookupDirectory(files: readonly (ReleaseFile | null)[]): Uint8Array<ArrayBuffer> {
  return encodeTensors(fileListTensors("files", files), { format: DIRECTORY });
}

/** @throws PresentlyError `tensors/*`, `shard/*` */
export function parseLookupDirectory(buffer: ArrayBuffer, count: number): (i: number) => ReleaseFile | null {
  return parseFileList(tensorsOf(buffer, DIRECTORY), "files", "ids", count);
}
