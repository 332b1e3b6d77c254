import { parseAttributes, type ReleaseAttributes, withAttributes } from "../contract/attributes.js";
import { type EncoderManifest, parseEncoderManifest } from "../contract/encoder.js";
import { PresentlyError } from "../contract/errors.js";
import type { ItemCard } from "../contract/items.js";
import type { OptionalFileName, Release, ReleaseFileName } from "../contract/release.js";
import { parseCards, parseShard, parseTextTable, type Shard, type TextTable } from "../contract/shard.js";

/** The bytes of every file of a release. */
export type ReleaseBytes = Readonly<Record<ReleaseFileName, ArrayBuffer> & Partial<Record<OptionalFileName, ArrayBuffer>>>;

/** A release whose files are all there, verified and read. */
export interface LoadedRelease {
  readonly release: Release;
  readonly shard: Shard;
  /** Decoded when asked for. */
  card(row: number): ItemCard;
  readonly text: TextTable;
  readonly encoder: EncoderManifest;
  /** Quantized, as `encoder.weightsManifest` describes them. */
  readonly weights: ArrayBuffer;
  readonly source: "network" | "cache";
  /** The file that tells where the items are that the shard does not hold, for who reads partitions; null where it holds all. */
  readonly partitions: ArrayBuffer | null;
  /** Newer prices and availability, already in the shard; null where its own still hold. */
  readonly attributes: ReleaseAttributes | null;
}

/**
 * Reads files whose bytes are what the manifest promises. Views on the bytes, no copies.
 * @throws PresentlyError of the file's own parser, or `release/mismatch` where the files contradict each other
 */
export function readRelease(release: Release, bytes: ReleaseBytes, source: LoadedRelease["source"]): LoadedRelease {
  const published = parseShard(bytes.shard);
  const attributes = bytes.attributes ? parseAttributes(bytes.attributes, published.count) : null;
  const shard = attributes ? withAttributes(published, attributes) : published;
  const card = parseCards(bytes.cards, shard);
  const text = parseTextTable(bytes.text);
  const encoder = parseEncoderManifest(new TextDecoder().decode(bytes.encoder));
  const agree = (what: string, found: number, expected: number) => {
    if (found !== expected)
      throw new PresentlyError("release/mismatch", `The ${what} is ${found}, the manifest says ${expected}: publish shard, text table and encoder together`);
  };
  agree("shard's number of items", shard.count, release.items);
  agree("shard's number of dimensions", shard.dims, release.dims);
  agree("encoder's number of dimensions", encoder.config.dims, release.dims);
  // A shop without searches has no text table.
  if (text.buckets > 0) agree("text table's number of dimensions", text.dims, release.dims);
  return { release, shard, card, text, encoder, weights: bytes.weights, source, partitions: bytes.partitions ?? null, attributes };
}
