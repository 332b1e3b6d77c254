import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Attributes,
  AVAILABILITY,
  type CatalogItem,
  encodeAttributeFiles,
  encodeAttributes,
  parseShard,
  type Release,
  type ReleaseFile,
} from "presently/contract";
import { checkedReader } from "./load.js";
import { packedFile } from "./pack.js";
import { eachPartition } from "./partition/read.js";
import { listContent, listPath } from "./partition/release.js";

type Prices = ReadonlyMap<string, Pick<CatalogItem, "price" | "availability">>;
type Rows = Attributes & { readonly count: number; id(row: number): string };

/** What the feed says now of some rows; null where it says what the rows have. */
function newest(rows: Rows, prices: Prices): Attributes | null {
  const price = Float32Array.from(rows.price);
  const availability = Uint8Array.from(rows.availability);
  let changed = false;
  for (let row = 0; row < rows.count; row++) {
    const item = prices.get(rows.id(row));
    if (!item) continue;
    price[row] = item.price ?? Number.NaN;
    availability[row] = AVAILABILITY.indexOf(item.availability);
    changed ||= !Object.is(price[row], rows.price[row]) || availability[row] !== rows.availability[row];
  }
  return changed ? { price, availability } : null;
}

export interface PriceFiles {
  /** What the manifest names; null where everything is as it was when the vectors were published. */
  readonly root: ReleaseFile | null;
  /** Contents by path. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/**
 * The files by which a page that has a release learns today's prices and availability: 5 bytes an item of the shard and of each partition
 * in which something has changed. Vectors are read for their ids alone, and stay as they are.
 * @throws PresentlyError what reading the release throws
 */
export async function priceFiles(folder: string, release: Release, prices: Prices): Promise<PriceFiles> {
  const read = checkedReader((path) => readFile(join(folder, path)));
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const put = (kind: string, raw: Uint8Array<ArrayBuffer>): ReleaseFile => {
    const { file, content } = packedFile(kind, raw);
    files.set(file.path, content);
    return file;
  };
  const shard = parseShard(await read("shard", release.files.shard));
  const head = newest(shard, prices);
  const groups: (ReleaseFile | null)[] = [];
  if (release.files.partitions)
    for await (const { group, partitions } of eachPartition(release.files.partitions, read)) {
      const changed = partitions.map((partition) => newest(partition, prices));
      const listed = changed.map((attributes) => attributes && put("price", encodeAttributes(attributes)));
      groups[group] = listed.some((file) => file !== null) ? put("prices", encodeAttributeFiles(listed)) : null;
    }
  if (!head && groups.every((file) => !file)) return { root: null, files };
  const below = [...files.keys()];
  const root = put("attributes", encodeAttributes(head ?? shard, groups));
  files.set(listPath(root), listContent(below));
  return { root, files };
}
