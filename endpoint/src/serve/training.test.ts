import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Shard } from "presently/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tinyItems, tinyRecords, tinySessions } from "../../../testing/tiny-shop.js";
import { loadRelease } from "../publish/load.js";
import { currentRelease, previousVersions } from "../publish/publish.js";
import { openStore, type Store } from "../store/store.js";
import { type DataFolder, dataFolder } from "./data-folder.js";
import { judge } from "./judge.js";
import { liveModel } from "./model.js";
import { runRollback } from "./rollback.js";
import { startFrom } from "./start-from.js";
import { runCatalog, runTraining } from "./training.js";
import { TRAINING_DEFAULTS } from "./training-options.js";

const hooks = { now: () => Date.UTC(2026, 10, 23) };
const key = (i: number) => i.toString(16).padStart(32, "0");

/** Of an item to those of a group of the tiny shop. */
function meanCosine({ dims, vectors, row }: Shard, id: string, group: number): number {
  const vector = (of: string) => vectors.subarray(row(of) * dims, (row(of) + 1) * dims);
  const cosine = (x: Int8Array, y: Int8Array) => x.reduce((sum, value, d) => sum + value * y[d], 0) / Math.hypot(...x) / Math.hypot(...y);
  return Array.from({ length: 10 }, (_, i) => cosine(vector(id), vector(`${group}-${i}`))).reduce((a, b) => a + b) / 10;
}

describe("a run", () => {
  let root: string;
  let store: Store;
  let folder: DataFolder;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "run-"));
    store = openStore(root);
    folder = dataFolder(root);
  });
  afterEach(() => {
    store.close();
    rmSync(root, { recursive: true });
  });
  const train = (options: Partial<typeof TRAINING_DEFAULTS> = {}) => runTraining(store, folder, { ...TRAINING_DEFAULTS, epochs: 8, ...options }, hooks);
  const addFeedback = (count: number, seed: number) =>
    store.feedback.add([{ format: "presently.feedback/1", key: key(seed), release: 1, mode: "balanced", records: tinyRecords(count, seed) }]);

  it("says what it lacks, and publishes nothing", async () => {
    expect(await train()).toMatchObject({ state: "idle", message: expect.stringContaining("import-catalog") });
    store.catalog.put(tinyItems);
    expect(await train()).toMatchObject({ state: "idle", message: expect.stringContaining("nothing to learn from") });
    store.feedback.add([
      { format: "presently.feedback/1", key: key(1), release: 0, mode: "balanced", records: [{ ...tinyRecords(1)[0], context: "elsewhere" } as never] },
    ]);
    expect(await train()).toMatchObject({ state: "idle" });
    expect(await currentRelease(folder.releases)).toBeNull();
  });

  it("passes more often over its first sessions than over those that come to a live model", async () => {
    store.catalog.put(tinyItems);
    const run = async () => {
      let steps = 0;
      const onProgress = (progress: { steps: number }) => {
        steps = progress.steps;
      };
      expect(await runTraining(store, folder, TRAINING_DEFAULTS, { ...hooks, onProgress })).toMatchObject({
        state: expect.stringMatching("published|kept"),
      });
      return steps;
    };
    store.sessions.add(tinySessions(300));
    const first = await run();
    store.sessions.add(tinySessions(100, 4));
    expect(first).toBeGreaterThan(3 * (await run()));
  });

  it("goes from sessions to a release, from feedback to the next, from the feed to the one after, and back", async () => {
    store.catalog.put(tinyItems);
    // Little at first, so that what comes next makes it better whatever is drawn to judge by.
    store.sessions.add(tinySessions(30));
    const first = await train({ epochs: 0.01 });
    expect(first).toMatchObject({ state: "published", release: 1 });

    store.sessions.add(tinySessions(600, 4));
    addFeedback(100, 3);
    const second = await train();
    expect(second).toMatchObject({ state: "published", release: 2 });
    // 40 items: twenty at random hold half of the targets; it has to have learned what is near.
    expect(second.figures.next?.recall20).toBeGreaterThan(80);
    expect(second.figures.next?.mrr20).toBeGreaterThan(15);
    expect((await loadRelease(folder.releases)).release.metrics.recall20).toBe(second.figures.next?.recall20);
    expect(second.figures.before?.examples).toBe(second.figures.next?.examples);
    expect(second.figures.heldOut).toBeGreaterThan(20);

    const [changed, ...others] = tinyItems;
    store.catalog.put([
      { ...changed, price: 1, availability: "out_of_stock" },
      { item_id: "new", title: "Teapots number 99", category: ["Teapots"], availability: "in_stock" },
    ]);
    expect(await runCatalog(store, folder, { keep: 5 }, hooks)).toMatchObject({
      state: "published",
      release: 3,
      message: expect.stringContaining("1 of them new"),
    });
    const { shard, card } = await loadRelease(folder.releases);
    expect(shard.count).toBe(others.length + 2);
    expect(card(shard.row(changed.item_id))).toMatchObject({ price: 1, availability: "out_of_stock" });
    for (const other of [0, 1, 3]) expect(meanCosine(shard, "new", 2)).toBeGreaterThan(meanCosine(shard, "new", other));

    expect(await runRollback(store, folder, { to: 1, keep: 5 }, hooks)).toMatchObject({ state: "published", release: 4 });
    expect((await loadRelease(folder.releases)).shard.row("new")).toBe(-1);
    expect((await liveModel(store, folder))?.ids).toEqual(tinyItems.map(({ item_id }) => item_id));
    // What is held out is drawn, so chance decides whether little more training is worse; a version is never given twice.
    const last = await train({ epochs: 4 });
    expect(last.release).toBe(last.state === "published" ? 5 : null);
    expect(last.figures.before?.recall20).toBeGreaterThan(80);
  }, 120_000);

  it("publishes the shop's rules with the release, and the rules before where they are not valid", async () => {
    store.catalog.put(tinyItems);
    store.sessions.add(tinySessions(30));
    const published = async () => (await currentRelease(folder.releases))?.rules;
    await train({ epochs: 0.01 });
    expect(await published()).toBeUndefined();
    const rules = { filter: { availability: "in_stock" } };
    writeFileSync(folder.rules, JSON.stringify(rules));
    await runCatalog(store, folder, { keep: 5 }, hooks);
    expect(await published()).toEqual(rules);
    writeFileSync(folder.rules, JSON.stringify({ filter: { price: "cheap" } }));
    expect((await runCatalog(store, folder, { keep: 5 }, hooks)).message).toMatch(/rules\.json is not used: .*price has to be a number.*The rules before stay/);
    writeFileSync(folder.rules, "{");
    expect((await runCatalog(store, folder, { keep: 5 }, hooks)).message).toMatch(/it is not JSON/);
    expect(await published()).toEqual(rules);
    rmSync(folder.rules);
    await runCatalog(store, folder, { keep: 5 }, hooks);
    expect(await published()).toBeUndefined();
  }, 60_000);

  it("places a new item by its picture, downloads each once, and says which could not be read", async () => {
    const COLOURS = ["#c22", "#2a4", "#24c", "#ca2"];
    const picture = (id: string) => `https://shop.example/pictures/${id}.svg`;
    const asked: string[] = [];
    const fetch = async (address: string) => {
      asked.push(address);
      const group = Number(/(\d)-\d+\.svg$/.exec(address)?.[1]);
      if (address === picture("0-0")) return new Response("gone", { status: 404 });
      const shape = group % 2 ? `<circle cx="16" cy="16" r="11" fill="${COLOURS[group]}"/>` : `<path d="M4 8h24v6H4zM4 20h24v6H4z" fill="${COLOURS[group]}"/>`;
      return new Response(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${shape}</svg>`);
    };
    const withPictures = { ...hooks, fetch };
    // Nothing but the picture tells what an item is.
    const look = (id: string) => ({ item_id: id, title: id, image_link: picture(id), availability: "in_stock" as const });
    const items = tinyItems.map(({ item_id }) => look(item_id));
    store.catalog.put(items);
    store.sessions.add(tinySessions(600));
    const first = await runTraining(store, folder, { ...TRAINING_DEFAULTS, epochs: 8, pictures: true }, withPictures);
    expect(first).toMatchObject({
      state: "published",
      message: expect.stringMatching(/39 of 40 items have a picture; 1 could not be read, .*0-0\.svg: answered 404/),
    });

    store.catalog.put([...items, look("2-99")]);
    expect(await runCatalog(store, folder, { keep: 5, pictures: true }, withPictures)).toMatchObject({
      state: "published",
      message: expect.stringContaining("40 of 41 items have a picture"),
    });
    expect(asked).toHaveLength(41);
    const { shard } = await loadRelease(folder.releases);
    const means = [0, 1, 2, 3].map((group) => meanCosine(shard, "2-99", group));
    expect(means.indexOf(Math.max(...means))).toBe(2);
  }, 120_000);

  it("publishes prices and availability alone where nothing else has changed: the same vectors, a file of a few bytes an item", async () => {
    store.catalog.put(tinyItems);
    store.sessions.add(tinySessions(60));
    await train({ epochs: 0.05 });
    const before = (await currentRelease(folder.releases))!;
    const [first, second, ...others] = tinyItems;
    store.catalog.put([{ ...first, price: 1.5, availability: "out_of_stock" }, { ...second, price: undefined }, ...others]);
    expect(await runCatalog(store, folder, { keep: 5 }, hooks)).toMatchObject({
      state: "published",
      release: 2,
      message: expect.stringContaining("New prices"),
    });
    const { release, shard } = await loadRelease(folder.releases);
    const { attributes, ...files } = release.files;
    expect(files).toEqual(before.files);
    expect(attributes!.bytes).toBeLessThan(8 * tinyItems.length + 1_000);
    const row = shard.row(first.item_id);
    expect([shard.price[row], shard.availability[row], shard.price[shard.row(second.item_id)]]).toEqual([1.5, 1, Number.NaN]);
    // The model goes on, and a price is no release to go back to.
    expect((await liveModel(store, folder))?.ids).toHaveLength(tinyItems.length);
    expect(await previousVersions(folder.releases)).toEqual([]);
    store.catalog.put(tinyItems);
    await runCatalog(store, folder, { keep: 5 }, hooks);
    expect((await currentRelease(folder.releases))?.files).toEqual(before.files);
    store.catalog.put([{ ...first, title: "Another title" }]);
    expect(await runCatalog(store, folder, { keep: 5 }, hooks)).toMatchObject({ message: expect.stringContaining("what the feed says of them now") });
  });

  it("keeps what is live where the new model is worse", async () => {
    store.catalog.put(tinyItems);
    store.sessions.add(tinySessions(800));
    await train({ epochs: 12 });
    // From nothing, with next to no training.
    const worse = await train({ cold: true, epochs: 0.01 });
    expect(worse).toMatchObject({ state: "kept", release: null, message: expect.stringContaining("which stays") });
    expect((await currentRelease(folder.releases))?.version).toBe(1);
  }, 120_000);

  it("goes on from a release that was brought along, without its float model", async () => {
    store.catalog.put(tinyItems);
    store.sessions.add(tinySessions(600));
    await train();
    const other = openStore(join(root, "other"));
    const otherFolder = dataFolder(join(root, "other"));
    expect(await startFrom(other, otherFolder, folder.releases)).toBe(true);
    expect(await startFrom(other, otherFolder, folder.releases)).toBe(false);
    other.catalog.put(tinyItems);
    other.feedback.add([{ format: "presently.feedback/1", key: key(9), release: 1, mode: "balanced", records: tinyRecords(90, 5) }]);
    other.sessions.add(tinySessions(300, 8));
    const result = await runTraining(other, otherFolder, TRAINING_DEFAULTS, hooks);
    expect(result.figures.before?.recall20).toBeGreaterThan(80);
    expect(result.figures.next?.recall20).toBeGreaterThan(80);
    other.close();
  }, 120_000);
});

describe("the judgement", () => {
  const metrics = (recall20: number, mrr20: number, examples = 1000) => ({ recall20, mrr20, recall20_new: 0, mrr20_new: 0, coverage: 50, examples });
  it.each([
    ["the first model", metrics(1, 1), null, true],
    ["better", metrics(60, 25), metrics(55, 20), true],
    ["the same", metrics(55, 20), metrics(55, 20), true],
    ["within chance", metrics(54.2, 19.6), metrics(55, 20), true],
    ["fewer found", metrics(50, 20), metrics(55, 20), false],
    ["found, but further down", metrics(55, 15), metrics(55, 20), false],
    ["too few to tell", metrics(0, 0, 5), metrics(100, 100, 5), true],
  ])("of a model that is %s", (_, next, before, publish) => {
    expect(judge(next, before).publish).toBe(publish);
  });

  it.each([
    ["that follows a drift", metrics(60, 22), metrics(52, 18), metrics(55, 19), metrics(58, 20), true],
    ["trained on broken sessions, a little better on others of them", metrics(30, 14), metrics(28, 12), metrics(57, 15), metrics(57, 20), false],
    ["that gains more on broken sessions than it loses on others", metrics(22, 17), metrics(15, 10), metrics(62, 23), metrics(66, 28), false],
    ["of a shop whose whole catalogue changed", metrics(55, 22), metrics(15, 10), metrics(60, 23), metrics(66, 28), true],
    ["with hardly any earlier session to tell", metrics(30, 14), metrics(28, 12), metrics(0, 0, 10), metrics(57, 20, 10), true],
  ])("of a model %s", (_, next, before, earlierNext, earlierBefore, publish) => {
    expect(judge(next, before, { next: earlierNext, before: earlierBefore }).publish).toBe(publish);
  });
});
