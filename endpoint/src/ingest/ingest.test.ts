import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type FeedbackBatch, type FeedbackRecord, MAX_BATCH_BYTES, PresentlyError } from "presently/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore, type Store } from "../store/store.js";
import { createIngest, type IngestOptions } from "./ingest.js";

const pair = (target: string): FeedbackRecord => ({ kind: "pair", context: "a", target, outcome: "view", position: null, propensity: null });
const batch = (key: string, targets: readonly string[]): FeedbackBatch => ({
  format: "presently.feedback/1",
  key,
  release: 1,
  mode: "balanced",
  records: targets.map(pair),
});
const newKey = () => randomBytes(16).toString("hex");

describe("ingest", () => {
  let folder: string;
  let store: Store;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ingest-"));
    store = openStore(folder);
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });

  const ingest = (options: Partial<IngestOptions> = {}, add: (batches: readonly FeedbackBatch[]) => void = (batches) => void store.feedback.add(batches)) =>
    createIngest(add, { origins: [], rate: 0, now: Date.now, address: () => "203.0.113.7", ...options }).app;
  const post = (app: ReturnType<typeof ingest>, body: string, headers: Record<string, string> = {}) =>
    app.request("/v1/feedback", { method: "POST", body, headers: { "content-type": "text/plain", ...headers } });
  const targets = () => Array.from(store.feedback.records(), ({ record }) => (record.kind === "pair" ? record.target : "")).sort();

  it("stores each acknowledged batch exactly once, in any interleaving of batches, retries and broken bodies", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ which: fc.nat(5), pause: fc.nat(3), broken: fc.boolean() }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (sends, size) => {
          const before = store.counters();
          const app = ingest({ group: { delay: 1, size } });
          const batches = Array.from({ length: 6 }, () => batch(newKey(), [newKey(), newKey()]));
          const sent = new Set<number>();
          const answers = sends.map(async ({ which, pause, broken }) => {
            if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
            const text = JSON.stringify(batches[which]);
            const { status } = await post(app, broken ? text.slice(0, -3) : text);
            expect(status).toBe(broken ? 400 : 202);
            if (!broken) sent.add(which);
          });
          await Promise.all(answers);
          expect(store.counters().batches - before.batches).toBe(sent.size);
          const stored = targets();
          for (const [which, { records }] of batches.entries())
            for (const record of records as { target: string }[]) expect(stored.filter((one) => one === record.target)).toHaveLength(sent.has(which) ? 1 : 0);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("keeps nothing that joins two records, and no time finer than the day", async () => {
    const sent = Array.from({ length: 40 }, (_, i) => `item-${i}`);
    expect((await post(ingest(), JSON.stringify(batch(newKey(), sent)))).status).toBe(202);
    const records = [...store.feedback.records()];
    expect(records.map(({ record }) => (record as { target: string }).target)).not.toEqual(sent);
    expect(new Set(records.map(({ id }) => Buffer.from(id).toString("hex"))).size).toBe(sent.length);
    expect(new Set(records.map(({ day }) => day))).toEqual(new Set([Math.floor(Date.now() / 86_400_000)]));
  });

  it.each([
    ["text that is no JSON", "{", {}, 400, "feedback/invalid"],
    ["a batch without key", JSON.stringify({ ...batch(newKey(), ["a"]), key: "" }), {}, 400, "feedback/invalid"],
    ["a body too large", " ".repeat(MAX_BATCH_BYTES + 1), {}, 413, "ingest/size"],
    ["a form", "a=b", { "content-type": "application/x-www-form-urlencoded" }, 415, "ingest/type"],
    ["a page that is not the shop's", JSON.stringify(batch(newKey(), ["a"])), { origin: "https://evil.example" }, 403, "ingest/origin"],
  ])("refuses %s and says why", async (_, body, headers, status, code) => {
    const response = await post(ingest({ origins: ["https://shop.example"] }), body, headers as Record<string, string>);
    expect(response.status).toBe(status);
    const answer = (await response.json()) as { code: string; message: string };
    expect(answer.code).toBe(code);
    expect(answer.message.length).toBeGreaterThan(10);
    expect(store.counters().batches).toBe(0);
  });

  it("counts a body that comes in chunks without a length", async () => {
    const chunks = (bytes: number) =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (let i = 0; i < bytes; i += 1024) controller.enqueue(new TextEncoder().encode(" ".repeat(1024)));
          controller.close();
        },
      });
    const init = { method: "POST", headers: { "content-type": "text/plain" }, body: chunks(2 * MAX_BATCH_BYTES), duplex: "half" };
    expect((await ingest().request("/v1/feedback", init as RequestInit)).status).toBe(413);
  });

  it("lets the shop's pages send, without credentials", async () => {
    const app = ingest({ origins: ["https://shop.example"] });
    const preflight = await app.request("/v1/feedback", { method: "OPTIONS", headers: { origin: "https://shop.example" } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("content-type");
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
    const answer = await post(app, JSON.stringify(batch(newKey(), ["a"])), { origin: "https://shop.example", "content-type": "application/json" });
    expect(answer.status).toBe(202);
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://shop.example");
  });

  it("slows one address down and says until when", async () => {
    let time = 0;
    const app = ingest({ rate: 4, now: () => time });
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await post(app, JSON.stringify(batch(newKey(), ["a"])))).status);
    expect(statuses).toEqual([202, 202, 429]);
    const refused = await post(app, JSON.stringify(batch(newKey(), ["a"])));
    expect(Number(refused.headers.get("retry-after"))).toBe(15);
    time += 15_000;
    expect((await post(app, JSON.stringify(batch(newKey(), ["a"])))).status).toBe(202);
  });

  it("asks to try again when the disk fails, and takes the same batch afterwards", async () => {
    let full = true;
    const app = ingest({}, (batches) => {
      if (full) throw new PresentlyError("store/full", "The disk of /secret/place is full");
      store.feedback.add(batches);
    });
    const body = JSON.stringify(batch(newKey(), ["a"]));
    const response = await post(app, body);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await response.text()).not.toContain("/secret");
    full = false;
    expect((await post(app, body)).status).toBe(202);
    expect(targets()).toEqual(["a"]);
  });
});
