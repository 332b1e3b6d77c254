import { clientReady, eventNames, persona, recommend, setConsent, track } from "./support/client.js";
import { expect, test } from "./support/test.js";
import { productUrl } from "./support/visit.js";

test("a session goes on after a reload and on the shop's other pages", async ({ page, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  await setConsent(page, { store: true });
  const { items } = await recommend(page, { limit: 2 });
  await page.goto(productUrl(shop, items[0]));
  await clientReady(page);
  await expect.poll(async () => (await persona(page)).tokens.map((token) => token.value)).toContain(items[0].item_id);
  await page.goto(productUrl(shop, items[1]));
  await clientReady(page);
  await expect.poll(async () => (await persona(page)).tokens.map((token) => token.value)).toEqual(expect.arrayContaining([items[0].item_id, items[1].item_id]));
  await page.reload();
  await clientReady(page);
  await expect.poll(async () => (await persona(page)).tokens.map((token) => token.value)).toEqual(expect.arrayContaining([items[0].item_id, items[1].item_id]));
});

test("what reads searches comes with the first search, and the persona follows it", async ({ page, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  const { items } = await recommend(page, { limit: 1 });
  await track(page, { name: "view_item", item_id: items[0].item_id });
  await expect.poll(async () => (await persona(page)).tokens.length).toBe(1);
  const table = () => shop.received.filter(({ path }) => /\/text-[0-9a-f]+/.test(path)).length;
  expect(table()).toBe(0);
  await track(page, { name: "search", search_term: items[0].title });
  await expect.poll(async () => (await persona(page)).tokens.map(({ kind, value }) => [kind, value])).toContainEqual(["query", items[0].title]);
  expect(table()).toBe(1);
});

test("two tabs are one session: what one sees, the other ranks with", async ({ page, context, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  await setConsent(page, { store: true });
  const other = await context.newPage();
  await other.goto(shop.url);
  await clientReady(other);
  const [, , third] = (await recommend(page, { limit: 3 })).items;
  await track(page, { name: "view_item", item_id: third.item_id });
  await expect.poll(async () => (await persona(other)).tokens.map((token) => token.value)).toContain(third.item_id);
  const reasons = (await recommend(other)).items.map((item) => item.reason.item_id);
  expect(reasons).toContain(third.item_id);
});

test("events of two tabs at once are all kept, each once", async ({ page, context, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  await setConsent(page, { store: true });
  const other = await context.newPage();
  await other.goto(shop.url);
  await clientReady(other);
  const { items } = await recommend(page, { limit: 10 });
  await Promise.all(items.map((item, i) => track(i % 2 === 0 ? page : other, { name: "add_to_cart", item_id: item.item_id })));
  for (const tab of [page, other]) {
    await expect.poll(async () => (await eventNames(tab)).filter((name) => name === "add_to_cart").length).toBe(items.length);
  }
});

// Chromium without a window keeps no page in its back/forward cache; the re-read at pageshow has unit tests in src/session.
test("going back goes on where the session is", async ({ page, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  await setConsent(page, { store: true });
  const { items } = await recommend(page, { limit: 2 });
  await track(page, { name: "view_item", item_id: items[0].item_id });
  await page.goto(productUrl(shop, items[1]));
  await clientReady(page);
  await page.goBack();
  await clientReady(page);
  await expect.poll(async () => (await persona(page)).tokens.map((token) => token.value)).toEqual(expect.arrayContaining([items[0].item_id, items[1].item_id]));
  await track(page, { name: "add_to_cart", item_id: items[0].item_id });
  await expect.poll(async () => (await persona(page)).tokens.at(-1)?.interaction).toBe("cart");
});
