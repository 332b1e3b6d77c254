import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeCards, encodePartition, encodePartitionGroup, encodePartitionIndex, PresentlyError, quantizeRows, type ReleaseFile } from "presently/contract";
import { seededRandom } from "../../train/random.js";
import { packedFile } from "../pack.js";
import { localColumns, numbersOf } from "./columns.js";
import { divide } from "./divide.js";
import { assigner, kMeans, meanOf } from "./kmeans.js";
import { lookupWriter } from "./lookups.js";
import { type FileSink, type ItemSource, itemAt, type SpilledItem } from "./source.js";
import { decodeItems, encodeItem, openSpill, type Spill } from "./spill.js";
import { groupsOf, interest, survey, unitRows } from "./survey.js";

export interface PartitionOptions {
  /** Items of the release's own shard, the most popular. */
  readonly head: number;
  /** Items of a partition, about. */
  readonly size: number;
  /** Items of one file of cards. */
  readonly cardRows: number;
  readonly seed: number;
  /** Where what is not in its place yet waits, about 300 bytes an item; the system's own folder by default. */
  readonly temporary?: string;
  readonly onProgress?: (stage: "read" | "assign" | "write", items: number) => void;
}

export const PARTITION_DEFAULTS: PartitionOptions = { head: 2_000, size: 300, cardRows: 32, seed: 1 };

export interface Partitioned {
  /** Most popular first. */
  readonly head: readonly SpilledItem[];
  readonly index: ReleaseFile;
  /** Every file that was put, in no order. */
  readonly paths: readonly string[];
  readonly partitions: number;
  readonly items: number;
}

/**
 * Publishes a catalogue of any size as partitions. It reads the source twice and keeps a group of partitions at a time (the square root of
 * items × partition size); everything else waits on disk.
 * @throws PresentlyError `publish/partition` where the disk or the source fails
 */
export async function partitionItems(source: ItemSource, sink: FileSink, options: PartitionOptions = PARTITION_DEFAULTS): Promise<Partitioned> {
  const { dims } = source;
  const { size, cardRows, seed, onProgress } = options;
  const random = seededRandom(seed + 1);
  const folder = mkdtempSync(join(options.temporary ?? tmpdir(), "presently-partitions-"));
  const paths: string[] = [];
  let spill: Spill | null = null;
  let lookups: ReturnType<typeof lookupWriter> | null = null;
  const put = (kind: string, raw: Uint8Array<ArrayBuffer>): ReleaseFile => {
    const { file, content } = packedFile(kind, raw);
    sink.put(file.path, content);
    paths.push(file.path);
    return file;
  };

  function writePartition(items: readonly SpilledItem[]): ReleaseFile {
    const cardFiles: ReleaseFile[] = [];
    for (let from = 0; from < items.length; from += cardRows)
      cardFiles.push(
        put("cards", encodeCards(items.slice(from, from + cardRows).map(({ id, card, price }) => ({ item_id: id, ...card, price, availability: "in_stock" })))),
      );
    return put(
      "partition",
      encodePartition({ ...numbersOf(items, dims), attributes: localColumns(items), ids: items.map(({ id }) => id), cardRows, cardFiles }),
    );
  }

  try {
    const { count, sample, head: popular, interest: total } = await survey(source, options);
    onProgress?.("read", count);
    const rest = count - popular.size;
    if (rest === 0) throw new PresentlyError("publish/partition", `All ${count} items fit into the shard: publish one without partitions`);
    const groups = groupsOf(rest, size);
    const nearest = assigner(kMeans(sample, dims, groups, random, 12), dims);

    spill = openSpill(folder, "group", groups);
    const head: SpilledItem[] = [];
    let ordinal = 0;
    for await (const batch of source.batches()) {
      const units = unitRows(batch.vectors, dims);
      for (let row = 0; row < batch.ids.length; row++, ordinal++) {
        if (popular.has(ordinal)) {
          const item = itemAt(batch, row, dims);
          head.push({ ...item, vector: item.vector.slice() });
        } else spill.append(nearest(units, row * dims), encodeItem(itemAt(batch, row, dims)));
      }
      onProgress?.("assign", ordinal);
    }
    if (ordinal !== count)
      throw new PresentlyError("publish/partition", `The source gave ${count} items first and ${ordinal} then: it must not change while it is read`);
    head.sort((a, b) => b.prior - a.prior);

    lookups = lookupWriter(folder, rest, put);
    const found: { readonly centre: Float32Array; readonly items: number; readonly mass: number; readonly file: ReleaseFile }[] = [];
    let partitions = 0;
    let written = 0;
    for (let bucket = 0; bucket < groups; bucket++) {
      const items = decodeItems(spill.take(bucket), dims);
      if (items.length === 0) continue;
      const units = unitRows(numbersOf(items, dims).vectors, dims);
      const divided = divide(units, dims, size, cardRows, random);
      const means = new Float32Array(divided.length * dims);
      const masses = new Float32Array(divided.length);
      const files = divided.map((rows, p) => {
        means.set(meanOf(units, dims, rows), p * dims);
        const own = Array.from(rows, (row) => items[row]);
        masses[p] = own.reduce((sum, { prior }) => sum + interest(prior), 0) / total;
        for (const { id } of own) lookups!.add(id, { group: found.length, partition: p });
        return writePartition(own);
      });
      const sizes = Uint32Array.from(divided, (rows) => rows.length);
      const file = put("group", encodePartitionGroup({ dims, ...quantizeRows(means, dims), items: sizes, mass: masses, partitions: files }));
      const centre = meanOf(units, dims, Uint32Array.from(items.keys()));
      found.push({ centre, items: items.length, mass: masses.reduce((sum, mass) => sum + mass, 0), file });
      partitions += divided.length;
      written += items.length;
      onProgress?.("write", written);
    }
    const centroids = new Float32Array(found.length * dims);
    found.forEach(({ centre }, i) => {
      centroids.set(centre, i * dims);
    });
    const index = put(
      "partitions",
      encodePartitionIndex({
        dims,
        ...quantizeRows(centroids, dims),
        items: Uint32Array.from(found, ({ items }) => items),
        mass: Float32Array.from(found, ({ mass }) => mass),
        groups: found.map(({ file }) => file),
        ...lookups.finish(),
      }),
    );
    return { head, index, paths, partitions, items: count };
  } catch (error) {
    if (error instanceof PresentlyError) throw error;
    throw new PresentlyError("publish/partition", `The partitions could not be written (${(error as Error).message}): check the disk's space and owner`, {
      cause: error,
    });
  } finally {
    spill?.close();
    lookups?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
