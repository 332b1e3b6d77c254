import { encodeCards, encodeShard, quantizeRows, type Release, type ReleaseFile, type ReleaseFileName, type Shard } from "presently/contract";
import { describeFile } from "../describe-file.js";
import { floatRows } from "../load.js";
import { pack, packShard } from "../pack.js";
import { publishRelease } from "../publish.js";
import { meanVector, principalAxes, traitVectors } from "../space.js";
import { localColumns, numbersOf } from "./columns.js";
import { PARTITION_DEFAULTS, type Partitioned, type PartitionOptions, partitionItems } from "./partition.js";
import { folderSink } from "./sink.js";
import type { ItemSource, SpilledItem } from "./source.js";

/** What says where the items are in their space; of the whole catalogue where that is known. */
export type ItemSpace = Pick<Shard, "mean" | "axes" | "traits" | "traitRows">;

/** The most popular items as the release's own shard and cards. */
export function headFiles(head: readonly SpilledItem[], dims: number, whole?: ItemSpace, neighbours?: Shard["neighbours"]) {
  const numbers = numbersOf(head, dims);
  const attributes = localColumns(head);
  const own = (): ItemSpace => {
    const vectors = floatRows(numbers, head.length, dims);
    const mean = meanVector(vectors, dims);
    const { traits, rows } = traitVectors(attributes, vectors, dims);
    return { mean, axes: principalAxes(vectors, mean, dims), traits, traitRows: quantizeRows(rows, dims) };
  };
  const shard = encodeShard({ ...numbers, attributes, ...(whole ?? own()), neighbours, ids: head.map(({ id }) => id) });
  const cards = encodeCards(head.map(({ id, card, price }) => ({ item_id: id, ...card, price, availability: "in_stock" })));
  return { shard: packShard(shard), cards: pack(cards) };
}

/** Beside an index of partitions: the paths of all files below it, by which a publisher knows what it may remove. */
export const listPath = (index: Pick<ReleaseFile, "path">): string => `${index.path}.files`;
export const listContent = (paths: readonly string[]): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${paths.join("\n")}\n`);

/** Files by their path, and how a manifest names them. */
export function describeFiles(contents: Readonly<Record<ReleaseFileName, Uint8Array<ArrayBuffer>>>) {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const described = Object.fromEntries(
    Object.entries(contents).map(([name, bytes]) => {
      const file = describeFile(name as ReleaseFileName, bytes);
      files.set(file.path, bytes);
      return [name, file];
    }),
  ) as Record<ReleaseFileName, ReleaseFile>;
  return { files, described };
}

export interface StreamedRelease extends Pick<Release, "version" | "created" | "metrics"> {
  /** Made elsewhere: encoder, its weights and the table of words. */
  readonly model: Readonly<Record<"text" | "encoder" | "weights", Uint8Array<ArrayBuffer>>>;
}

/**
 * Publishes a catalogue that is never held as a whole, of ten million items as of ten thousand.
 * @throws PresentlyError `publish/…`
 */
export async function streamRelease(
  folder: string,
  source: ItemSource,
  { version, created, metrics, model }: StreamedRelease,
  options: PartitionOptions = PARTITION_DEFAULTS,
): Promise<{ readonly release: Release; readonly partitioned: Partitioned }> {
  const sink = folderSink(folder);
  const partitioned = await partitionItems(source, sink, options);
  sink.put(listPath(partitioned.index), listContent(partitioned.paths));
  sink.sync();
  const { files, described } = describeFiles({ ...headFiles(partitioned.head, source.dims), ...model });
  const manifest: Release = {
    format: "presently.release/1",
    version,
    created,
    dims: source.dims,
    items: partitioned.head.length,
    files: { ...described, partitions: partitioned.index },
    metrics,
  };
  return { release: await publishRelease(folder, { manifest, files }), partitioned };
}
