import { clientReady, persona, recommend, setConsent, status, track } from "./support/client.js";
import type { Tamper } from "./support/relay.js";
import { expect, test } from "./support/test.js";

/** The same files under another version: what a publisher's next manifest looks like to a page. */
const version =
  (change: () => number): Tamper =>
  ({ path }, answer) => {
    if (!path.startsWith("/presently/manifest.json") || change() === 0) return undefined;
    const manifest = JSON.parse(answer.body.toString("utf8"));
    return { ...answer, body: Buffer.from(JSON.stringify({ ...manifest, version: manifest.version + change() })) };
  };

test("an open page takes a new release without a reload, and keeps its session", async ({ page, openShop }) => {
  test.setTimeout(150_000);
  let newer = 0;
  const shop = await openShop({ tamper: version(() => newer) });
  await page.goto(shop.url);
  await clientReady(page);
  const [first] = (await recommend(page, { limit: 1 })).items;
  await track(page, { name: "view_item", item_id: first.item_id });
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  const { release } = await status(page);
  newer = 1;
  await expect.poll(async () => (await status(page)).release, { timeout: 90_000 }).toBe(release + 1);
  expect(await page.evaluate(() => (window as unknown as { sameDocument?: boolean }).sameDocument)).toBe(true);
  expect((await recommend(page)).release).toBe(release + 1);
  expect((await persona(page)).tokens.map((token) => token.value)).toContain(first.item_id);
});

test("a page never goes back to an older release", async ({ page, openShop }) => {
  let newer = 5;
  const shop = await openShop({ tamper: version(() => newer) });
  await page.goto(shop.url);
  await clientReady(page);
  await setConsent(page, { store: true });
  await recommend(page);
  const { release } = await status(page);
  newer = 1;
  await page.reload();
  await clientReady(page);
  expect((await recommend(page)).items.length).toBeGreaterThan(0);
  expect((await status(page)).release).toBe(release);
});

test("with consent the next visit ranks from the device, without downloading the release again", async ({ page, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  await setConsent(page, { store: true });
  await recommend(page);
  await expect.poll(() => page.evaluate(async () => (await caches.keys()).length)).toBeGreaterThan(0);
  await page.reload();
  await clientReady(page);
  expect((await recommend(page)).items.length).toBeGreaterThan(0);
  expect((await status(page)).source).toBe("cache");
});
