import { readFileSync } from "node:fs";
import type { Page } from "playwright/test";
import { clientReady, eventNames, persona, problemCodes, recommend, setConsent, status } from "./support/client.js";
import { page as hostPage, hostPages, SHELF, TAG } from "./support/host.js";
import { path } from "./support/paths.js";
import { expect, test } from "./support/test.js";
import { answerShelf } from "./support/visit.js";

const library = (file: string) => readFileSync(path(`node_modules/${file}`), "utf8");

/** What stands on a page before the script, and does not leave the page's realm as a script finds it elsewhere. */
const HOSTS: readonly [string, { before?: string; body?: string }][] = [
  [
    "freezes every prototype",
    {
      before: `for (const name of Object.getOwnPropertyNames(window)) {
        const value = Object.getOwnPropertyDescriptor(window, name).value;
        if (typeof value === "function" && value.prototype) { Object.freeze(value.prototype); Object.freeze(value); }
      }
      Object.freeze(JSON); Object.freeze(Math); Object.freeze(Reflect); window.dataLayer = [];`,
    },
  ],
  [
    "replaces fetch by something that answers nonsense",
    { before: "window.fetch = function () { return { then: undefined, ok: true, json: function () { return 7; } }; };" },
  ],
  ["replaces fetch by something that throws", { before: "window.fetch = function () { throw new Error('no fetch for you'); };" }],
  [
    // https://github.com/prototypejs/prototype/blob/1.6.0/src/array.js: the methods as they were, which Magento 1's shops still load in some form.
    "has Prototype 1.6's Array, Object.extend and toJSON",
    {
      before: `function $A(iterable) {
        if (!iterable) return [];
        if (iterable.toArray) return iterable.toArray();
        var length = iterable.length || 0, results = new Array(length);
        while (length--) results[length] = iterable[length];
        return results;
      }
      Object.extend = function (destination, source) { for (var property in source) destination[property] = source[property]; return destination; };
      Object.assign = function (destination, source) { return Object.extend(destination, source); };
      Array.from = $A;
      Object.extend(Array.prototype, {
        each: function (iterator) { for (var i = 0; i < this.length; i++) iterator(this[i], i); return this; },
        toArray: function () { return [].concat(this); },
        entries: function () { return [].concat(this); },
        clear: function () { this.length = 0; return this; },
        first: function () { return this[0]; },
        compact: function () { return this.select(function (value) { return value != null; }); },
        reduce: function () { return this.length > 1 ? this : this[0]; },
        toJSON: function () { return "[" + this.map(function (one) { return JSON.stringify(one); }).join(", ") + "]"; },
        inspect: function () { return "[" + this.join(", ") + "]"; }
      });
      Function.prototype.bind = function () {
        var method = this, given = $A(arguments), object = given.shift();
        return function () { return method.apply(object, given.concat($A(arguments))); };
      };`,
    },
  ],
  ["has zone.js in place of Promise, timers and listeners", { before: library("zone.js/bundles/zone.umd.min.js") }],
  [
    "has jQuery, whose handlers stop everything, and no $ left",
    {
      before: `${library("jquery/dist/jquery.min.js")}; jQuery.noConflict(true)(document).on("click", "*", function (event) { event.stopImmediatePropagation(); });`,
    },
  ],
  [
    "stands in a browser without idle callbacks, channels, observers, the Navigation API and made style sheets",
    {
      before: `for (const name of ["requestIdleCallback", "BroadcastChannel", "IntersectionObserver", "ResizeObserver", "ReportingObserver", "navigation", "scheduler"])
        Object.defineProperty(window, name, { value: undefined, configurable: true });
      window.CSSStyleSheet = function () { throw new TypeError("Illegal constructor"); };`,
    },
  ],
  [
    "makes enumerable whatever is added to Object",
    { before: "Object.prototype.extra = function () { return 'for every object'; }; Array.prototype.extra = 7;" },
  ],
  ["writes itself with document.write while it loads", { body: `<script>document.write('<div class="written">${SHELF.replace("/", "\\/")}</div>');</script>` }],
  [
    "changes thousands of times a second",
    {
      before: `setInterval(function () {
        for (var i = 0; i < 50; i++) { var one = document.createElement("i"); one.className = "storm"; document.body.append(one); one.dataset.index = i; }
        document.querySelectorAll(".storm").forEach(function (one) { one.remove(); });
        window.stormed = (window.stormed || 0) + 150;
      }, 10);`,
    },
  ],
];

/** The page's own things work, and so do ours. */
async function works(page: Page): Promise<void> {
  await clientReady(page);
  await expect(page.locator("presently-shelf a[href]").first()).toBeVisible();
  await page.locator("#buy").click();
  await expect(page.locator("#bought")).toHaveText("1");
  await expect.poll(() => eventNames(page)).toEqual(expect.arrayContaining(["page_view", "view_item", "add_to_cart"]));
  await expect.poll(async () => (await persona(page)).vector?.length ?? 0).toBeGreaterThan(0);
  const { items } = await recommend(page, { limit: 8 });
  expect(items.some(({ reason }) => reason.item_id === "TEN-001")).toBe(true);
}

for (const [what, { before = "", body = SHELF }] of HOSTS) {
  test(`a page that ${what} goes on, and gets its recommendations`, async ({ page, openShop }) => {
    const shop = await openShop({ tamper: hostPages({ "/": hostPage({ head: `<script>${before}</script>${TAG}`, body }) }) });
    await page.goto(shop.url);
    await works(page);
    // With what comes with the consent: database, cache, the other tabs.
    await setConsent(page, { store: true });
    expect((await status(page)).storage).toBe("indexeddb");
    await page.reload();
    await works(page);
    expect((await problemCodes(page)).filter((code) => code === "unexpected")).toEqual([]);
  });
}

test("a page that is written anew after it has loaded gets its shelf there", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: hostPages({ "/": hostPage({ body: "" }) }) });
  await page.goto(shop.url);
  await clientReady(page);
  await page.evaluate((shelf) => {
    document.open();
    document.write(`<!doctype html><title>Again</title><main><h1>Again</h1></main>${shelf}`);
    document.close();
  }, SHELF);
  await expect(page.locator("presently-shelf a[href]").first()).toBeVisible();
});

test("what is shared from a page with Prototype 1.6 is what is shared from any", async ({ page, openShop }) => {
  const [, { before }] = HOSTS.find(([what]) => what.includes("Prototype 1.6")) ?? ["", { before: undefined }];
  const tag = TAG.replace("<script", '<script data-endpoint="/learn"');
  const bodies: string[] = [];
  const host = hostPages({ "/": hostPage({ head: `<script>${before}</script>${tag}` }) });
  const shop = await openShop({
    tamper: (asked, answer) => {
      if (!asked.path.startsWith("/learn/")) return host(asked, answer);
      if (asked.method === "POST") bodies.push(asked.body);
      return { status: 204, headers: {}, body: Buffer.from("") };
    },
  });
  await page.clock.install();
  await page.goto(shop.url);
  await clientReady(page);
  await setConsent(page, { store: true, share: "balanced" });
  await answerShelf(page);
  await expect.poll(async () => (await status(page)).queued).toBeGreaterThan(0);
  await page.clock.fastForward(60_000);
  await expect.poll(() => bodies.length).toBeGreaterThan(0);
  const batch = JSON.parse(bodies[0]);
  expect(Array.isArray(batch.records) && batch.records.length > 0 && batch.records.every((one: unknown) => typeof one === "object")).toBe(true);
});

test("in a sandboxed frame without any storage it recommends all the same", async ({ page, openShop }) => {
  const framed = hostPage({ body: SHELF });
  const shop = await openShop({
    tamper: hostPages({ "/": `<!doctype html><iframe sandbox="allow-scripts" src="/framed" width="900" height="700"></iframe>`, "/framed": framed }),
  });
  await page.goto(shop.url);
  const frame = page.frameLocator("iframe");
  await expect(frame.locator("presently-shelf a[href]").first()).toBeVisible();
  await frame.locator("#buy").click();
  await expect(frame.locator("#bought")).toHaveText("1");
  const inside = page.frames()[1];
  expect(
    await inside.evaluate(() => (window as never as { presently: { timeline(): { name: string }[] } }).presently.timeline().map(({ name }) => name)),
  ).toEqual(expect.arrayContaining(["view_item", "add_to_cart"]));
  const asked = await inside.evaluate(async () => {
    const { presently } = window as never as { presently: { setConsent(c: object): Promise<void>; status(): Promise<{ storage: string }> } };
    await presently.setConsent({ store: true, share: "balanced" });
    return (await presently.status()).storage;
  });
  expect(asked).toBe("memory");
});
