import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../../../src/engine.js";
import { buildEndpoint, presently, startEndpoint } from "../../../testing/endpoint-rig.js";
import { tinyItems, tinyRecords, tinySessions } from "../../../testing/tiny-shop.js";
import { openStore } from "../store/store.js";
import type { EndpointStatus } from "./status.js";

const lines = (values: readonly unknown[]) => `${values.map((value) => JSON.stringify(value)).join("\n")}\n`;

async function until<T>(what: () => Promise<T | null | undefined | false>, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const found = await what();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("It did not come to that");
}

describe("the endpoint as it is run", () => {
  let folder: string;
  let data: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "serve-"));
    data = join(folder, "data");
    buildEndpoint();
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  it("turns feed and feedback into releases, in a thread of its own, and ends cleanly", async () => {
    const feed = file("feed.jsonl", lines(tinyItems));
    const imported = await presently("import-sessions", file("sessions.jsonl", `${lines(tinySessions(300))}broken\n`), "--data", data);
    expect(imported.output).toContain("300 sessions: 300 new");
    expect(imported.output).toMatch(/line 301: .*not JSON/);
    const endpoint = await startEndpoint(data, "--feed", feed, "--feed-interval", "1", "--min-records", "50", "--origin", "https://shop.example");
    const manifest = async () => {
      const response = await fetch(`${endpoint.url}/releases/manifest.json`);
      return response.ok ? ((await response.json()) as { version: number; items: number }) : null;
    };
    const status = async () => (await (await fetch(`${endpoint.url}/v1/status`)).json()) as EndpointStatus;
    await until(manifest);

    // A catalogue that changes is published by itself.
    writeFileSync(feed, lines([...tinyItems, { item_id: "new", title: "Lamps number 99" }]));
    await until(async () => (await manifest())?.items === 41);

    // A price is in an open page soon after it is in the feed, and the page downloads no vectors for it.
    const asked: string[] = [];
    const page = createEngine(
      {
        fetch: (url, init) => {
          asked.push(url);
          return fetch(url, init);
        },
        now: () => performance.now(),
        random: Math.random,
        thread: "worker",
      },
      () => {},
    );
    try {
      await page.open({
        manifest: `${endpoint.url}/releases/manifest.json`,
        assets: "https://shop.example/",
        backends: ["cpu"],
        refreshInterval: 500,
        store: false,
      });
      asked.length = 0;
      writeFileSync(
        feed,
        lines([...tinyItems.map((item) => ({ ...item, price: 4321, availability: "out_of_stock" })), { item_id: "new", title: "Lamps number 99" }]),
      );
      await until(async () => (await page.cards([tinyItems[3].item_id]))[0]?.price === 4321, 30);
      expect((await page.cards([tinyItems[3].item_id]))[0].availability).toBe("out_of_stock");
      expect(asked.filter((url) => /\/(shard|cards|encoder|weights)-/.test(url))).toEqual([]);
      expect(asked.filter((url) => /\/attributes-/.test(url)).length).toBeGreaterThan(0);
    } finally {
      await page.close();
    }

    const records = tinyRecords(60);
    const body = JSON.stringify({ format: "presently.feedback/1", key: "c".repeat(32), release: 1, mode: "balanced", records });
    const send = (origin: string) => fetch(`${endpoint.url}/v1/feedback`, { method: "POST", body, headers: { "content-type": "text/plain", origin } });
    expect((await send("https://shop.example")).status).toBe(202);
    expect((await send("https://other.example")).status).toBe(403);
    const after = await until(async () => {
      const found = await status();
      return found.runs.filter(({ kind, state }) => kind === "train" && state !== "running").length >= 2 && found;
    });
    expect(after.runs.map(({ state }) => state)).not.toContain("failed");
    expect(after.fresh.records).toBe(0);
    const judged = after.runs.find(({ kind }) => kind === "train");
    expect(judged?.figures.before?.examples).toBe(judged?.figures.next?.examples);
    expect(judged?.message).toMatch(/Recall@20/);

    endpoint.child.kill("SIGTERM");
    expect(await endpoint.ended).toBe(0);
    const store = openStore(data);
    expect(store.counters()).toMatchObject({ batches: 1, records: 60, sessions: 300, items: 41 });
    store.close();

    const published = await presently("publish", "--data", data);
    expect(published).toMatchObject({ code: 0, output: expect.stringContaining("Published release") });
    expect(await presently("rollback", "--data", data)).toMatchObject({ code: 0, output: expect.stringContaining("no longer live") });
  }, 180_000);

  it("is stopped in the middle of a training without harm", async () => {
    const stopped = join(folder, "stopped");
    await presently("import-catalog", file("items.jsonl", lines(tinyItems)), "--data", stopped);
    await presently("import-sessions", file("many.jsonl", lines(tinySessions(6000))), "--data", stopped);
    const endpoint = await startEndpoint(stopped, "--epochs", "500");
    await until(async () => ((await (await fetch(`${endpoint.url}/v1/status`)).json()) as EndpointStatus).running?.progress);
    expect(await (await fetch(`${endpoint.url}/healthz`)).text()).toBe("ok\n");
    endpoint.child.kill("SIGTERM");
    expect(await endpoint.ended).toBe(0);
    const store = openStore(stopped);
    expect(store.runs.latest(1)).toMatchObject([{ kind: "train", state: "interrupted" }]);
    store.close();
  }, 120_000);

  it("says in one line what is wrong, and fails", async () => {
    const taken = await startEndpoint(join(folder, "taken"), "--no-train");
    const port = new URL(taken.url).port;
    const cases = await Promise.all([
      presently("serve", "--data", join(folder, "second"), "--port", port),
      presently("serve", "--data", data, "--port", "99999"),
      presently("import-catalog", join(folder, "none.xml"), "--data", data),
      presently("rollback", "--data", join(folder, "empty")),
      presently("serve", "--data", join(file("blocked", ""), "below")),
    ]);
    taken.child.kill("SIGTERM");
    expect(await taken.ended).toBe(0);
    expect(cases.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    expect(cases.map(({ output }) => output.split("\n")[0])).toEqual([
      expect.stringMatching(/^error: Port \d+ is taken: give another with --port/),
      expect.stringMatching(/^error: .*99999.*from 0 to 65535/),
      expect.stringMatching(/^error: There is no file .*none\.xml/),
      expect.stringMatching(/^error: Nothing is published .*presently train/),
      expect.stringMatching(/^error: The folder .* cannot be made .*--data/),
    ]);
    expect((await presently("train", "--data", join(folder, "empty"))).code).toBe(2);
  }, 60_000);
});
