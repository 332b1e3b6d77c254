import { strict as assert } from "node:assert";
import { until } from "./until.mjs";

const there = () => typeof window.presently?.status === "function" && window.presently.status();
/** What the first shelf shows, with the reasons. */
function shown() {
  const root = document.querySelector("presently-shelf")?.shadowRoot;
  const cards = [...(root?.querySelectorAll("li[part~=item]:not([part~=blank])") ?? [])];
  return cards.length && cards.map((card) => ({ link: card.querySelector("a").pathname, reason: card.querySelector("[part=reason]").textContent }));
}
const ids = (cards) => cards.map(({ link }) => link);

/**
 * A visit to the demo shop as a shopper makes it, the same in every browser. `tell` hears of each step that went well.
 * @returns what the client said of itself
 * @throws AssertionError, or Error where something did not happen
 */
export async function journey(browser, { shop, endpoint, tell }) {
  const arrive = async (path) => {
    await until(browser, `Arriving at ${path}`, (wanted) => location.pathname.startsWith(wanted) && document.readyState === "complete", path);
    await until(browser, `The script's start at ${path}`, there);
    assert.deepEqual(await browser.run(() => window.pageErrors), [], "errors thrown in the page");
  };
  const click = (selector) => browser.run((wanted) => document.querySelector(wanted).click(), selector);
  const clickCard = (n) => browser.run((index) => document.querySelector("presently-shelf").shadowRoot.querySelectorAll("a[part=link]")[index].click(), n);

  await browser.open(shop.url);
  await arrive("/");
  const cold = await until(browser, "The first page's shelf", shown);
  assert.equal(cold.length, 8);
  const before = await browser.run(() => window.presently.status());
  assert.equal(before.storage, "memory");
  tell("the first page's shelf is there, and nothing is stored before consent");

  await click("[data-consent=yes]");
  await until(browser, "Storing with consent", async () => (await window.presently.status()).storage === "indexeddb");
  tell("with consent the session is in IndexedDB");

  await clickCard(1);
  await arrive("/item/");
  const first = await browser.run(() => document.querySelector("[data-presently-event=view_item]").dataset.presentlyItem);
  await until(browser, "A shelf which follows the product", () => {
    const root = document.querySelectorAll("presently-shelf")[1]?.shadowRoot;
    return [...(root?.querySelectorAll("[part=reason]") ?? [])].some(({ textContent }) => textContent.startsWith("Because you looked at"));
  });
  const events = await browser.run(() => window.presently.timeline().map(({ name, items }) => `${name} ${items?.[0]?.item_id ?? ""}`));
  assert.equal(events.filter((event) => event === `select_item ${first}`).length, 1, `the click once: ${events}`);
  assert.equal(events.filter((event) => event === `view_item ${first}`).length, 1, `the view once: ${events}`);
  tell("a click is recorded once, its page's view once, and the shelf follows with the reason");

  await clickCard(0);
  await until(browser, "Leaving the first product", (id) => !location.pathname.endsWith(id), first);
  await arrive("/item/");
  const second = await browser.run(() => document.querySelector("[data-presently-event=view_item]").dataset.presentlyItem);
  await until(
    browser,
    "A persona of both products",
    async (wanted) => {
      const known = (await window.presently.persona()).tokens.map(({ value }) => value);
      return wanted.every((id) => known.includes(id));
    },
    [first, second],
  );
  const client = await until(browser, "The encoder's backend", async () => {
    const status = await window.presently.status();
    return status.backend && status.timings[status.backend] && status.lastUpdate && status;
  });
  tell("the next product's page ranks with both");

  // A product may be sold out.
  await browser.run(() => {
    const form = document.querySelector("form.buy");
    if (form) form.requestSubmit();
    else location.assign("/cart");
  });
  await arrive("/cart");
  const inCart = await browser.run(() => window.presently.timeline().some(({ name }) => name === "add_to_cart"));
  const sellable = await browser.run(() => document.querySelectorAll(".line").length > 0);
  assert.equal(inCart, sellable, "add_to_cart is recorded when the form is sent");
  await until(browser, "The cart's shelf", shown);
  assert.ok(!ids(await browser.run(shown)).includes(`/item/${sellable ? second : ""}`), "what is in the cart is not recommended beside it");
  tell("the cart is recorded, and its shelf leaves it out");

  await until(browser, "Delivery of the answers", async () => {
    const sent = (await window.presently.ledger()).filter(({ state }) => state === "sent");
    return sent.some(({ record }) => record.outcome === "click" || record.outcome === "cart");
  });
  const { stored, said } = { stored: endpoint.records(), said: await browser.run(() => window.presently.ledger()) };
  const key = ({ context, target, outcome }) => `${context} ${target} ${outcome}`;
  const sent = said.filter(({ state }) => state === "sent").map(({ record }) => key(record));
  assert.ok(
    sent.every((one) => stored.some((record) => key(record) === one)),
    "all that the ledger calls sent is in the endpoint's database",
  );
  assert.equal(new Set(stored.map(key)).size, stored.length, "nothing is stored twice");
  tell("answers are in the endpoint's database, each once");

  const count = await browser.run(() => window.presently.timeline().length);
  await browser.run(() => void setTimeout(() => location.reload()));
  await until(
    browser,
    "The reload",
    async (least) => {
      if (performance.getEntriesByType("navigation")[0].type !== "reload" || typeof window.presently?.status !== "function") return false;
      await window.presently.status();
      return window.presently.timeline().length > least;
    },
    count,
  );
  await browser.run(() => void setTimeout(() => history.back()));
  await arrive("/item/");
  // The page's view and its product's, whole: what came after `forget()` would rightly stay.
  await until(
    browser,
    "The session after going back",
    (least) => {
      const names = window.presently.timeline().map(({ name }) => name);
      return names.slice(least + 1).includes("view_item") && names.length > least + 2;
    },
    count,
  );
  tell("the session goes on after a reload and after going back");

  await browser.run(() => window.presently.forget());
  // A database goes when the last page that has it open, in the back/forward cache too, has closed it: what counts is that nothing is in it.
  await until(browser, "Forgetting everything", async () => {
    const result = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    let rows = 0;
    for (const { name } of await indexedDB.databases()) {
      const database = await result(indexedDB.open(name));
      for (const store of database.objectStoreNames) rows += await result(database.transaction(store).objectStore(store).count());
      database.close();
    }
    const own = Object.keys(localStorage).filter((name) => name !== "shop-consent");
    const lists = [window.presently.timeline(), await window.presently.ledger(), await caches.keys(), own, Object.keys(sessionStorage)];
    return rows === 0 && lists.every(({ length }) => length === 0);
  });
  assert.deepEqual(await browser.run(() => window.pageErrors), [], "errors thrown in the page");
  tell("forget() leaves nothing");
  return client;
}
