import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright/test";
import {
  BACKENDS,
  type BackendName,
  type EncoderManifest,
  type Engine,
  type EngineStatus,
  type PersonaState,
  type PresentlyEvent,
  type Release,
} from "../src/contract/index.js";
import type { Tamper } from "./support/relay.js";
import { RELEASE } from "./support/release.js";
import { expect, test } from "./support/test.js";

/** An empty page of the shop's origin, on which the shipped engine.js runs alone. */
const blank: Tamper = ({ path }) =>
  path === "/blank" ? { status: 200, headers: { "content-type": "text/html" }, body: Buffer.from("<!doctype html><title>Engine</title>") } : undefined;

interface EngineWindow extends Window {
  engine: Engine;
  changes: string[];
  devices: GPUDevice[];
  /** tfjs-core keeps its engine under this name (https://github.com/tensorflow/tfjs/blob/tfjs-v4.22.0/tfjs-core/src/engine.ts). */
  _tfengine: { backendName: string; memory(): { numTensors: number; numBytes: number } };
}

/** Opens the engine with these backends. `favourite`: the one for which the clock is slow, so that it is chosen on any machine. */
async function openEngine(page: Page, backends: readonly BackendName[], favourite?: BackendName): Promise<EngineStatus> {
  return page.evaluate(
    async ([names, slow]) => {
      const shop = window as unknown as EngineWindow;
      shop.changes = [];
      shop.devices = [];
      if (typeof GPUAdapter !== "undefined") {
        const requestDevice = GPUAdapter.prototype.requestDevice;
        GPUAdapter.prototype.requestDevice = async function (...args) {
          const device = await requestDevice.apply(this, args);
          shop.devices.push(device);
          return device;
        };
      }
      const { createEngine } = await import(new URL("/sdk/engine.js", location.href).href);
      shop.engine = createEngine(
        {
          fetch: (input: string, init?: RequestInit) => fetch(input, init),
          now: () => performance.now() * (slow === undefined || shop._tfengine?.backendName === slow ? 1 : 1000),
          random: Math.random,
          thread: "main",
          patience: 60_000,
        },
        (what: string) => shop.changes.push(what),
      );
      return shop.engine.open({
        manifest: new URL("/presently/manifest.json", location.href).href,
        assets: new URL("/sdk/", location.href).href,
        backends: names,
        refreshInterval: 0,
        store: false,
      });
    },
    [backends, favourite] as const,
  );
}

const engineStatus = (page: Page) => page.evaluate(() => (window as unknown as EngineWindow).engine.status());
const tensors = (page: Page) => page.evaluate(() => (window as unknown as EngineWindow)._tfengine.memory().numTensors);

/** Shows the engine the first items of the popular list, one view a minute. */
async function observe(page: Page, views: number): Promise<Omit<PersonaState, "vector"> & { vector: number[] }> {
  return page.evaluate(async (count) => {
    const { engine } = window as unknown as EngineWindow;
    const { items } = await engine.rank({ kind: "rerank", itemIds: (window as unknown as { ids: string[] }).ids, limit: 20 });
    const ids = (window as unknown as { ids: string[] }).ids;
    if (items.length === 0) throw new Error("the engine knows none of the items");
    const events: PresentlyEvent[] = Array.from({ length: count }, (_, i) => ({
      name: "view_item",
      time: 1e12 + i * 60_000,
      items: [{ item_id: ids[i % ids.length] }],
    }));
    const state = await engine.observe(events);
    return { ...state, vector: [...(state.vector ?? [])] };
  }, views);
}

async function pickItems(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { engine } = window as unknown as EngineWindow;
    (window as unknown as { ids: string[] }).ids = (await engine.rank({ kind: "recommend", limit: 12 })).items.map((item) => item.item_id);
  });
}

let reference: number[] | undefined;

for (const backend of [...BACKENDS].reverse()) {
  test(`${backend} reproduces the golden vectors, gives the same persona and leaks no tensor`, async ({ page, openShop }) => {
    const shop = await openShop({ tamper: blank });
    await page.goto(`${shop.url}/blank`);
    await openEngine(page, [backend]);
    await pickItems(page);
    // Until it is there, plain JavaScript answers.
    const first = await observe(page, 5);
    expect(first.backend).toBeNull();
    reference ??= first.vector;
    // A backend that misses a golden vector is not timed.
    await expect.poll(async () => Object.keys((await engineStatus(page)).timings), { timeout: 30_000 }).toEqual([backend]);
    const state = await observe(page, 5);
    expect(state.backend).toBe(backend);
    expect(Math.hypot(...state.vector)).toBeCloseTo(1, 3);
    const cosine = state.vector.reduce((sum, value, i) => sum + value * reference![i], 0);
    expect(cosine).toBeGreaterThan(0.999);
    for (let views = 1; views <= 6; views++) await observe(page, views);
    const before = await tensors(page);
    for (let round = 0; round < 3; round++) for (let views = 1; views <= 6; views++) await observe(page, views);
    expect(await tensors(page)).toBe(before);
    expect((await engineStatus(page)).problems).toEqual([]);
  });
}

test("a backend that misses a golden vector is not used", async ({ page, openShop }) => {
  let wrong = Buffer.alloc(0);
  const shop = await openShop({
    tamper: (asked, answer) => {
      if (/^\/presently\/.*encoder/.test(asked.path)) return { ...answer, body: wrong };
      if (!asked.path.startsWith("/presently/manifest.json")) return blank(asked, answer);
      const manifest = JSON.parse(answer.body.toString("utf8")) as Release;
      const encoder = JSON.parse(readFileSync(join(RELEASE, manifest.files.encoder.path), "utf8")) as EncoderManifest;
      expect(encoder.golden.length).toBeGreaterThan(0);
      const golden = encoder.golden.map((session) => ({ ...session, persona: session.persona.map((value) => -value) }));
      wrong = Buffer.from(JSON.stringify({ ...encoder, golden }));
      const file = { ...manifest.files.encoder, bytes: wrong.length, sha256: createHash("sha256").update(wrong).digest("hex") };
      return { ...answer, body: Buffer.from(JSON.stringify({ ...manifest, files: { ...manifest.files, encoder: file } })) };
    },
  });
  await page.goto(`${shop.url}/blank`);
  await openEngine(page, ["cpu", "wasm"]);
  await pickItems(page);
  // The persona is then the plain mean of what was seen, and the ranking goes on.
  expect((await observe(page, 4)).backend).toBeNull();
  await expect.poll(async () => (await engineStatus(page)).problems.map((problem) => problem.code)).toContain("persona/unavailable");
  const { timings, problems } = await engineStatus(page);
  expect(timings).toEqual({});
  expect(problems.map((problem) => problem.code)).toContain("persona/wrong");
});

test("a GPU device that is lost is replaced by the next backend, with the same persona", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: blank });
  await page.goto(`${shop.url}/blank`);
  await openEngine(page, ["webgpu", "cpu"], "webgpu");
  await pickItems(page);
  await observe(page, 3);
  await expect.poll(async () => (await engineStatus(page)).backend, { timeout: 30_000 }).toBe("webgpu");
  const before = await observe(page, 4);
  expect(before.backend).toBe("webgpu");
  await page.evaluate(() => {
    for (const device of (window as unknown as EngineWindow).devices) device.destroy();
  });
  await expect.poll(async () => (await engineStatus(page)).backend).toBe("cpu");
  const after = await observe(page, 4);
  expect(after.backend).toBe("cpu");
  expect(after.vector.reduce((sum, value, i) => sum + value * before.vector[i], 0)).toBeGreaterThan(0.999);
  expect((await engineStatus(page)).problems.map((problem) => problem.code)).toContain("persona/device-lost");
});

test("a lost WebGL context is replaced by the next backend", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: blank });
  await page.goto(`${shop.url}/blank`);
  await page.evaluate(() => {
    const getContext = OffscreenCanvas.prototype.getContext;
    const contexts: WebGL2RenderingContext[] = [];
    Object.assign(window, { contexts });
    OffscreenCanvas.prototype.getContext = function (this: OffscreenCanvas, ...args: Parameters<typeof getContext>) {
      const context = getContext.apply(this, args);
      if (context instanceof WebGL2RenderingContext) contexts.push(context);
      return context;
    } as typeof getContext;
  });
  await openEngine(page, ["webgl", "cpu"], "webgl");
  await pickItems(page);
  await observe(page, 3);
  await expect.poll(async () => (await engineStatus(page)).backend, { timeout: 30_000 }).toBe("webgl");
  await page.evaluate(() => {
    for (const context of (window as unknown as { contexts: WebGL2RenderingContext[] }).contexts) context.getExtension("WEBGL_lose_context")?.loseContext();
  });
  await expect.poll(async () => (await engineStatus(page)).backend).toBe("cpu");
  expect((await observe(page, 4)).vector).toHaveLength(reference?.length ?? 64);
});
