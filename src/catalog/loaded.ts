import { parseAttributes, type ReleaseAttributes, withAttributes } from "../contract/attributes.js";
import { type EncoderManifest, parseEncoderManifest } from "../contract/encoder.js";
import { PresentlyError } from "../contract/errors.js";
import type { ItemCard } from "../contract/items.js";
import { unpacked } from "../contract/packed.js";
import type { OptionalFileName, Release, ReleaseFileName } from "../contract/release.js";
import { parseCards, parseShard, type Shard } from "../contract/shard.js";

/** The bytes of a release's files; the text table is fetched by who reads a search. */
export type ReleaseBytes = Readonly<Record<Exclude<ReleaseFileName, "text">, ArrayBuffer> & Partial<Record<OptionalFileName | "text", ArrayBuffer>>>;

/** A release whose files are all there, verified and read. */
export interface LoadedRelease {
  readonly release: Release;
  readonly shard: Shard;
  /** Decoded when asked for. */
  card(row: number): ItemCard;
  /**
   * The file of the text table. Most sessions search for nothing: it is fetched when it is asked for.
   * @throws PresentlyError `release/*`
   */
  text(): Promise<ArrayBuffer>;
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
 * Reads files whose bytes are what the manifest promises. Vectors are views on the bytes of a shard that is not packed, no copies.
 * @throws PresentlyError of the file's own parser, or `release/mismatch` where the files contradict each other
 */
export async function readRelease(release: Release, bytes: ReleaseBytes, source: LoadedRelease["source"], text: LoadedRelease["text"]): Promise<LoadedRelease> {
  const [rows, cards, prices, partitions] = await Promise.all(
    [bytes.shard, bytes.cards, bytes.attributes, bytes.partitions].map((file) => file && unpacked(file)),
  );
  const published = parseShard(rows!);
  const attributes = prices ? parseAttributes(prices, published.count) : null;
  const shard = attributes ? withAttributes(published, attributes) : published;
  const card = parseCards(cards!, shard);
  const encoder = parseEncoderManifest(new TextDecoder().decode(bytes.encoder));
  const agree = (what: string, found: number, expected: number) => {
    if (found !== expected) throw new PresentlyError("release/mismatch", `The ${what} are ${found}, the manifest says ${expected}: publish them together`);
  };
  agree("shard's items", shard.count, release.items);
  agree("shard's dims", shard.dims, release.dims);
  agree("encoder's dims", encoder.config.dims, release.dims);
  return {
    release,
    shard,
    card,
    text,
    encoder,
    weights: bytes.weights,
    source,
    partitions: partitions ?? null,
    attributes,
  };
}
