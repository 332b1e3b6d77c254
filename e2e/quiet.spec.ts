import type { Page } from "playwright/test";
import { clientReady, forget, persona, recommend, setConsent, track } from "./support/client.js";
import { disk } from "./support/disk.js";
import { hold } from "./support/hold.js";
import { page as hostPage, hostPages, SHELF, TAG } from "./support/host.js";
import { expect, test } from "./support/test.js";

/** A shop's page without a list. */
const HOST = hostPages({
  "/": hostPage({ head: TAG, body: '<main data-presently-page="other"><h1>Imprint</h1></main>' }),
  "/list": hostPage({ head: TAG, body: SHELF }),
});
const ENGINE = /manifest\.json|worker\.js|engine\.js|connection\.js/;

function asked(page: Page): string[] {
  const found: string[] = [];
  page.on("request", (request) => {
    if (ENGINE.test(request.url())) found.push(new URL(request.url()).pathname);
  });
  return found;
}

test("a page that shows no list loads neither a worker nor a release while it is loading, and has them once it is quiet", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: HOST });
  const engine = asked(page);
  await page.goto(shop.url);
  await clientReady(page);
  await track(page, { name: "search", search_term: "tent" });
  await page.waitForTimeout(1_500);
  expect(engine).toEqual([]);
  await expect.poll(() => engine.some((path) => path.endsWith("manifest.json"))).toBe(true);
  // What was done before is in the persona, though nobody asked.
  await expect.poll(async () => (await persona(page)).vector).not.toBeNull();
});

test("whoever asks does not wait for that", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: HOST });
  await page.goto(shop.url);
  await clientReady(page);
  const started = await page.evaluate(() => performance.now());
  expect((await recommend(page)).items.length).toBeGreaterThan(0);
  expect((await page.evaluate(() => performance.now())) - started).toBeLessThan(3_000);
});

test("a shelf's worker is started while the shelf's own code is on its way", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: HOST });
  const order: string[] = [];
  const release = await hold(page, "**/shelf.js");
  page.on("request", (request) => order.push(new URL(request.url()).pathname));
  await page.goto(`${shop.url}/list`);
  // Sooner than a quiet page would have it.
  await expect.poll(() => order.some((path) => path.endsWith("manifest.json")), { timeout: 2_000 }).toBe(true);
  release();
  await expect(page.locator("presently-shelf a[href]").first()).toBeVisible();
});

test("where the shopper saves data, a page loads them when they are asked for and not before", async ({ page, openShop }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "connection", { get: () => ({ saveData: true, effectiveType: "4g" }) }));
  const shop = await openShop({ tamper: HOST });
  const engine = asked(page);
  await page.goto(shop.url);
  await clientReady(page);
  await page.waitForTimeout(5_000);
  expect(engine).toEqual([]);
  expect((await recommend(page)).items.length).toBeGreaterThan(0);
});

test("forget() on a page that has not asked for a release deletes the one that a page before kept", async ({ page, openShop }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "connection", { get: () => ({ saveData: true, effectiveType: "4g" }) }));
  const shop = await openShop({ tamper: HOST });
  await page.goto(shop.url);
  await clientReady(page);
  await setConsent(page, { store: true });
  await recommend(page);
  await expect.poll(async () => (await disk(page)).caches.length).toBeGreaterThan(0);
  await page.reload();
  await clientReady(page);
  const engine = asked(page);
  await forget(page);
  expect(await disk(page)).toMatchObject({ rows: 0, databases: [], caches: [], localStorage: [], sessionStorage: [] });
  expect(engine.map((path) => path.split("/").at(-1))).toEqual(["connection.js"]);
});
