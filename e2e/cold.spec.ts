import { clientReady, recommend } from "./support/client.js";
import { watchLayout } from "./support/layout.js";
import { expect, test } from "./support/test.js";
import { productUrl } from "./support/visit.js";

test("a first visit shows what is popular, says so, and shifts nothing", async ({ page, openShop }) => {
  const shop = await openShop();
  const layoutShift = await watchLayout(page);
  await page.goto(shop.url);
  await clientReady(page);
  const shelf = page.locator("presently-shelf").first();
  await expect(shelf.locator("a[href]").first()).toBeVisible();
  const { items, candidates } = await recommend(page, { limit: 8 });
  expect(items).toHaveLength(8);
  expect(candidates).toBeGreaterThanOrEqual(2000);
  expect(new Set(items.map((item) => item.reason.kind))).toEqual(new Set(["popular"]));
  expect(items.map((item) => item.score)).toEqual(items.map((item) => item.score).sort((a, b) => b - a));
  await page.waitForLoadState("networkidle");
  expect(await layoutShift()).toBe(0);
});

test("the first click changes the shelf, and each item says why it is there", async ({ page, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  const before = (await recommend(page, { limit: 8 })).items;
  await page.goto(productUrl(shop, before[3]));
  await clientReady(page);
  await expect
    .poll(async () => (await recommend(page, { limit: 8 })).items.filter((item) => item.reason.item_id === before[3].item_id).length)
    .toBeGreaterThan(4);
  const after = (await recommend(page, { limit: 8 })).items;
  expect(after.map((item) => item.item_id)).not.toEqual(before.map((item) => item.item_id));
  for (const item of after) expect(item.reason.label === "" ? item.reason.kind : item.reason.label).not.toBe("");
});

test("a phone shows the shelf without a sideways scroll of the page", async ({ browser, openShop }) => {
  const shop = await openShop();
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true });
  const page = await context.newPage();
  const layoutShift = await watchLayout(page);
  await page.goto(shop.url);
  await clientReady(page);
  await expect(page.locator("presently-shelf").first().locator("a[href]").first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  await page.waitForLoadState("networkidle");
  expect(await layoutShift()).toBe(0);
  await context.close();
});

test("an impression counts after a second at half, not before and not below", async ({ page, openShop }) => {
  const shop = await openShop();
  const shown: string[] = [];
  await page.exposeFunction("shownOnScreen", (itemId: string) => void shown.push(itemId));
  await page.goto(shop.url);
  await clientReady(page);
  await page.evaluate(() => {
    const { presently, shownOnScreen } = window as unknown as {
      presently: { report: (ranking: string, item: string, what: string) => void };
      shownOnScreen: (item: string) => void;
    };
    const report = presently.report.bind(presently);
    presently.report = (ranking, item, what) => {
      if (what === "shown") shownOnScreen(item);
      report(ranking, item, what);
    };
  });
  const shelf = page.locator("presently-shelf").first();
  await shelf.scrollIntoViewIfNeeded();
  await expect.poll(() => shown.length, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(new Set(shown).size).toBe(shown.length);
});
