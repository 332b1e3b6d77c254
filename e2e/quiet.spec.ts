import type { Page, Request } from "playwright/test";
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
/** Milliseconds from the script until a page counts as quiet. */
const QUIET = 3_000;
const ENGINE = /manifest\.json|worker\.js|engine\.js|connection\.js/;

/** The engine's files that a page asks for, in order. */
function asked(page: Page): Request[] {
  const found: Request[] = [];
  page.on("request", (request) => {
    if (ENGINE.test(request.url())) found.push(request);
  });
  return found;
}

/** A page of such a shopper starts the engine when it is asked for and at no other time. */
async function saveData(page: Page): Promise<void> {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "connection", { get: () => ({ saveData: true, effectiveType: "4g" }) }));
}

test("a page that shows no list loads neither a worker nor a release while it is loading, and has them once it is quiet", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: HOST });
  const engine = asked(page);
  const script = page.waitForRequest(/presently\.js$/);
  await page.goto(shop.url);
  await track(page, { name: "search", search_term: "tent" });
  await expect.poll(() => engine.some((request) => request.url().endsWith("manifest.json"))).toBe(true);
  // By the browser's own times: how fast this test gets to look is another matter.
  expect(engine[0]!.timing().startTime - (await script).timing().startTime).toBeGreaterThan(QUIET);
  // What was done before is in the persona, though nobody asked.
  await expect.poll(async () => (await persona(page)).vector).not.toBeNull();
});

test("a shelf's worker is started while the shelf's own code is on its way", async ({ page, openShop }) => {
  await saveData(page);
  const shop = await openShop({ tamper: HOST });
  const engine = asked(page);
  const release = await hold(page, "**/shelf.js");
  await page.goto(`${shop.url}/list`);
  await expect.poll(() => engine.some((request) => request.url().endsWith("manifest.json"))).toBe(true);
  release();
  await expect(page.locator("presently-shelf a[href]").first()).toBeVisible();
});

test("where the shopper saves data, a page loads them when they are asked for and not before", async ({ page, openShop }) => {
  await saveData(page);
  const shop = await openShop({ tamper: HOST });
  const engine = asked(page);
  await page.goto(shop.url);
  await clientReady(page);
  await page.waitForTimeout(QUIET + 2_000);
  expect(engine).toEqual([]);
  expect((await recommend(page)).items.length).toBeGreaterThan(0);
});

test("forget() on a page that has not asked for a release deletes the one that a page before kept", async ({ page, openShop }) => {
  await saveData(page);
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
  expect(engine.map((request) => new URL(request.url()).pathname.split("/").at(-1))).toEqual(["connection.js"]);
});
