import { pathToFileURL } from "node:url";
import { at } from "../../scripts/process.mjs";

const { quantizeRows } = await import(pathToFileURL(at("dist/esm/contract/index.js")).href);
const { loadRelease } = await import(pathToFileURL(at("endpoint/dist/publish/load.js")).href);
export const { seededRandom: seeded } = await import(pathToFileURL(at("endpoint/dist/train/random.js")).href);

const DIMS = 64;
const BATCH = 8192;
/** Noise of the clustered vectors beside their centre's unit length: cosines to the centre of about .86. */
const SPREAD = 0.6;

/** Normal numbers drawn from a table: hundreds of millions are needed, twice. */
const NORMAL = (() => {
  const random = seeded(99);
  return Float32Array.from({ length: 1 << 16 }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
})();

const hash = (i) => {
  let h = Math.imul(i ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

function unit(vector) {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/** Centres: √items random directions; each item's centre is drawn, larger clusters more often. */
function clustered(items) {
  const random = seeded(7);
  const count = Math.max(64, Math.round(Math.sqrt(items)));
  const centres = Array.from({ length: count }, () => unit(Float32Array.from({ length: DIMS }, () => NORMAL[Math.floor(random() * 65536)])));
  const of = (i) => Math.floor(count * (hash(i) / 2 ** 32) ** 1.5);
  return { base: (i) => centres[of(i)], noise: SPREAD, category: (i) => `cluster ${of(i)}` };
}

/** Every item of a trained release many times over, moved by as much as its items lie from their nearest neighbour (the median). */
async function trained(folder) {
  const { shard } = await loadRelease(folder);
  const { dims, count } = shard;
  const rows = Array.from({ length: count }, (_, row) => unit(Float32Array.from(shard.vectors.subarray(row * dims, (row + 1) * dims))));
  const distances = rows
    .filter((_, row) => row % 8 === 0)
    .map((row) => {
      const cosines = rows.map((other) => row.reduce((sum, value, d) => sum + value * other[d], 0)).sort((a, b) => b - a);
      return Math.sqrt(Math.max(0, 2 - 2 * cosines[1]));
    })
    .sort((a, b) => a - b);
  const categories = shard.attributes.find(({ name }) => name === "category");
  return { base: (i) => rows[i % count], noise: distances[distances.length >> 1], category: (i) => categories?.values[categories.codes[i % count] - 1] ?? "" };
}

/** Items 0 … n - 1, always the same: id, vector, popularity, price and card. */
export async function itemSource(kind, items, folder) {
  const { base, noise, category } = kind === "trained" ? await trained(folder) : clustered(items);
  const scaled = noise / Math.sqrt(DIMS);
  function batch(from) {
    const count = Math.min(BATCH, items - from);
    const floats = new Float32Array(count * DIMS);
    for (let row = 0; row < count; row++) {
      const i = from + row;
      const centre = base(i);
      let state = hash(i * 2 + 1);
      let squares = 0;
      for (let d = 0; d < DIMS; d++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        const value = centre[d] + scaled * NORMAL[state >>> 16];
        floats[row * DIMS + d] = value;
        squares += value * value;
      }
      const factor = 1 / Math.sqrt(squares);
      for (let d = 0; d < DIMS; d++) floats[row * DIMS + d] *= factor;
    }
    const of = (value) => Float32Array.from({ length: count }, (_, row) => value(from + row));
    return {
      ids: Array.from({ length: count }, (_, row) => `sku-${from + row}`),
      ...quantizeRows(floats, DIMS),
      // As of a Zipf distribution over a random order.
      prior: of((i) => Math.max(0, 1 - Math.log1p(hash(i) % items) / Math.log1p(items))),
      price: of((i) => 1 + (hash(i) % 20000) / 100),
      availability: Uint8Array.from({ length: count }, (_, row) => (hash(from + row) % 12 === 0 ? 1 : 0)),
      attributes: (row) => ({ category: category(from + row), brand: `Brand ${hash(from + row) % 500}` }),
      card: (row) => ({
        title: `Item ${from + row} of ${category(from + row)}`,
        link: `https://shop.example/item/${from + row}`,
        image: `https://img.shop.example/${from + row}.jpg`,
        brand: `Brand ${hash(from + row) % 500}`,
        category: category(from + row),
        currency: "EUR",
      }),
    };
  }
  return {
    dims: DIMS,
    *batches() {
      for (let from = 0; from < items; from += BATCH) yield batch(from);
    },
  };
}
