import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeCards, encodeShard, quantizeRows } from "../../dist/esm/contract/index.js";
import { loadRelease } from "../../endpoint/dist/publish/load.js";

/** A normal number from a hash of its place: the same on every machine. */
function noise(i) {
  let t = Math.imul(i ^ 0x9e3779b9, 0x85ebca6b);
  t = Math.imul(t ^ (t >>> 13), 0xc2b2ae35);
  const first = ((t ^ (t >>> 16)) >>> 0) / 2 ** 32;
  t = Math.imul(t ^ 0x27d4eb2f, 0x165667b1);
  const second = ((t ^ (t >>> 15)) >>> 0) / 2 ** 32;
  return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
}

/**
 * A release of `count` items out of a smaller one's: its items again and again, each copy's vector moved to a cosine of about .9 of the original;
 * attributes, encoder and text table as they are. Written to a folder that can be served.
 */
export async function growRelease(from, folder, count) {
  const manifest = JSON.parse(readFileSync(join(from, "manifest.json"), "utf8"));
  const path = (name) => join(from, manifest.files[name].path);
  const { shard, card } = await loadRelease(from);
  const { dims } = shard;
  const source = (row) => row % shard.count;
  const vectors = new Float32Array(count * dims);
  for (let row = 0; row < count; row++) {
    let squares = 0;
    for (let d = 0; d < dims; d++) {
      const value =
        shard.vectors[source(row) * dims + d] * shard.scale[source(row)] + (row < shard.count ? 0 : (0.48 / Math.sqrt(dims)) * noise(row * dims + d));
      vectors[row * dims + d] = value;
      squares += value * value;
    }
    for (let d = 0; d < dims; d++) vectors[row * dims + d] /= Math.sqrt(squares) || 1;
  }
  const rows = Array.from({ length: count }, (_, row) => row);
  const ids = rows.map((row) => (row < shard.count ? shard.id(row) : `${shard.id(source(row))}-${Math.floor(row / shard.count)}`));
  const column = (Type, values) => Type.from(rows, (row) => values[source(row)]);
  const { attributes, traits, traitRows, mean, axes } = shard;
  const contents = {
    shard: encodeShard({
      dims,
      ids,
      ...quantizeRows(vectors, dims),
      prior: column(Float32Array, shard.prior),
      price: column(Float32Array, shard.price),
      availability: column(Uint8Array, shard.availability),
      attributes: attributes.map(({ codes, ...rest }) => ({ ...rest, codes: column(Uint16Array, codes) })),
      traits,
      traitRows,
      mean,
      axes,
    }),
    cards: encodeCards(rows.map((row) => ({ ...card(source(row)), item_id: ids[row] }))),
    ...Object.fromEntries(["text", "encoder", "weights"].map((name) => [name, readFileSync(path(name))])),
  };
  mkdirSync(join(folder, "files"), { recursive: true });
  const files = Object.fromEntries(
    Object.entries(contents).map(([name, bytes]) => {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const own = `files/${name}-${sha256.slice(0, 12)}.bin`;
      writeFileSync(join(folder, own), bytes);
      return [name, { path: own, sha256, bytes: bytes.byteLength }];
    }),
  );
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ ...manifest, items: count, files }));
}
