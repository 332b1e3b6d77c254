import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { memoryCaches } from "../testing/cache-storage.js";
import { staticHost } from "../testing/static-host.js";
import { TINY_CONFIG, tinyEncoder } from "../testing/tiny-encoder.js";
import { type BuiltRelease, type TinyItem, tinyRelease } from "../testing/tiny-release.js";
import type { EngineOptions, EngineStatus } from "./contract/engine.js";
import { PresentlyError } from "./contract/errors.js";
import type { PresentlyEvent } from "./contract/events.js";
import type { RankingRequestInput } from "./contract/ranking.js";
import { createEngine, type EngineParts } from "./engine.js";
import { loadBackend } from "./persona/backends/backend.js";
import { removeBackend } from "./persona/encoder.js";

const BASE = "https://shop.example/presently/";
const assets = new URL("../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url).pathname;
const OPTIONS: EngineOptions = { manifest: `${BASE}manifest.json`, assets, backends: ["cpu"], refreshInterval: 0, store: false };

/** Two categories in two corners of the space: shoes along the first axis, lamps along the second; `prior` falls with the number. */
function items(kind: "shoe" | "lamp", count: number): TinyItem[] {
  return Array.from({ length: count }, (_, i) => {
    const vector = new Array(TINY_CONFIG.dims).fill(0);
    vector[kind === "shoe" ? 0 : 1] = 1;
    vector[2 + (i % 6)] = 0.3;
    const length = Math.hypot(...vector);
    return {
      item_id: `${kind}-${i}`,
      title: `${kind} number ${i}`,
      category: [kind === "shoe" ? "Shoes" : "Lamps"],
      price: 10 * (i + 1),
      availability: "in_stock",
      vector: vector.map((value) => value / length),
      prior: kind === "lamp" ? 0.9 - i / 100 : 0.5 - i / 100,
    };
  });
}

const encoder = tinyEncoder();
const build = (version: number, extra: readonly TinyItem[] = []): BuiltRelease =>
  tinyRelease({ version, items: [...items("shoe", 10), ...items("lamp", 10), ...extra], encoder: encoder.manifest, weights: new Uint8Array(encoder.weights) });

const view = (id: string, time = 1): PresentlyEvent => ({ name: "view_item", time, items: [{ item_id: id }] });

beforeEach(() => removeBackend("cpu"));
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const engine of open.splice(0)) await engine.close();
});

function setUp(parts: Partial<EngineParts> = {}) {
  const host = staticHost(BASE);
  const caches = memoryCaches();
  const changes: { what: string; status: EngineStatus }[] = [];
  const engine = createEngine(
    { fetch: host.fetch, caches, now: () => performance.now(), random: () => 0.5, thread: "worker", quiet: 0, ...parts },
    (what, status) => void changes.push({ what, status }),
  );
  open.push(engine);
  const publish = ({ files }: BuiltRelease) => files.forEach((bytes, path) => void host.put(path, bytes));
  return { host, caches, changes, engine, publish };
}

const codes = ({ problems }: EngineStatus) => problems.map(({ code }) => code);

describe("the engine", () => {
  it("ranks what is popular while nothing is known, and what is near once something is", async () => {
    const { engine, publish } = setUp();
    publish(build(1));
    expect(await engine.open(OPTIONS)).toMatchObject({ release: 1, items: 20, source: "network", thread: "worker" });
    const cold = await engine.rank({ kind: "recommend", limit: 5 });
    expect(cold.items.map(({ item_id }) => item_id)).toEqual(["lamp-0", "lamp-1", "lamp-2", "lamp-3", "lamp-4"]);
    await engine.observe([view("shoe-3")]);
    const warm = await engine.rank({ kind: "recommend", limit: 10 });
    expect(warm.items.every(({ item_id }) => item_id.startsWith("shoe"))).toBe(true);
    expect(warm.items[0]).toMatchObject({ position: 0, propensity: 1, category: "Shoes" });
    expect([warm.release, warm.items.length]).toEqual([1, 10]);
    expect(warm.id).not.toBe("");
  });

  it("explains the persona: traits, tokens with their attention, context, place", async () => {
    const { engine, publish } = setUp();
    publish(build(1));
    await engine.open(OPTIONS);
    const state = await engine.observe([
      { name: "page_view", time: 1, page_type: "listing", page_category: "Lamps" },
      { name: "search", time: 2, search_term: "red" },
      { name: "page_view", time: 3, page_type: "product" },
      view("shoe-3", 3),
      { name: "add_to_cart", time: 4, items: [{ item_id: "shoe-4" }] },
      view("gone from the catalogue", 5),
    ]);
    expect(state.tokens.map(({ kind, label, interaction }) => [kind, label, interaction])).toEqual([
      ["category", "Lamps", "browse"],
      ["item", "shoe number 3", "view"],
      ["item", "shoe number 4", "cart"],
    ]);
    expect(state.tokens.reduce((sum, { attention }) => sum + attention, 0)).toBeCloseTo(1, 4);
    expect(state.context).toEqual({ page: "product" });
    expect(Math.hypot(...(state.vector ?? []))).toBeCloseTo(1, 4);
    expect(state.confidence).toBeGreaterThanOrEqual(0);
    expect(state.confidence).toBeLessThanOrEqual(1);
    expect(state.position?.every(Number.isFinite)).toBe(true);
    expect(state.release).toBe(1);
    const shoes = await engine.observe([view("shoe-1"), view("shoe-2", 20_000)]);
    expect(shoes.traits.map(({ attribute, value }) => [attribute, value])).toEqual([
      ["category", "Shoes"],
      ["price", "low"],
    ]);
    expect([state.summary, shoes.summary]).toEqual([expect.stringMatching(/^leaning to .*; now looking at an item$/), "leaning to Shoes, low price"]);
  });

  it("fetches what reads searches with the first search, and follows it when it comes late or is there again", async () => {
    const shoes = new Float32Array(64 * TINY_CONFIG.dims);
    for (let bucket = 0; bucket < 64; bucket++) shoes[bucket * TINY_CONFIG.dims] = 1;
    const release = tinyRelease({
      version: 1,
      items: [...items("shoe", 10), ...items("lamp", 10)],
      encoder: encoder.manifest,
      weights: new Uint8Array(encoder.weights),
      text: shoes,
    });
    const { path } = release.manifest.files.text;
    let arrive: () => void = () => {};
    const host = staticHost(BASE);
    const { engine, changes } = setUp({
      patience: 20,
      fetch: async (url, init) => {
        if (url.endsWith(path)) await new Promise<void>((resolve) => (arrive = resolve));
        return host.fetch(url, init);
      },
    });
    release.files.forEach((bytes, name) => void host.put(name, bytes));
    await engine.open(OPTIONS);
    await engine.observe([view("lamp-1")]);
    expect(host.requests.some((request) => request.path === path)).toBe(false);
    const events: PresentlyEvent[] = [{ name: "search", time: 1, search_term: "walking" }];
    expect((await engine.observe(events)).tokens).toEqual([]);
    // Without it a search finds what attributes say, and nothing here.
    expect((await engine.rank({ kind: "recommend", search: "walking" })).items.map(({ item_id }) => item_id)).toContain("lamp-0");
    changes.length = 0;
    host.files.delete(path);
    arrive();
    await expect.poll(async () => codes(await engine.status())).toContain("release/missing");
    host.put(path, release.files.get(path)!);
    await engine.observe(events);
    arrive();
    await expect.poll(() => changes.map(({ what }) => what)).toContain("release");
    expect((await engine.observe(events)).tokens.map(({ value }) => value)).toEqual(["walking"]);
    const found = await engine.rank({ kind: "recommend", search: "walking", limit: 20 });
    expect(found.items.every(({ item_id }) => item_id.startsWith("shoe"))).toBe(true);
  });

  it("ranks after the newest of several sessions that come at once", async () => {
    const { engine, publish } = setUp();
    publish(build(1));
    await engine.open(OPTIONS);
    const [first, , last] = await Promise.all([
      engine.observe([view("shoe-1")]),
      engine.observe([view("shoe-1"), view("lamp-1", 2)]),
      engine.observe([view("lamp-2")]),
    ]);
    expect(last.tokens.map(({ value }) => value)).toEqual(["lamp-2"]);
    expect(first.tokens).toEqual(last.tokens);
    expect((await engine.rank({ kind: "recommend", limit: 3 })).items.every(({ item_id }) => item_id.startsWith("lamp"))).toBe(true);
  });

  it("encodes in plain JavaScript where no backend can be had, and says so", async () => {
    const { engine, publish } = setUp({ load: { cpu: blocked, wasm: blocked, webgl: blocked, webgpu: blocked } });
    publish(build(1));
    await engine.open(OPTIONS);
    const events = [view("lamp-2"), view("shoe-3", 2)];
    const state = await engine.observe(events);
    expect(state.backend).toBeNull();
    const other = setUp();
    other.publish(build(1));
    await other.engine.open(OPTIONS);
    await other.engine.observe(events);
    await expect.poll(async () => (await other.engine.observe(events)).backend).toBe("cpu");
    const { vector } = await other.engine.observe(events);
    vector?.forEach((value, d) => void expect(state.vector?.[d]).toBeCloseTo(value, 4));
    await expect.poll(async () => codes(await engine.status())).toContain("persona/unavailable");
    expect((await engine.status()).problems.every(({ message }) => message.length > 20)).toBe(true);
  });

  it("does not wait for a backend that is on its way", async () => {
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 150)).then(loadBackend.cpu);
    const { engine, publish, changes } = setUp({ load: { ...loadBackend, cpu: slow } });
    publish(build(1));
    await engine.open(OPTIONS);
    expect((await engine.observe([view("shoe-1")])).backend).toBeNull();
    await expect.poll(() => changes.filter(({ what }) => what === "backend").at(-1)?.status.backend).toBe("cpu");
    await expect.poll(async () => (await engine.observe([view("shoe-1")])).backend).toBe("cpu");
  });

  it("does not wait for a backend that hangs, and takes its persona when it comes", async () => {
    const { engine, publish } = setUp({ patience: 30 });
    publish(build(1));
    await engine.open(OPTIONS);
    await engine.observe([view("shoe-1")]);
    await expect.poll(async () => (await engine.observe([view("shoe-1")])).backend).toBe("cpu");
    const read = tf.Tensor.prototype.data;
    const hanging = vi.spyOn(tf.Tensor.prototype, "data").mockImplementation(async function (this: tf.Tensor) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return read.call(this);
    } as never);
    expect((await engine.observe([view("shoe-2")])).backend).toBeNull();
    expect(codes(await engine.status())).toContain("persona/slow");
    hanging.mockRestore();
    await expect.poll(async () => codes(await engine.status())).not.toContain("persona/slow");
    expect((await engine.observe([view("shoe-2")])).backend).toBe("cpu");
  });
});

async function blocked(): Promise<never> {
  throw new TypeError("Failed to fetch dynamically imported module");
}

describe("the engine's rules", () => {
  const cart = (...ids: string[]): PresentlyEvent => ({ name: "add_to_cart", time: 2, items: ids.map((item_id) => ({ item_id })) });
  const ids = ({ items }: { items: readonly { item_id: string }[] }) => items.map(({ item_id }) => item_id);
  const shown = async (engine: ReturnType<typeof setUp>["engine"], request: Omit<RankingRequestInput, "kind"> = {}) =>
    ids(await engine.rank({ kind: "recommend", limit: 3, ...request }));

  it("are the shop's and the release's, on the pages where they hold, unless a request wants none", async () => {
    const { engine, publish } = setUp();
    const release = build(1);
    const manifest = { ...release.manifest, rules: [{ when: { page: "home" }, pins: [{ id: "shoe-9", position: 0 }] }] };
    publish({ ...release, files: new Map([...release.files, ["manifest.json", new TextEncoder().encode(JSON.stringify(manifest))]]) });
    await engine.open({ ...OPTIONS, rules: { filter: { category: { not: "Lamps" } } } });
    expect(await shown(engine)).toEqual(["shoe-0", "shoe-1", "shoe-2"]);
    await engine.observe([{ name: "page_view", time: 1, page_type: "home" }]);
    expect(await shown(engine)).toEqual(["shoe-9", "shoe-0", "shoe-1"]);
    expect(await shown(engine, { rules: false })).toEqual(["lamp-0", "lamp-1", "lamp-2"]);
  });

  it("come from a file, and what is wrong with them is a problem, not an empty shelf", async () => {
    const { engine, publish, host } = setUp();
    const release = build(1);
    const manifest = { ...release.manifest, rules: { boots: [] } };
    publish({ ...release, files: new Map([...release.files, ["manifest.json", new TextEncoder().encode(JSON.stringify(manifest))]]) });
    host.put("rules.json", new TextEncoder().encode('{ "exclude": [{ "id": "lamp-0" }] }'));
    const opened = await engine.open({ ...OPTIONS, rules: `${BASE}rules.json` });
    expect(codes(opened)).toEqual(["rules/invalid"]);
    expect(opened.problems[0].message).toContain("boots");
    expect(await shown(engine)).toEqual(["lamp-1", "lamp-2", "lamp-3"]);
    const elsewhere = setUp();
    elsewhere.publish(build(1));
    expect(codes(await elsewhere.engine.open({ ...OPTIONS, rules: `${BASE}gone.json` }))).toEqual(["rules/unreachable"]);
    expect(await shown(elsewhere.engine)).toEqual(["lamp-0", "lamp-1", "lamp-2"]);
  });

  it("know the session: cart, views with their age, purchases", async () => {
    const { engine, publish } = setUp({ date: () => 120_000 });
    publish(build(1));
    await engine.open(OPTIONS);
    await engine.observe([view("lamp-0", 100_000), cart("lamp-1"), { name: "purchase", time: 110_000, items: [{ item_id: "lamp-2" }] }]);
    const lamps = { include: ["lamp-0", "lamp-1", "lamp-2", "lamp-3"], limit: 4 };
    expect((await shown(engine, { ...lamps, exclude: ["cart", "viewed", "bought"] })).sort()).toEqual(["lamp-3"]);
    expect(await shown(engine, { ...lamps, seen: { hide: 21 } })).not.toContain("lamp-0");
    expect(await shown(engine, { ...lamps, seen: { hide: 19 } })).toContain("lamp-0");
  });

  it("page on after a ranking without repeats, although the persona has moved, and refuse one that they do not know", async () => {
    const { engine, publish } = setUp();
    publish(build(1));
    await engine.open(OPTIONS);
    const first = await engine.rank({ kind: "recommend", limit: 5 });
    await engine.observe([view("lamp-7")]);
    const second = await engine.rank({ kind: "recommend", limit: 5, after: first.id });
    await engine.observe([view("shoe-1")]);
    const third = await engine.rank({ kind: "recommend", limit: 20, after: second.id });
    expect(third.items.map(({ position }) => position)).toEqual(Array.from({ length: 10 }, (_, i) => 10 + i));
    expect(new Set([...ids(first), ...ids(second), ...ids(third)]).size).toBe(20);
    await expect(engine.rank({ kind: "recommend", after: "elsewhere" })).rejects.toMatchObject({ code: "rank/unknown-ranking" });
  });

  it("say what goes with the cart where nothing else is asked, and name it", async () => {
    const { engine, publish } = setUp();
    publish(build(1));
    await engine.open(OPTIONS);
    await engine.observe([cart("shoe-3")]);
    const { items, fallback } = await engine.rank({ kind: "complement", limit: 3 });
    expect(ids({ items })).not.toContain("shoe-3");
    expect(fallback).toMatch(/does not know what goes with these items/);
    const similar = await engine.rank({ kind: "similar", itemId: "lamp-4", limit: 1 });
    expect(similar.items[0].reason).toMatchObject({ kind: "similar", label: "lamp number 4" });
  });

  it("find what a search means by the catalogue's own words", async () => {
    const { engine, publish } = setUp();
    publish(build(1));
    await engine.open(OPTIONS);
    const { items, candidates } = await engine.rank({ kind: "recommend", search: "SHOE", limit: 2 });
    expect(candidates).toBe(10);
    expect(items[0]).toMatchObject({ item_id: "shoe-0", reason: { kind: "searched", label: "SHOE" } });
  });

  it("explore by the shop's default, and not where the request says so", async () => {
    const { engine, publish } = setUp({ random: () => 0.01 });
    publish(build(1));
    await engine.open({ ...OPTIONS, explore: 0.5 });
    const propensities = async (request: Omit<RankingRequestInput, "kind">) =>
      (await engine.rank({ kind: "recommend", limit: 1, ...request })).items.map(({ propensity }) => propensity);
    expect(await propensities({})).toEqual([0.5 / 19]);
    expect(await propensities({ explore: 0 })).toEqual([1]);
    expect((await engine.rank({ kind: "trending", limit: 1 })).items[0].propensity).toBe(1);
  });
});

describe("a new release in an open page", () => {
  it("is taken up whole: items, persona and ranking, and the page hears of it", async () => {
    const { engine, publish, changes } = setUp();
    publish(build(1));
    await engine.open(OPTIONS);
    await engine.observe([view("shoe-new")]);
    expect((await engine.rank({ kind: "recommend", limit: 1 })).items[0].item_id).toBe("lamp-0");
    publish(build(2, [{ ...items("shoe", 1)[0], item_id: "shoe-new", title: "The new shoe" }]));
    expect(await engine.refresh()).toMatchObject({ release: 2, items: 21, problems: [] });
    expect(changes.filter(({ what }) => what === "release").at(-1)?.status.release).toBe(2);
    const ranking = await engine.rank({ kind: "recommend", limit: 5 });
    expect([ranking.release, ranking.items.every(({ item_id }) => item_id.startsWith("shoe"))]).toEqual([2, true]);
    expect((await engine.cards(["shoe-new", "nothing"])).map(({ title }) => title)).toEqual(["The new shoe"]);
  });

  it("is found by an open page by itself", async () => {
    const { engine, publish, changes } = setUp();
    publish(build(1));
    await engine.open({ ...OPTIONS, refreshInterval: 20 });
    publish(build(2));
    await expect.poll(() => changes.at(-1)?.status.release).toBe(2);
  });

  it("leaves the last good one in place when it is broken, says why, and forgets it once it is repaired", async () => {
    const { engine, publish, host } = setUp();
    publish(build(1));
    await engine.open(OPTIONS);
    const bad = build(
      2,
      items("lamp", 1).map((item) => ({ ...item, item_id: "x" })),
    );
    publish(bad);
    host.put(bad.manifest.files.shard.path, new Uint8Array(7));
    const status = await engine.refresh();
    expect([status.release, codes(status)]).toEqual([1, ["release/truncated"]]);
    expect((await engine.rank({ kind: "recommend" })).items).toHaveLength(12);
    publish(bad);
    expect(await engine.refresh()).toMatchObject({ release: 2, problems: [] });
  });
});

describe("without a release", () => {
  it("opens all the same, shows an empty shelf, says why, and finds the release when it is there", async () => {
    const { engine, publish, host } = setUp();
    host.offline = true;
    const status = await engine.open({ ...OPTIONS, refreshInterval: 20 });
    expect([status.release, codes(status)]).toEqual([0, ["release/unreachable"]]);
    expect(await engine.observe([view("shoe-1")])).toMatchObject({ vector: null, release: 0, confidence: 0, tokens: [] });
    expect(await engine.rank({ kind: "recommend" })).toMatchObject({ items: [], candidates: 0, release: 0 });
    expect((await engine.map()).groups).toEqual([""]);
    publish(build(1));
    host.offline = false;
    await expect.poll(async () => (await engine.status()).release).toBe(1);
    expect((await engine.rank({ kind: "recommend", limit: 1 })).items[0].item_id).toMatch(/^shoe/);
  });

  it("starts from the one kept on the device, then looks for a newer one", async () => {
    const first = setUp();
    first.publish(build(1));
    await first.engine.open({ ...OPTIONS, store: true });
    const second = setUp({ caches: first.caches });
    second.publish(build(2));
    expect(await second.engine.open({ ...OPTIONS, store: true })).toMatchObject({ release: 1, source: "cache" });
    await expect.poll(async () => (await second.engine.status()).release).toBe(2);
    await second.engine.allowStorage(false);
    expect(first.caches.stores.size).toBe(0);
  });
});

describe("misuse", () => {
  it("rejects with a coded error that names the fix", async () => {
    const { engine, publish } = setUp();
    await expect(engine.rank({ kind: "recommend" })).rejects.toMatchObject({ code: "engine/closed", message: expect.stringContaining("open(") });
    publish(build(1));
    await engine.open(OPTIONS);
    const wrong = await engine.rank({ kind: "recommend", limit: -1 }).catch((error: unknown) => error);
    expect(wrong).toBeInstanceOf(PresentlyError);
    expect(wrong).toMatchObject({ code: "rank/invalid" });
    await expect(engine.rank({ kind: "recommend", filter: { colour: "red" } })).rejects.toBeInstanceOf(PresentlyError);
  });
});

it("draws the map of all items with their categories", async () => {
  const { engine, publish } = setUp();
  publish(build(1));
  await engine.open(OPTIONS);
  const { positions, group, groups } = await engine.map();
  expect([positions.length, group.length, groups]).toEqual([40, 20, ["", "Shoes", "Lamps"]]);
  expect(positions[0]).toBeGreaterThan(0.9);
  expect(positions[21]).toBeGreaterThan(0.9);
  expect([groups[group[0]], groups[group[19]]]).toEqual(["Shoes", "Lamps"]);
});

describe("item ids", () => {
  it("of the page are the catalogue's, whichever of an item's ids the page uses", async () => {
    const { engine, publish } = setUp();
    publish(build(1, [{ ...items("lamp", 1)[0], item_id: "shopify_US_1111_2222", link: "https://shop.example/p/lamp" }]));
    await engine.open(OPTIONS);
    const page: PresentlyEvent = { name: "view_item", time: 1, items: [{ item_id: "SKU-9", item_ids: ["2222", "/p/lamp"] }] };
    const state = await engine.observe([page]);
    expect(state.tokens.map(({ value }) => value)).toEqual(["shopify_US_1111_2222"]);
    expect(state.renamed?.get("SKU-9")).toBe("shopify_US_1111_2222");
    const { items: ranked } = await engine.rank({ kind: "similar", itemId: "SKU-9", limit: 3, excludeIds: ["2222"] });
    expect(ranked[0].item_id).toMatch(/^lamp/);
    expect((await engine.observe([view("lamp-1")])).tokens).toHaveLength(1);
  });
});
