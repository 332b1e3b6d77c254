import { strict as assert } from "node:assert";
import { until } from "./until.mjs";

const A = "TEN-001";
const B = "TEN-002";

const open = (browser, path) =>
  until(browser, `Opening ${path}`, (wanted) => location.pathname === wanted && typeof window.presently?.status === "function", `/item/${path}`);
const go = (browser, path) => browser.run((to) => void setTimeout(() => location.assign(to)), `/item/${path}`);
/** Page views and item views, oldest first, once the session is there with what the pages before left. */
async function viewsOf() {
  await window.presently.ledger();
  const views = window.presently.timeline().filter(({ name }) => name === "page_view" || name === "view_item");
  return views.map(({ name, items, page_location }) => `${name} ${items?.[0].item_id ?? page_location.split("/").at(-1)}`);
}
const view = (id) => [`page_view ${id}`, `view_item ${id}`];

async function settled(browser, wanted) {
  await until(browser, `Counting ${wanted}`, viewsOf);
  // Nothing may come after it: a router's page is looked at again for two seconds.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  assert.deepEqual(await browser.run(viewsOf), wanted);
}

/**
 * Going back: a page from the back/forward cache counts as seen again, and hears each click once.
 * @returns whether the browser kept the page; why not, where it says so
 */
export async function backForwardCache(browser, { tell }) {
  await go(browser, A);
  await open(browser, A);
  await browser.run(() => window.presently.setConsent({ store: true }));
  await browser.run(() => void Object.assign(window, { kept: true }));
  await go(browser, B);
  await open(browser, B);
  await until(browser, "The second product's view", async () => {
    await window.presently.ledger();
    return window.presently.timeline().filter(({ name }) => name === "view_item").length === 2;
  });
  await browser.run(() => void setTimeout(() => history.back()));
  await open(browser, A);
  await settled(browser, [...view(A), ...view(B), ...view(A)]);
  await browser.run(() => {
    addEventListener("click", (event) => event.preventDefault());
    document.querySelector("li[data-presently-item] a").click();
  });
  const clicks = await browser.run(() => window.presently.timeline().filter(({ name }) => name === "select_item").length);
  assert.equal(clicks, 1, "one click is one select_item");
  const [kept, reasons] = await browser.run(() => [
    window.kept === true,
    (performance.getEntriesByType("navigation")[0].notRestoredReasons?.toJSON()?.reasons ?? []).map(({ reason }) => reason),
  ]);
  tell(`going back counts the page again, once, and a click once (${kept ? "from the back/forward cache" : "loaded anew"})`);
  return kept ? "yes" : `no${reasons.length ? `: ${reasons.join(", ")}` : ""}`;
}

/** A page that is rendered before anybody sees it tells nothing; shown, it tells all of it once, and knows what happened before. */
export async function prerendering(browser, { shop, tell }) {
  const able = await browser.run(() => HTMLScriptElement.supports?.("speculationrules") === true);
  if (!able) return "no";
  await browser.run(() => window.presently.forget());
  await browser.open(`${shop.url}/item/${A}`);
  await open(browser, A);
  await browser.run(() => window.presently.setConsent({ store: true }));
  await browser.run((path) => {
    const rules = document.createElement("script");
    rules.type = "speculationrules";
    rules.textContent = JSON.stringify({ prerender: [{ urls: [path], eagerness: "immediate" }] });
    document.head.append(rules);
  }, `/item/${B}`);
  await settled(browser, view(A));
  await browser.run(() => window.presently.track({ name: "add_to_wishlist", item_id: "last-thing" }));
  await go(browser, B);
  await open(browser, B);
  await settled(browser, [...view(A), ...view(B)]);
  const [last, activated] = await browser.run(() => [
    window.presently.timeline().some(({ name }) => name === "add_to_wishlist"),
    performance.getEntriesByType("navigation")[0].activationStart > 0,
  ]);
  assert.ok(last, "what happened on the page before while this one waited");
  assert.ok(activated, "the page was prerendered");
  tell("a prerendered page tells nothing until it is shown, then all of it once");
  return "yes";
}
