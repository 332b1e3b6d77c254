import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PresentlyError } from "presently/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tinyItems, tinyRecords, tinySessions } from "../../../testing/tiny-shop.js";
import { openStore, type Store } from "../store/store.js";
import { type Loop, type LoopOptions, startLoop } from "./loop.js";
import type { RunResult } from "./training.js";

const done = (state: RunResult["state"], release: number | null = null): RunResult => ({ state, release, message: "", figures: {} });

describe("the training loop", () => {
  let folder: string;
  let store: Store;
  let loop: Loop;
  let time: number;
  let live: number | null;
  let order: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "loop-"));
    store = openStore(folder);
    time = 1_000_000;
    live = null;
    order = [];
  });
  afterEach(async () => {
    await loop.stop();
    store.close();
    rmSync(folder, { recursive: true });
  });

  const start = (run: LoopOptions["run"], options: Partial<LoopOptions> = {}) => {
    loop = startLoop(store, { minRecords: 10, interval: 0, poll: 1_000_000, now: () => time, live: async () => live, run, ...options });
  };
  let keys = 0;
  const feedback = (count: number) =>
    store.feedback.add([
      { format: "presently.feedback/1", key: (++keys).toString(16).padStart(32, "0"), release: 0, mode: "balanced", records: tinyRecords(count) },
    ]);
  const publishes: LoopOptions["run"] = async (kind) => {
    order.push(kind);
    live = (live ?? 0) + 1;
    store.runs.addRelease({ version: live, created: time, items: 1, catalog: store.catalog.version(), model: "", origin: kind, metrics: {} });
    return done("published", live);
  };

  it("trains when enough is new, and not again before more is", async () => {
    start(publishes);
    feedback(9);
    expect(await loop.check()).toBeNull();
    store.catalog.put(tinyItems);
    expect(await loop.check()).toBeNull();
    feedback(1);
    expect(await loop.check()).toMatchObject({ state: "published", release: 1 });
    expect(await loop.check()).toBeNull();
    feedback(9);
    expect(await loop.check()).toBeNull();
    store.sessions.add(tinySessions(1));
    expect(await loop.check()).toMatchObject({ release: 2 });
    expect(order).toEqual(["train", "train"]);
    expect(store.runs.latest(9).map(({ state, release, records }) => [state, release, records])).toEqual([
      ["published", 2, 20],
      ["published", 1, 10],
    ]);
  });

  it("trains on fewer after a while, but never on nothing new", async () => {
    store.catalog.put(tinyItems);
    start(publishes, { interval: 60_000 });
    feedback(1);
    expect(await loop.check()).toMatchObject({ release: 1 });
    time += 3_600_000;
    expect(await loop.check()).toBeNull();
    feedback(1);
    expect(await loop.check()).toMatchObject({ release: 2 });
  });

  it("publishes a changed catalogue first", async () => {
    store.catalog.put(tinyItems);
    feedback(10);
    start(publishes);
    await loop.check();
    store.catalog.put([{ ...tinyItems[0], price: 2 }]);
    feedback(10);
    await loop.check();
    await loop.check();
    expect(order).toEqual(["train", "catalog", "train"]);
    expect(await loop.check()).toBeNull();
  });

  it("never runs twice at once", async () => {
    store.catalog.put(tinyItems);
    feedback(10);
    let atOnce = 0;
    let most = 0;
    start(async (kind, hooks) => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 20));
      atOnce--;
      return publishes(kind, hooks);
    });
    await Promise.all([1, 2, 3, 4].map(() => loop.check()));
    expect([most, order.length]).toEqual([1, 1]);
  });

  it("notes a failure, waits longer each time, and goes on", async () => {
    store.catalog.put(tinyItems);
    feedback(10);
    let fails = 2;
    start(async (kind, hooks) => {
      if (fails-- > 0) throw new PresentlyError("train/diverged", "The loss is NaN");
      return publishes(kind, hooks);
    });
    expect(await loop.check()).toMatchObject({ state: "failed", message: "train/diverged: The loss is NaN" });
    expect(await loop.check()).toBeNull();
    time += 30_000;
    expect(await loop.check()).toMatchObject({ state: "failed" });
    time += 30_000;
    expect(await loop.check()).toBeNull();
    time += 30_000;
    expect(await loop.check()).toMatchObject({ state: "published" });
  });

  it("ends a run when it is stopped, and marks one that a kill has ended", async () => {
    store.catalog.put(tinyItems);
    feedback(10);
    store.runs.begin({ kind: "train", started: 1, records: 0, catalog: 0 });
    start(
      (_, { signal }) => new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new PresentlyError("train/aborted", "stopped")))),
    );
    expect(store.runs.latest(1)[0].state).toBe("interrupted");
    const run = loop.check();
    while (!loop.running()) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(loop.running()).toMatchObject({ kind: "train" });
    await loop.stop();
    expect(await run).toMatchObject({ state: "interrupted" });
    expect(store.runs.latest(1)[0].state).toBe("interrupted");
    expect(loop.running()).toBeNull();
  });
});
