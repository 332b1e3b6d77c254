import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeShard, quantizeRows } from "../../dist/esm/contract/index.js";
import { floatRows, loadRelease } from "../../endpoint/dist/publish/load.js";

/** mulberry32: a seed gives the same vectors on every machine. */
function generator(seed) {
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  let spare = null;
  /** Box and Muller. */
  const normal = () => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { random, normal };
}

function unit(out, at, dims) {
  let squares = 0;
  for (let d = 0; d < dims; d++) squares += out[at + d] ** 2;
  const length = Math.sqrt(squares) || 1;
  for (let d = 0; d < dims; d++) out[at + d] /= length;
}

/** Rows of a trained release's shard, as floats. */
async function trainedRows(release) {
  const { count, dims, ...rows } = (await loadRelease(release)).shard;
  return { rows: floatRows(rows, count, dims), count, dims };
}

/**
 * `random`: uniform on the sphere. `clustered`: 1,000 centres (at most a tenth of the items), of sizes as 1 / rank, items within a cosine of
 * about .8 of theirs. `trained`: the demo release's item vectors, again and again, each copy moved to a cosine of about .9 of its original.
 * Queries: as far from a random item as items of a cluster from each other; of the random kind they are random.
 */
export async function makeVectors(kind, { count, dims, queries, trained, seed = 1 }) {
  const { random, normal } = generator(seed * 7919 + count);
  const items = new Float32Array(count * dims);
  const asked = new Float32Array(queries * dims);
  const near = (out, at, from, of, spread) => {
    for (let d = 0; d < dims; d++) out[at + d] = from[of + d] + (spread / Math.sqrt(dims)) * normal();
    unit(out, at, dims);
  };
  if (kind === "random") {
    const origin = new Float32Array(dims);
    for (let i = 0; i < count; i++) near(items, i * dims, origin, 0, 1);
    for (let i = 0; i < queries; i++) near(asked, i * dims, origin, 0, 1);
  } else if (kind === "clustered") {
    const clusters = Math.min(1000, Math.ceil(count / 10));
    const centres = new Float32Array(clusters * dims);
    const origin = new Float32Array(dims);
    for (let c = 0; c < clusters; c++) near(centres, c * dims, origin, 0, 1);
    const cumulative = new Float64Array(clusters);
    let total = 0;
    for (let c = 0; c < clusters; c++) {
      total += 1 / (c + 1);
      cumulative[c] = total;
    }
    const draw = () => {
      const at = random() * total;
      let low = 0;
      let high = clusters - 1;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (cumulative[middle] < at) low = middle + 1;
        else high = middle;
      }
      return low;
    };
    for (let i = 0; i < count; i++) near(items, i * dims, centres, draw() * dims, 0.75);
    for (let i = 0; i < queries; i++) near(asked, i * dims, items, Math.floor(random() * count) * dims, 0.5);
  } else {
    const source = await trainedRows(trained);
    if (source.dims !== dims) throw new Error(`${trained} has ${source.dims} dimensions, not ${dims}`);
    for (let i = 0; i < count; i++) near(items, i * dims, source.rows, (i % source.count) * dims, 0.48);
    for (let i = 0; i < queries; i++) near(asked, i * dims, source.rows, Math.floor(random() * source.count) * dims, 0.48);
  }
  return { items, queries: asked, ...attributes(count, random) };
}

const CATEGORIES = 100;

/** Half of the items in stock, prices evenly between 0 and 100, a hundred categories: independent of the vectors and of each other. */
function attributes(count, random) {
  return {
    availability: Uint8Array.from({ length: count }, () => (random() < 0.8 ? 0 : 1)),
    price: Float32Array.from({ length: count }, () => Math.round(random() * 10_000) / 100),
    category: Uint16Array.from({ length: count }, () => 1 + Math.floor(random() * CATEGORIES)),
  };
}

const categories = (count) => Array.from({ length: count }, (_, i) => `Category ${i}`);

/** Filters by availability, price range and categories, by the share of items that pass: .8 × range × categories / 100. */
export const FILTERS = {
  "50 %": { availability: "in_stock", price: { max: 75 }, category: categories(83) },
  "10 %": { availability: "in_stock", price: { min: 20, max: 70 }, category: categories(25) },
  "1 %": { availability: "in_stock", price: { min: 30, max: 55 }, category: categories(5) },
};

/** Writes what the native scan and the page read. Gives the shard's bytes. */
export function writeVectors(folder, { items, queries, availability, price, category }, dims) {
  mkdirSync(folder, { recursive: true });
  const count = items.length / dims;
  const quantized = quantizeRows(items, dims);
  const shard = encodeShard({
    dims,
    ids: Array.from({ length: count }, (_, i) => `item-${i}`),
    ...quantized,
    prior: new Float32Array(count),
    price,
    availability,
    attributes: [{ name: "category", values: categories(CATEGORIES), codes: category }],
    traits: [],
    traitRows: quantizeRows(new Float32Array(0), dims),
    mean: new Float32Array(dims),
    axes: new Float32Array(2 * dims),
  });
  const write = (name, data) => writeFileSync(join(folder, name), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  write("vectors.i8", quantized.vectors);
  write("scale.f32", quantized.scale);
  write("floats.f32", items);
  write("queries.f32", queries);
  write("shard.safetensors", shard);
  return shard.byteLength;
}
