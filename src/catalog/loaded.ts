import { parseAttributes, type ReleaseAttributes, withAttributes } from "../contract/attributes.js";
import { type EncoderManifest, parseEncoderManifest } from "../contract/encoder.js";
import { PresentlyError } from "../contract/errors.js";
import type { ItemCard } from "../contract/items.js";
import { unpacked } from "../contract/packed.js";
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
 * Reads files whose bytes are what the manifest promises. Vectors are views on the bytes, no copies.
 * @throws PresentlyError of the file's own parser, or `release/mismatch` where the files contradict each other
 */
export async function readRelease(release: Release, bytes: ReleaseBytes, source: LoadedRelease["source"]): Promise<LoadedRelease> {
  const [cards, words, prices, partitions] = await Promise.all(
    [bytes.cards, bytes.text, bytes.attributes, bytes.partitions].map((file) => file && unpacked(file)),
  );
  const published = parseShard(bytes.shard);
  const attributes = prices ? parseAttributes(prices, published.count) : null;
  const shard = attributes ? withAttributes(published, attributes) : published;
  const card = parseCards(cards!, shard);
  const text = parseTextTable(words!);
  const encoder = parseEncoderManifest(new TextDecoder().decode(bytes.encoder));
  const agree = (what: string, found: number, expected: number) => {
    if (found !== expected) throw new PresentlyError("release/mismatch", `The ${what} are ${found}, the manifest says ${expected}: publish them together`);
  };
  agree("shard's items", shard.count, release.items);
  agree("shard's dims", shard.dims, release.dims);
  agree("encoder's dims", encoder.config.dims, release.dims);
  // A shop without searches has no text table.
  if (text.buckets > 0) agree("text table's dims", text.dims, release.dims);
  return { release, shard, card, text, encoder, weights: bytes.weights, source, partitions: partitions ?? null, attributes };
}
