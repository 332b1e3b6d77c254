import { createHash } from "node:crypto";
import type { EncoderManifest } from "../src/contract/encoder.js";
import { AVAILABILITY, type CatalogItem } from "../src/contract/items.js";
import type { Release, ReleaseFile, ReleaseFileName } from "../src/contract/release.js";
import { encodeCards, encodeShard, quantizeRows } from "../src/contract/shard.js";
import { encodeTextTable } from "../src/contract/text-table.js";

/** Item, its unit vector and its prior. */
export interface TinyItem extends CatalogItem {
  readonly vector: readonly number[];
  readonly prior?: number;
}

export interface TinyReleaseInput {
  readonly version: number;
  readonly items: readonly TinyItem[];
  readonly encoder: EncoderManifest;
  readonly weights: Uint8Array;
  /** Rows of the text table, [buckets, dims]; none by default. */
  readonly text?: Float32Array;
}

export interface BuiltRelease {
  readonly manifest: Release;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A release built from items whose vectors the test chooses, through the contract's own writers. */
export function tinyRelease({ version, items, encoder, weights, text = new Float32Array(0) }: TinyReleaseInput): BuiltRelease {
  const dims = encoder.config.dims;
  const rows = Float32Array.from(items.flatMap((item) => item.vector));
  const categories = [...new Set(items.flatMap((item) => item.category?.[0] ?? []))];
  const traitRows = new Float32Array(categories.length * dims);
  const mean = new Float32Array(dims);
  for (const { vector, category } of items)
    vector.forEach((value, d) => {
      mean[d] += value / items.length;
      if (category) traitRows[categories.indexOf(category[0]) * dims + d] += value;
    });
  const axes = new Float32Array(2 * dims);
  axes[0] = 1;
  axes[dims + 1] = 1;
  const shard = encodeShard({
    dims,
    ids: items.map((item) => item.item_id),
    ...quantizeRows(rows, dims),
    prior: Float32Array.from(items, (item) => item.prior ?? 0),
    price: Float32Array.from(items, (item) => item.price ?? Number.NaN),
    availability: Uint8Array.from(items, (item) => AVAILABILITY.indexOf(item.availability)),
    attributes: [{ name: "category", values: categories, codes: Uint16Array.from(items, (item) => 1 + categories.indexOf(item.category?.[0] ?? "")) }],
    traits: categories.map((value) => ({ attribute: "category", value, items: items.filter((item) => item.category?.[0] === value).length })),
    traitRows: quantizeRows(traitRows, dims),
    mean,
    axes,
  });
  const cards = encodeCards(
    items.map((item) => ({
      item_id: item.item_id,
      title: item.title,
      link: item.link ?? "",
      image: item.image_link ?? "",
      brand: item.brand ?? "",
      category: item.category?.at(-1) ?? "",
      currency: item.currency ?? "",
      price: item.price ?? Number.NaN,
      availability: item.availability,
    })),
  );
  const contents: Record<ReleaseFileName, Uint8Array> = {
    shard,
    cards,
    text: encodeTextTable({ dims, buckets: text.length / dims, ...quantizeRows(text, dims) }),
    encoder: new TextEncoder().encode(JSON.stringify(encoder)),
    weights,
  };
  const files = new Map<string, Uint8Array>();
  const described = Object.entries(contents).map(([name, bytes]): [string, ReleaseFile] => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const path = `files/${name}-${sha256.slice(0, 12)}.bin`;
    files.set(path, bytes);
    return [name, { path, sha256, bytes: bytes.length }];
  });
  const manifest: Release = {
    format: "presently.release/1",
    version,
    created: "2026-11-01T00:00:00.000Z",
    dims,
    items: items.length,
    files: Object.fromEntries(described) as Release["files"],
    metrics: {},
  };
  files.set("manifest.json", new TextEncoder().encode(JSON.stringify(manifest)));
  return { manifest, files };
}
