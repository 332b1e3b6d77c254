import { clientReady, eventNames, forget, ledger, persona, recommend, setConsent, status, track } from "./support/client.js";
import { disk } from "./support/disk.js";
import { expect, test } from "./support/test.js";

const EMPTY = { rows: 0, databases: [], caches: [], localStorage: [], sessionStorage: [], cookie: "" };

test("before consent a page personalizes, stores nothing and sends nothing", async ({ page, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  const [first] = (await recommend(page, { limit: 1 })).items;
  await track(page, { name: "view_item", item_id: first.item_id });
  await expect.poll(async () => (await persona(page)).vector).not.toBeNull();
  expect((await recommend(page)).items.some((item) => item.reason.kind === "viewed")).toBe(true);
  expect((await status(page)).consent).toEqual({ store: false, share: false });
  expect(await ledger(page)).toEqual([]);
  expect(await disk(page)).toEqual(EMPTY);
  expect(shop.received.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("consent keeps the session that was already there, also over a reload", async ({ page, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  const [first] = (await recommend(page, { limit: 1 })).items;
  await track(page, { name: "view_item", item_id: first.item_id });
  await setConsent(page, { store: true });
  expect((await status(page)).storage).toBe("indexeddb");
  await page.reload();
  await clientReady(page);
  await expect.poll(() => eventNames(page)).toContain("view_item");
  await expect.poll(async () => (await persona(page)).tokens.map((token) => token.value)).toContain(first.item_id);
});

test("consent withdrawn deletes what was stored and keeps the page's session", async ({ page, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  const [first] = (await recommend(page, { limit: 1 })).items;
  await setConsent(page, { store: true, share: "balanced" });
  await track(page, { name: "view_item", item_id: first.item_id });
  await expect.poll(async () => (await disk(page)).rows).toBeGreaterThan(0);
  await setConsent(page, { store: false, share: false });
  await expect.poll(() => disk(page)).toEqual(EMPTY);
  expect(await eventNames(page)).toContain("view_item");
});

test("forget() leaves no byte, in all tabs", async ({ page, context, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  await setConsent(page, { store: true, share: "balanced" });
  const [first] = (await recommend(page, { limit: 1 })).items;
  await track(page, { name: "view_item", item_id: first.item_id });
  const other = await context.newPage();
  await other.goto(shop.url);
  await clientReady(other);
  await expect.poll(() => eventNames(other)).toContain("view_item");
  await forget(page);
  expect(await eventNames(page)).toEqual([]);
  await expect.poll(() => eventNames(other)).toEqual([]);
  expect((await persona(page)).vector).toBeNull();
  expect(await ledger(page)).toEqual([]);
  const left = await disk(page);
  expect({ rows: left.rows, caches: left.caches, localStorage: left.localStorage, sessionStorage: left.sessionStorage }).toEqual({
    rows: 0,
    caches: [],
    localStorage: [],
    sessionStorage: [],
  });
});

test("Global Privacy Control is stronger than the shop's consent", async ({ page, openShop }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }));
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  await setConsent(page, { store: true, share: "session" });
  const [first] = (await recommend(page, { limit: 1 })).items;
  await track(page, { name: "view_item", item_id: first.item_id });
  await expect.poll(() => eventNames(page)).toContain("view_item");
  expect((await status(page)).consent).toEqual({ store: false, share: false });
  expect(await disk(page)).toEqual(EMPTY);
});
