import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  assembleShard,
  cardOf,
  dequantizeRow,
  type EncoderManifest,
  type ItemCard,
  PresentlyError,
  parseAttributes,
  parseCards,
  parseCardTexts,
  parseEncoderManifest,
  parseShard,
  parseTextTable,
  type Release,
  type ReleaseFile,
  type ReleaseFileName,
  type Shard,
  type TextTable,
  unpacked,
  verifyFile,
  withAttributes,
} from "presently/contract";
import type { BuiltRelease } from "./build.js";
import { readPartitions } from "./partition/read.js";
import { currentRelease } from "./publish.js";

/** A published release, every file's length and hash checked. */
export interface LoadedRelease {
  readonly release: Release;
  readonly shard: Shard;
  readonly card: (row: number) => ItemCard;
  readonly text: TextTable;
  readonly encoder: EncoderManifest;
  readonly weights: ArrayBuffer;
}

/** Reads a file of a release, checks and unpacks it. */
export const checkedReader =
  (read: (path: string) => Promise<Uint8Array>) =>
  async (name: string, file: ReleaseFile): Promise<ArrayBuffer> => {
    const buffer = new Uint8Array(await read(file.path)).buffer;
    await verifyFile(name, file, buffer);
    // Weights begin with any byte.
    return name === "weights" ? buffer : unpacked(buffer);
  };

/** A release from the files it is made of, by path: published ones, or a build's in memory. Partitions and newer prices are put in their places. */
export async function releaseFrom(release: Release, read: (path: string) => Promise<Uint8Array>): Promise<LoadedRelease> {
  const checked = checkedReader(read);
  const file = (name: ReleaseFileName) => checked(name, release.files[name]);
  const [shardFile, cards, text, encoder, weights] = await Promise.all([file("shard"), file("cards"), file("text"), file("encoder"), file("weights")]);
  const published = parseShard(shardFile);
  const prices = release.files.attributes ? parseAttributes(await checked("attributes", release.files.attributes), published.count) : null;
  const head = prices ? withAttributes(published, prices) : published;
  const headCard = parseCards(cards, head);
  const { partitions, texts } = release.files.partitions
    ? await readPartitions(release.files.partitions, prices, checked, parseCardTexts)
    : { partitions: [], texts: [] };
  const shard = partitions.length > 0 ? assembleShard(head, partitions) : head;
  return {
    release,
    shard,
    card: (row) => (row < head.count ? headCard(row) : cardOf(shard, row, texts[row - head.count]())),
    text: parseTextTable(text),
    encoder: parseEncoderManifest(new TextDecoder().decode(encoder)),
    weights,
  };
}

/** A build that is not published yet, read as a page would. */
export const releaseOf = ({ manifest, files }: BuiltRelease): Promise<LoadedRelease> => releaseFrom(manifest, async (path) => files.get(path)!);

/**
 * The release that is live in a folder.
 * @throws PresentlyError `publish/none`, `publish/unreadable`, and what its parsers throw
 */
export async function loadRelease(folder: string): Promise<LoadedRelease> {
  const release = await currentRelease(folder);
  if (!release) throw new PresentlyError("publish/none", `Nothing is published in ${folder}: give a folder with a manifest.json, or run presently train`);
  return releaseFrom(release, (path) =>
    readFile(join(folder, path)).catch((cause: Error) => {
      throw new PresentlyError("publish/unreadable", `${path} of ${folder} cannot be read (${cause.message}): publish again`, { cause });
    }),
  );
}

/** Rows as floats: [count, dims]. */
export function floatRows(rows: Pick<Shard, "vectors" | "scale">, count: number, dims: number): Float32Array {
  const out = new Float32Array(count * dims);
  for (let row = 0; row < count; row++) dequantizeRow(rows, row, dims, out, row * dims);
  return out;
}
