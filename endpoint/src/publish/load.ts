import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  dequantizeRow,
  type EncoderManifest,
  type ItemCard,
  PresentlyError,
  parseCards,
  parseEncoderManifest,
  parseShard,
  parseTextTable,
  type Release,
  type ReleaseFileName,
  type Shard,
  type TextTable,
  verifyFile,
} from "presently/contract";
import type { BuiltRelease } from "./build.js";
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

/** A release from the files it is made of, by path: published ones, or a build's in memory. */
export async function releaseFrom(release: Release, read: (path: string) => Promise<Uint8Array>): Promise<LoadedRelease> {
  const file = async (name: ReleaseFileName): Promise<ArrayBuffer> => {
    const bytes = await read(release.files[name].path);
    const buffer = new Uint8Array(bytes).buffer;
    await verifyFile(name, release.files[name], buffer);
    return buffer;
  };
  const [shardFile, cards, text, encoder, weights] = await Promise.all([file("shard"), file("cards"), file("text"), file("encoder"), file("weights")]);
  const shard = parseShard(shardFile);
  return {
    release,
    shard,
    card: parseCards(cards, shard),
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
