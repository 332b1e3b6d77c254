import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PresentlyError, parseRelease } from "presently/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tinyEncoder } from "../../../testing/tiny-encoder.js";
import { tinyRelease } from "../../../testing/tiny-release.js";
import { tinyItems, tinyRecords } from "../../../testing/tiny-shop.js";
import { createIngest } from "../ingest/ingest.js";
import { publishRelease } from "../publish/publish.js";
import { openStore, type Store } from "../store/store.js";
import { createApp } from "./app.js";
import { dataFolder } from "./data-folder.js";
import { createMetrics } from "./metrics.js";
import type { EndpointStatus } from "./status.js";

describe("the endpoint's app", () => {
  let root: string;
  let store: Store;
  let app: ReturnType<typeof createApp>;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "app-"));
    store = openStore(root);
    const metrics = createMetrics(store);
    app = createApp({
      store,
      releases: dataFolder(root).releases,
      minRecords: 100,
      now: Date.now,
      metrics,
      ingest: createIngest((batches) => void store.feedback.add(batches), {
        origins: [],
        rate: 0,
        now: Date.now,
        address: () => "",
        onBatch: metrics.batch,
      }),
      running: () => null,
      feed: () => null,
    });
  });
  afterEach(() => {
    store.close();
    rmSync(root, { recursive: true });
  });

  const publish = async (version: number) => {
    const { manifest: encoder, weights } = tinyEncoder();
    const { manifest, files } = tinyRelease({
      version,
      items: [{ item_id: "a", title: "A", availability: "in_stock", vector: [1, 0, 0, 0, 0, 0, 0, version] }],
      encoder,
      weights: new Uint8Array(weights),
    });
    const contents = [...files].filter(([path]) => path !== "manifest.json").map(([path, bytes]) => [path, new Uint8Array(bytes)] as const);
    return publishRelease(dataFolder(root).releases, { manifest, files: new Map(contents) });
  };

  it("serves the manifest anew and files for ever, to any shop", async () => {
    expect((await app.request("/releases/manifest.json")).status).toBe(404);
    await publish(1);
    const first = await app.request("/releases/manifest.json");
    const release = parseRelease(await first.text());
    expect(first.headers.get("cache-control")).toBe("no-cache");
    expect(first.headers.get("access-control-allow-origin")).toBe("*");
    const etag = first.headers.get("etag")!;
    const again = await app.request("/releases/manifest.json", { headers: { "if-none-match": `W/"other", ${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    await publish(2);
    expect((await app.request("/releases/manifest.json", { headers: { "if-none-match": etag } })).status).toBe(200);

    const file = await app.request(`/releases/${release.files.shard.path}`);
    expect((await file.arrayBuffer()).byteLength).toBe(release.files.shard.bytes);
    expect(file.headers.get("cache-control")).toContain("immutable");
    expect((await app.request(`/releases/${release.files.shard.path}`, { headers: { "if-none-match": file.headers.get("etag")! } })).status).toBe(304);
    expect((await app.request(`/releases/${release.files.shard.path}`, { method: "HEAD" })).status).toBe(200);
  });

  it.each([
    "/releases/history/1.json",
    "/releases/files/..%2F..%2Fpresently.db",
    "/releases/files/%2e%2e",
    "/releases/../presently.db",
    "/releases/files/.hidden",
  ])("gives nothing but releases: %s", async (path) => {
    mkdirSync(join(root, "releases", "files"), { recursive: true });
    writeFileSync(join(root, "releases", "files", ".hidden"), "x");
    await publish(1);
    await publish(2);
    expect((await app.request(path)).status).toBe(404);
  });

  it("says how it is", async () => {
    store.catalog.put(tinyItems);
    await publish(1);
    const records = tinyRecords(3);
    const body = JSON.stringify({ format: "presently.feedback/1", key: "0".repeat(32), release: 1, mode: "balanced", records });
    expect((await app.request("/v1/feedback", { method: "POST", headers: { "content-type": "text/plain" }, body })).status).toBe(202);
    const status = (await (await app.request("/v1/status")).json()) as EndpointStatus;
    expect(status).toMatchObject({ stored: { batches: 1, records: 3, items: 40 }, release: { version: 1, items: 1 }, fresh: { records: 3, needed: 100 } });
    expect(await (await app.request("/healthz")).text()).toBe("ok\n");
    const metrics = await (await app.request("/metrics")).text();
    expect(metrics).toMatch(/^presently_batches_total\{outcome="stored"\} 1$/m);
    expect(metrics).toMatch(/^presently_stored\{what="records"\} 3$/m);
    expect(metrics).toMatch(/^presently_ingest_seconds_count 1$/m);
    expect((await app.request("/nowhere")).status).toBe(404);
  });

  it("shows a page that runs nothing but its own script", async () => {
    const page = await app.request("/");
    const nonce = /script-src 'nonce-([^']+)'/.exec(page.headers.get("content-security-policy") ?? "")?.[1];
    const html = await page.text();
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain(`<script nonce="${nonce}">`);
    expect(html).not.toMatch(/https?:\/\//);
    expect(() => new Function(/<script[^>]*>([\s\S]*)<\/script>/.exec(html)?.[1] ?? "")).not.toThrow();
  });

  it("is not well when its database is not", async () => {
    const damaged = () => {
      throw new PresentlyError("store/corrupt", "damaged");
    };
    const sick = createApp({
      store: { ...store, counters: damaged },
      releases: "",
      minRecords: 1,
      now: Date.now,
      metrics: createMetrics(store),
      ingest: createIngest((batches) => void store.feedback.add(batches), { origins: [], rate: 0, now: Date.now, address: () => "" }),
      running: () => null,
      feed: () => null,
    });
    expect((await sick.request("/healthz")).status).toBe(503);
  });
});
