import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CatalogItem } from "presently/contract";
import { createKernel } from "presently/rank";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createCatalog, type LoadedRelease } from "../../../../src/catalog/index.js";
import { DOWNLOADS, openPartitions, type PartitionOptions } from "../../../../src/catalog/partitions/partitions.js";
import type { EngineStatus } from "../../../../src/contract/engine.js";
import { dequantizeRow, quantizeRows } from "../../../../src/contract/shard.js";
import { encodeTextTable } from "../../../../src/contract/text-table.js";
import { createEngine } from "../../../../src/engine.js";
import { tinyEncoder } from "../../../../testing/tiny-encoder.js";
import { fillNormal, seededRandom } from "../../train/random.js";
import { loadRelease } from "../load.js";
import { priceFiles } from "../prices.js";
import { publishRelease } from "../publish.js";
import { PARTITION_DEFAULTS } from "./partition.js";
import { streamRelease } from "./release.js";
import type { ItemBatch, ItemSource } from "./source.js";

const ITEMS = 24_000;
const DIMS = 32;
const HOST = "https://files.example/";
const GIVEN = { version: 1, created: "2026-11-25T00:00:00.000Z", metrics: {} };

/** Clusters of 240 items, the popular ones anywhere. */
function source(items: number): ItemSource & { readonly vectors: Float32Array } {
  const random = seededRandom(5);
  const centres = new Float32Array((items / 240) * DIMS);
  fillNormal(centres, 1 / Math.sqrt(DIMS), random);
  const vectors = new Float32Array(items * DIMS);
  fillNormal(vectors, 0.6 / Math.sqrt(DIMS), random);
  for (let i = 0; i < items; i++) {
    const row = vectors.subarray(i * DIMS, (i + 1) * DIMS);
    row.forEach((value, d) => {
      row[d] = value + centres[(i % (items / 240)) * DIMS + d];
    });
    const length = Math.hypot(...row);
    row.forEach((value, d) => {
      row[d] = value / length;
    });
  }
  return {
    dims: DIMS,
    vectors,
    *batches() {
      for (let from = 0; from < items; from += 5_000) yield batch(from, Math.min(5_000, items - from));
    },
  };
  function batch(from: number, count: number): ItemBatch {
    const of = (value: (i: number) => number) => Float32Array.from({ length: count }, (_, row) => value(from + row));
    return {
      ids: Array.from({ length: count }, (_, row) => `sku-${from + row}`),
      ...quantizeRows(vectors.slice(from * DIMS, (from + count) * DIMS), DIMS),
      prior: of((i) => ((i * 7919) % items) / items),
      price: of((i) => 1 + (i % 100)),
      availability: new Uint8Array(count),
      attributes: (row) => ({ category: `c${(from + row) % 100}` }),
      card: (row) => ({ title: `Item ${from + row}`, link: `/item/${from + row}`, image: "", brand: "", category: "", currency: "EUR" }),
    };
  }
}

describe("a catalogue beyond one shard", () => {
  let folder: string;
  const catalogue = source(ITEMS);
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "partitions-"));
    const encoder = tinyEncoder(1, { dims: DIMS, heads: 2, feedForward: 16, blocks: 1, maxTokens: 32, temperature: 0.07, neighbourWeight: 0 });
    await streamRelease(folder, catalogue, {
      ...GIVEN,
      model: {
        text: encodeTextTable({ dims: DIMS, buckets: 1, ...quantizeRows(new Float32Array(DIMS), DIMS) }),
        encoder: new TextEncoder().encode(JSON.stringify(encoder.manifest)),
        weights: new Uint8Array(encoder.weights.slice(0)),
      },
    });
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A page over the folder: what it asked for, and what went wrong. */
  async function page(options: Partial<PartitionOptions> = {}, broken: (path: string) => boolean = () => false) {
    const asked: string[] = [];
    const problems: string[] = [];
    let changes = 0;
    let bytes = 0;
    const fetch = async (url: string) => {
      const path = url.slice(HOST.length);
      asked.push(path);
      const content = readFileSync(join(folder, path));
      bytes += content.length;
      return new Response(broken(path) ? content.subarray(0, 99) : content);
    };
    const catalog = createCatalog(`${HOST}manifest.json`, { fetch });
    const loaded = (await catalog.load()) as Parameters<typeof openPartitions>[0];
    const partitions = await openPartitions(loaded, {
      manifest: `${HOST}manifest.json`,
      fetch,
      store: () => false,
      downloads: DOWNLOADS,
      own: () => catalog.size(),
      saving: () => false,
      random: seededRandom(11),
      onProblem: ({ code }) => problems.push(code),
      onChange: () => void changes++,
      recall: async () => null,
      remember: async () => {},
      ...options,
    });
    return { catalog, partitions, asked, problems, changes: () => changes, bytes: () => bytes };
  }
  const vectorOf = (i: number) => catalogue.vectors.slice(i * DIMS, (i + 1) * DIMS);
  const idsOf = ({ shard }: Pick<LoadedRelease, "shard">, rows: Iterable<number>) => Array.from(rows, (row) => shard.id(row));
  const best = async (loaded: Pick<LoadedRelease, "shard">, query: Float32Array) =>
    idsOf(loaded, (await createKernel(loaded.shard)).search(query, { k: 20 }).rows);
  const of = (kind: string, asked: readonly string[]) => asked.filter((path) => path.startsWith(`files/${kind}-`)).length;

  it("is divided without losing an item, each id found by its hash", async () => {
    const whole = await loadRelease(folder);
    expect(whole.shard.count).toBe(ITEMS);
    expect(whole.release.items).toBe(PARTITION_DEFAULTS.head);
    const rows = Array.from({ length: ITEMS }, (_, i) => whole.shard.row(`sku-${i}`));
    expect(new Set(rows).size).toBe(ITEMS);
    expect(Math.min(...rows)).toBe(0);
    expect([whole.card(rows[777]).title, whole.card(rows[23_999]).price]).toEqual(["Item 777", 100]);
    const one = whole.shard.vectors.subarray(rows[5] * DIMS, (rows[5] + 1) * DIMS);
    expect(Array.from(one, (value) => value * whole.shard.scale[rows[5]])[3]).toBeCloseTo(vectorOf(5)[3], 2);
  }, 60_000);

  it("gives a page within 4 MB nearly all of what a full scan finds, decoys included", async () => {
    const whole = await loadRelease(folder);
    const random = seededRandom(21);
    let recall = 0;
    let most = 0;
    const sessions = 8;
    for (let s = 0; s < sessions; s++) {
      const { partitions, bytes, problems } = await page();
      for (let step = 0; step < 3; step++) {
        const i = Math.floor(random() * ITEMS);
        await partitions.follow(vectorOf(i), [`sku-${i}`]);
        const expected = await best(whole, vectorOf(i));
        const found = await best(partitions.loaded(), vectorOf(i));
        recall += expected.filter((id) => found.includes(id)).length / expected.length / (3 * sessions);
        expect(partitions.loaded().shard.row(`sku-${i}`)).toBeGreaterThanOrEqual(0);
        expect(await partitions.cards(found)).toEqual(found.map(() => true));
      }
      await partitions.idle();
      most = Math.max(most, bytes());
      expect(problems).toEqual([]);
    }
    expect(recall).toBeGreaterThan(0.97);
    expect(most).toBeLessThan(4_000_000);
  }, 120_000);

  it("fetches a decoy with every partition, and no more of it when the same is asked again", async () => {
    const { partitions, asked } = await page();
    await partitions.follow(vectorOf(3), []);
    await partitions.idle();
    expect(partitions.status().partitions).toBeGreaterThan(0);
    // A decoy may come to be wanted itself, and is not fetched twice then.
    expect(of("partition", asked)).toBeGreaterThan(1.5 * partitions.status().partitions);
    expect(of("partition", asked)).toBeLessThanOrEqual(2 * partitions.status().partitions);
    const before = asked.length;
    await partitions.follow(vectorOf(3), []);
    await partitions.idle();
    expect(asked.length).toBe(before);
  });

  it("goes on without a broken partition, and says so", async () => {
    const { partitions, problems } = await page({}, (path) => path.startsWith("files/partition-"));
    await partitions.follow(vectorOf(3), []);
    expect(problems).toContain("catalog/partition");
    expect(partitions.loaded().shard.count).toBe(PARTITION_DEFAULTS.head);
    expect(await best(partitions.loaded(), vectorOf(3))).toHaveLength(20);
  });

  it("spends no more than it may, the release's own files among it, and an eighth of what these leave with Save-Data", async () => {
    const few = await page({ downloads: { ...DOWNLOADS, bytes: 400_000 } });
    await few.partitions.follow(vectorOf(3), ["sku-9"]);
    await few.partitions.follow(vectorOf(40), ["sku-40"]);
    await few.partitions.idle();
    expect(few.partitions.status().partitions).toBeGreaterThan(0);
    expect(few.catalog.size() + few.partitions.status().bytes).toBeLessThanOrEqual(400_000);
    const saving = await page({ saving: () => true });
    for (const i of [3, 40, 55, 90, 77]) await saving.partitions.follow(vectorOf(i), []);
    await saving.partitions.idle();
    expect(saving.partitions.status().bytes).toBeLessThanOrEqual(DOWNLOADS.bytes / 8);
    expect(saving.partitions.status().partitions).toBeGreaterThan(0);
  });

  it("holds no more items than it may: the farthest go, the session's own stay", async () => {
    const { partitions } = await page({ downloads: { ...DOWNLOADS, items: 1_500 } });
    for (const i of [3, 40, 55, 90]) await partitions.follow(vectorOf(i), [`sku-${i}`]);
    expect(partitions.loaded().shard.count).toBeLessThanOrEqual(PARTITION_DEFAULTS.head + 1_500);
    expect(partitions.loaded().shard.row("sku-90")).toBeGreaterThanOrEqual(0);
  });

  it("finds an item that is not loaded, with what is near it, and leaves out what does not exist", async () => {
    const { partitions } = await page();
    const outside = Array.from({ length: 100 }, (_, i) => `sku-${i}`).find((id) => partitions.loaded().shard.row(id) < 0)!;
    await partitions.need([outside, "nowhere"], true);
    const { shard } = partitions.loaded();
    expect(shard.row(outside)).toBeGreaterThanOrEqual(PARTITION_DEFAULTS.head);
    expect(shard.row("nowhere")).toBe(-1);
    expect(partitions.status().partitions).toBeGreaterThan(1);
  });

  it("takes new prices without its vectors, in the shard and in what is loaded", async () => {
    const { catalog, partitions, asked } = await page();
    await partitions.follow(vectorOf(3), ["sku-3"]);
    await partitions.idle();
    const head = partitions.loaded().shard.id(0);
    const release = partitions.loaded().release;
    const prices = new Map<string, Pick<CatalogItem, "price" | "availability">>([
      ["sku-3", { price: 777, availability: "out_of_stock" }],
      [head, { price: 888, availability: "in_stock" }],
    ]);
    const { root, files } = await priceFiles(folder, release, prices);
    await publishRelease(folder, { manifest: { ...release, version: 2, files: { ...release.files, attributes: root! } }, files });
    asked.length = 0;
    const next = await catalog.refresh();
    await partitions.reprice(next!);
    await partitions.idle();
    const { shard, card } = partitions.loaded();
    expect([shard.price[shard.row("sku-3")], shard.price[shard.row(head)]]).toEqual([777, 888]);
    await partitions.cards(["sku-3"]);
    expect(card(shard.row("sku-3")).availability).toBe("out_of_stock");
    expect([of("partition", asked), of("shard", asked), of("group", asked)]).toEqual([0, 0, 0]);
    const whole = await loadRelease(folder);
    expect(whole.shard.price[whole.shard.row("sku-3")]).toBe(777);
    // Back to what it was: no file is needed any more, and the page's price is its own again.
    const undone = await priceFiles(folder, release, new Map());
    expect(undone.root).toBeNull();
    const { attributes: _, ...same } = whole.release.files;
    await publishRelease(folder, { manifest: { ...whole.release, version: 3, files: same }, files: new Map() });
    await partitions.reprice((await catalog.refresh())!);
    const back = partitions.loaded().shard;
    expect(back.price[back.row("sku-3")]).toBe(4);
  });

  it("is ranked by the engine as one catalogue, which grows where the session goes", async () => {
    const changes: EngineStatus[] = [];
    const engine = createEngine(
      {
        fetch: async (url) => {
          const content = await readFile(join(folder, url.slice(HOST.length))).catch(() => null);
          return content ? new Response(content) : new Response("", { status: 404 });
        },
        now: () => performance.now(),
        random: () => 0.5,
        thread: "worker",
      },
      (what, status) => what === "release" && changes.push(status),
    );
    try {
      const assets = new URL("../../../../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url).pathname;
      const opened = await engine.open({ manifest: `${HOST}manifest.json`, assets, backends: ["cpu"], refreshInterval: 0, store: false });
      expect(opened).toMatchObject({ items: PARTITION_DEFAULTS.head, partitions: { total: ITEMS, loaded: 0 } });
      const { shard } = await loadRelease(folder);
      // Of the last rows, so of no popular item: only the page's own partitions have it.
      const viewed = shard.id(ITEMS - 1);
      const session = [{ name: "view_item" as const, time: 1, items: [{ item_id: viewed }] }];
      expect((await engine.observe(session)).vector).toBeNull();
      await vi.waitFor(async () => expect((await engine.observe(session)).vector).not.toBeNull(), 10_000);
      await vi.waitFor(async () => expect((await engine.status()).partitions?.loaded).toBeGreaterThan(5), 10_000);
      const { tokens } = await engine.observe(session);
      expect(tokens.map(({ label }) => label)).toEqual([`Item ${viewed.slice("sku-".length)}`]);
      const ranking = await engine.rank({ kind: "recommend", limit: 12 });
      expect(ranking.items).toHaveLength(12);
      for (const { item_id, title, currency } of ranking.items) expect([title, currency]).toEqual([`Item ${item_id.slice("sku-".length)}`, "EUR"]);
      expect(ranking.items.filter(({ item_id }) => shard.row(item_id) >= PARTITION_DEFAULTS.head).length).toBeGreaterThan(6);
      const other = shard.id(ITEMS - 5_000);
      const similar = await engine.rank({ kind: "similar", itemId: other, limit: 10 });
      const row = shard.row(other);
      const near = await best({ shard }, dequantizeRow(shard, row, DIMS));
      expect(similar.items.filter(({ item_id }) => near.includes(item_id)).length).toBeGreaterThan(6);
      expect((await engine.rank({ kind: "similar", itemId: "nowhere" })).items).toEqual([]);
      expect(changes.length).toBeGreaterThan(0);
      expect((await engine.status()).problems.map(({ code }) => code)).toEqual([]);
    } finally {
      await engine.close();
    }
  }, 60_000);

  it("loses no file of a release that is kept, and leaves none over", async () => {
    const { release: latest } = await loadRelease(folder);
    // What the one before needed goes with this one.
    const release = await publishRelease(folder, { manifest: { ...latest, version: latest.version + 1 }, files: new Map() });
    const before = readdirSync(join(folder, "files")).length;
    await publishRelease(folder, { manifest: { ...release, version: release.version + 1 }, files: new Map() });
    expect(readdirSync(join(folder, "files")).length).toBe(before);
    writeFileSync(join(folder, "files", "left-over.tmp"), "half");
    await publishRelease(folder, { manifest: { ...release, version: release.version + 2 }, files: new Map() });
    expect(readdirSync(join(folder, "files")).length).toBe(before);
    expect((await loadRelease(folder)).shard.count).toBe(ITEMS);
  });
});
