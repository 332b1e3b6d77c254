import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientReady, persona, problemCodes, recommend, status, track } from "./support/client.js";
import { path } from "./support/paths.js";
import { RELEASE } from "./support/release.js";
import { expect, test } from "./support/test.js";

/** The demo's items five times over, each copy a little aside (bench/scale/source.mjs): too many for one file. */
const ITEMS = 12_000;
const OF_THE_DEMO = 2_400;
/** Unpopular enough not to be in the shard. */
const RARE = "sku-7000";

let folder: string;
test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "presently-e2e-partitions-"));
  await new Promise<void>((resolve, reject) => {
    const child = fork(path("bench/scale/publish.mjs"), [folder, "trained", String(ITEMS), RELEASE, "300"]);
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`Publishing ended with ${code}`))));
  });
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a page ranks a catalogue beyond one file by what is near its shopper, decoys and all", async ({ page, openShop }) => {
  const shop = await openShop({ release: folder });
  await page.goto(`${shop.url}/cart`);
  await clientReady(page);
  const cold = await status(page);
  expect(cold.partitions).toMatchObject({ total: ITEMS, loaded: 0 });
  expect(cold.items).toBeLessThan(ITEMS / 2);
  const before = shop.received.length;
  await track(page, { name: "view_item", item_id: RARE });
  await expect.poll(async () => (await persona(page)).tokens.map(({ value, label }) => [value, label])).toEqual([[RARE, expect.stringContaining("Item 7000")]]);
  await expect.poll(async () => (await status(page)).partitions?.loaded ?? 0).toBeGreaterThan(2);
  const alike = (id: string) => id !== RARE && Number(id.slice(4)) % OF_THE_DEMO === 7000 % OF_THE_DEMO;
  await expect.poll(async () => (await recommend(page, { limit: 40 })).items.some(({ item_id }) => alike(item_id))).toBe(true);
  const { items } = await recommend(page, { limit: 24 });
  expect(items).toHaveLength(24);
  expect(items.every(({ title, link }) => title !== "" && link !== "")).toBe(true);
  const { partitions, problems } = await status(page);
  expect(problems).toEqual([]);
  expect(partitions!.bytes).toBeLessThan(3_000_000);
  // Whoever serves the files sees more partitions asked for than the list needs.
  const fetched = new Set(shop.received.slice(before).flatMap((asked) => asked.path.match(/partition-[0-9a-f]+/)?.[0] ?? []));
  expect(fetched.size).toBeGreaterThan(partitions!.loaded);
});

test("partitions that cannot be had leave the list of the shard, and say so", async ({ page, openShop }) => {
  const shop = await openShop({
    release: folder,
    tamper: ({ path: asked }, answer) => (/partition-[0-9a-f]+/.test(asked) ? { ...answer, status: 503, body: Buffer.from("busy") } : undefined),
  });
  await page.goto(`${shop.url}/cart`);
  await clientReady(page);
  await track(page, { name: "view_item", item_id: RARE });
  await expect.poll(() => problemCodes(page)).toContain("catalog/partition");
  expect((await recommend(page)).items.length).toBeGreaterThan(0);
});
