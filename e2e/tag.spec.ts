import { createHash } from "node:crypto";
import type { Page } from "playwright/test";
import { embed } from "../scripts/integrity.mjs";
import { clientReady, eventNames, persona, problemCodes, recommend, status } from "./support/client.js";
import { page as hostPage, hostPages, SHELF, TAG } from "./support/host.js";
import { path } from "./support/paths.js";
import { startRelay } from "./support/relay.js";
import { expect, test } from "./support/test.js";

const shelfShows = (page: Page) => expect(page.locator("presently-shelf a[href]").first()).toBeVisible();

test.describe("calls before the script is there", () => {
  const queued = (global: string, stub: string) => `<script>${stub}
    window.order = [];
    ${global}.push(function (client) { order.push("function"); client.track({ name: "search", search_term: "tent" }); });
    ${global}.push(["track", { name: "view_item", item_id: "TEN-002" }], ["subscribe", function () {}]);
    ${global}.push(["no such method"], function () { throw new Error("the page's own"); }, ["setConsent", null]);
    ${global}.push(function () { order.push("last"); });
  </script>`;

  test("wait in an array, as functions and as methods with arguments, under any name, and a wrong one stops nothing", async ({ page, openShop }) => {
    const head = queued("window.shopTaste", "window.shopTaste = [];") + TAG.replace("<script", '<script data-global="shopTaste"');
    const shop = await openShop({ tamper: hostPages({ "/": hostPage({ head }) }) });
    await page.goto(shop.url);
    await page.waitForFunction(() => "track" in (window as never as { shopTaste: object }).shopTaste);
    await expect
      .poll(() => page.evaluate(() => (window as never as { shopTaste: { timeline(): { name: string }[] } }).shopTaste.timeline().map(({ name }) => name)))
      .toEqual(expect.arrayContaining(["search", "view_item", "page_view"]));
    expect(await page.evaluate(() => [(window as never as { order: string[] }).order, "presently" in window])).toEqual([["function", "last"], false]);
    await shelfShows(page);
  });

  test("wait in a function; after it the same function answers", async ({ page, openShop }) => {
    const stub = `<script>window.presently = window.presently || function () { (presently.q = presently.q || []).push(arguments); };
      presently("track", { name: "view_item", item_id: "TEN-002" }); presently("track", { name: "view_item", item_id: "TEN-003" });</script>`;
    const shop = await openShop({ tamper: hostPages({ "/": hostPage({ head: stub + TAG }) }) });
    await page.goto(shop.url);
    await clientReady(page);
    const ids = await page.evaluate(async () => {
      const call = (window as never as { presently: (method: string, options: object) => Promise<{ items: { item_id: string }[] }> }).presently;
      return (await call("recommend", { limit: 3 })).items.map(({ item_id }) => item_id);
    });
    expect(ids).toHaveLength(3);
    await expect.poll(async () => (await persona(page)).tokens.map(({ value }) => value)).toEqual(expect.arrayContaining(["TEN-002", "TEN-003"]));
  });
});

test("included twice it runs once", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: hostPages({ "/": hostPage({ head: `${TAG}${TAG.replace("async ", "")}` }) }) });
  await page.goto(shop.url);
  await clientReady(page);
  await shelfShows(page);
  await expect.poll(() => eventNames(page)).toEqual(["page_view", "view_item"]);
});

test("an element with its name is no obstacle, a variable of the page's is left alone", async ({ page, openShop }) => {
  const shop = await openShop({
    tamper: hostPages({
      "/": hostPage({ body: `<div id="presently"></div>${SHELF}` }),
      "/taken": hostPage({ head: `<script>window.presently = { theirs: true };</script>${TAG}` }),
    }),
  });
  await page.goto(shop.url);
  await clientReady(page);
  await shelfShows(page);
  const warned = page.waitForEvent("console", (message) => message.text().includes("tag/name-taken"));
  await page.goto(`${shop.url}/taken`);
  expect((await warned).text()).toContain("data-global");
  expect(await page.evaluate(() => (window as never as { presently: object }).presently)).toEqual({ theirs: true });
});

test("it adds one global, and touches no prototype and no built-in", async ({ page, openShop }) => {
  await page.addInitScript(() => {
    const builtIn = Object.getOwnPropertyNames(window);
    const snapshot = () => {
      const seen = new Map<string, unknown>();
      const note = (name: string, owner: object) => {
        for (const key of Reflect.ownKeys(owner)) {
          const { value, get, set } = Object.getOwnPropertyDescriptor(owner, key) ?? {};
          seen.set(`${name}.${String(key)}`, value ?? get ?? set);
        }
      };
      for (const name of builtIn) {
        const value = Object.getOwnPropertyDescriptor(window, name)?.value;
        if (typeof value !== "function" && !["JSON", "Math", "Reflect", "CSS"].includes(name)) continue;
        note(name, value);
        if (value.prototype) note(`${name}.prototype`, value.prototype);
      }
      for (const [name, object] of Object.entries({ navigator, history, document, localStorage })) note(name, object);
      return seen;
    };
    const before = snapshot();
    Object.defineProperty(window, "touched", {
      enumerable: false,
      value: () => {
        const after = snapshot();
        const changed = [...new Set([...before.keys(), ...after.keys()])].filter((key) => !Object.is(before.get(key), after.get(key)));
        const added = Object.getOwnPropertyNames(window).filter((name) => !builtIn.includes(name) && name !== "touched");
        return { changed, added };
      },
    });
  });
  const shop = await openShop({ tamper: hostPages({ "/": hostPage() }) });
  await page.goto(shop.url);
  await clientReady(page);
  await shelfShows(page);
  await page.evaluate(() =>
    (window as never as { presently: { setConsent(c: object): Promise<void> } }).presently.setConsent({ store: true, share: "balanced" }),
  );
  await page.locator("#buy").click();
  const { changed, added } = await page.evaluate(() => (window as never as { touched(): { changed: string[]; added: string[] } }).touched());
  // The consent that was just given is the page's one entry in localStorage.
  expect({ changed, added }).toEqual({ changed: ["localStorage.presently.consent"], added: ["presently"] });
});

test.describe("under a policy without unsafe-*, with Trusted Types", () => {
  const policy = (more: string, script = "") =>
    `default-src 'none'; script-src 'nonce-shop'${script}; connect-src 'self'; img-src 'self'; base-uri 'none'; require-trusted-types-for 'script'; ${more}`;
  const head = TAG.replace("<script", '<script nonce="shop"');

  async function open(page: Page, openShop: (options: object) => Promise<{ url: string }>, csp: string) {
    await page.addInitScript(() => {
      const refused: string[] = [];
      Object.assign(window, { refused });
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => refused.push(`${effectiveDirective} ${blockedURI}`));
    });
    const shop = await openShop({ tamper: hostPages({ "/": hostPage({ head }) }, { "content-security-policy": csp }) });
    await page.goto(shop.url);
    await clientReady(page);
    await shelfShows(page);
    await expect.poll(async () => (await persona(page)).vector?.length ?? 0).toBeGreaterThan(0);
    return page.evaluate(() => (window as never as { refused: string[] }).refused);
  }

  test("all of it works, by the nonce of the tag alone, and nothing is refused", async ({ page, openShop }) => {
    expect(await open(page, openShop, policy("trusted-types presently; worker-src 'self'"))).toEqual([]);
    expect(await status(page)).toMatchObject({ thread: "worker", kernel: "simd", problems: [] });
  });

  test("without a worker it computes in JavaScript, and with wasm-unsafe-eval in WebAssembly", async ({ page, openShop }) => {
    await open(page, openShop, policy("trusted-types presently; worker-src 'none'"));
    expect(await status(page)).toMatchObject({ thread: "main", kernel: "js" });
    await page.goto("about:blank");
    await open(page, openShop, policy("trusted-types presently; worker-src 'none'", " 'wasm-unsafe-eval'"));
    expect(await status(page)).toMatchObject({ thread: "main", kernel: "simd" });
  });

  test("in a browser that makes no style sheets, the shelf's style has the nonce too", async ({ page, openShop }) => {
    await page.addInitScript(() => {
      window.CSSStyleSheet = (() => {
        throw new TypeError("Illegal constructor");
      }) as never;
    });
    expect(await open(page, openShop, policy("trusted-types presently; worker-src 'self'; style-src 'nonce-shop'"))).toEqual([]);
    expect(await page.locator("presently-shelf [part=list]").evaluate((list) => getComputedStyle(list).display)).not.toBe("block");
  });

  test("where no policy of its name is allowed it goes without a worker", async ({ page, openShop }) => {
    await open(page, openShop, policy("trusted-types 'none'; worker-src 'self'"));
    expect((await status(page)).thread).toBe("main");
    expect(await problemCodes(page)).toContain("engine/worker-lost");
  });
});

test.describe("pinned by its version, with integrity, from another origin", () => {
  type Change = (name: string, body: Buffer) => Buffer;
  async function open(page: Page, openShop: (options?: object) => Promise<{ url: string }>, change: Change) {
    const { default: package_ } = await import(path("package.json"), { with: { type: "json" } });
    const { default: integrity } = await import(path(`dist/tag/${package_.version}/integrity.json`), { with: { type: "json" } });
    const origin = await openShop();
    const cdn = await startRelay(origin.url, ({ path: asked }, answer) => ({
      ...answer,
      headers: { ...answer.headers, "access-control-allow-origin": "*" },
      body: change(asked.split("/").at(-1) ?? "", answer.body),
    }));
    const head = embed(`${cdn.url}/sdk/${integrity.version}/`, integrity);
    const shop = await openShop({ tamper: hostPages({ "/": hostPage({ head }) }) });
    await page.goto(shop.url);
    return { cdn, integrity };
  }

  test("it works, all from the version's folder, whose files are what integrity.json says", async ({ page, openShop }) => {
    const { cdn, integrity } = await open(page, openShop, (_, body) => body);
    try {
      await clientReady(page);
      await shelfShows(page);
      expect(await status(page)).toMatchObject({ thread: "worker", problems: [] });
      const files = cdn.received.map(({ path: asked }) => asked).filter((asked) => asked.startsWith("/sdk/"));
      expect(files.length).toBeGreaterThan(4);
      expect(files.filter((asked) => !asked.startsWith(`/sdk/${integrity.version}/`))).toEqual([]);
      const [name] = files.filter((asked) => asked.endsWith("shelf.js"));
      const body = Buffer.from(await (await fetch(cdn.url + name)).arrayBuffer());
      expect(`sha384-${createHash("sha384").update(body).digest("base64")}`).toBe(integrity.files["shelf.js"]);
    } finally {
      await cdn.close();
    }
  });

  test("a lazy file that was changed on its way is not run, nor is a changed script", async ({ page, openShop }) => {
    const spoil =
      (which: string): Change =>
      (name, body) =>
        name === which ? Buffer.concat([Buffer.from("window.spoilt = true;"), body]) : body;
    for (const which of ["shelf.js", "presently.js"]) {
      const warned = page.waitForEvent("console", (message) => message.text().includes(which === "shelf.js" ? "render/unavailable" : "integrity"));
      const { cdn } = await open(page, openShop, spoil(which));
      try {
        await warned;
        expect(await page.evaluate(() => "spoilt" in window)).toBe(false);
        if (which === "shelf.js") {
          await clientReady(page);
          expect((await recommend(page, { limit: 2 })).items).toHaveLength(2);
        }
      } finally {
        await cdn.close();
      }
      await page.goto("about:blank");
    }
  });
});
