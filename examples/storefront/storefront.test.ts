import { fileURLToPath } from "node:url";
import { XMLParser } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { createCatalog } from "./catalog/catalog.mjs";
import { picture } from "./pictures/picture.mjs";
import { createStorefront } from "./server.mjs";

const release = fileURLToPath(new URL(".", import.meta.url));
const shop = (options = {}) => createStorefront({ release, endpoint: null, csp: false, ...options });
const { items, departments } = createCatalog();

const page = async (app: ReturnType<typeof shop>, path: string, init?: RequestInit) => {
  const response: Response = await app.request(path, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
};
const form = (fields: Record<string, string>, cookie = ""): RequestInit => ({
  method: "POST",
  body: new URLSearchParams(fields).toString(),
  headers: { "content-type": "application/x-www-form-urlencoded", cookie },
});
const cookieOf = (headers: Headers) => (headers.get("set-cookie") ?? "").split(";")[0];

describe("the catalogue", () => {
  it("is large, the same every time, and has no two items alike", () => {
    expect(items.length).toBe(2400);
    expect(departments.flatMap(({ shelves }) => shelves).length).toBeGreaterThanOrEqual(25);
    expect(createCatalog().items).toEqual(items);
    expect(createCatalog({ seed: 2 }).items).not.toEqual(items);
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    expect(new Set(items.map(({ brand, title }) => `${brand} ${title}`)).size).toBeGreaterThan(items.length * 0.99);
    for (const { description } of items) expect(description.split(". ").length).toBeGreaterThanOrEqual(4);
  });

  it("draws every item, and draws colours apart", () => {
    for (const item of items) expect(picture(item)).toMatch(/^<svg .*<\/svg>$/);
    const [item] = items;
    expect(picture({ ...item, colour: "Coral" })).not.toBe(picture({ ...item, colour: "Sky" }));
  });

  it("is a Merchant feed", async () => {
    const { text, headers } = await page(shop(), "/feed.xml");
    expect(headers.get("content-type")).toMatch(/xml/);
    const feed = new XMLParser({ processEntities: { enabled: true, maxTotalExpansions: 1_000_000 } }).parse(text);
    expect(feed.rss.channel.item).toHaveLength(items.length);
    expect(feed.rss.channel.item[0]).toMatchObject({ "g:id": items[0].id, "g:link": `http://localhost/item/${items[0].id}`, "g:color": items[0].colour });
  });
});

describe("the shop", () => {
  it("leads to pages that are there, from every kind of page", async () => {
    const app = shop();
    const from = ["/", "/c/kitchen", "/c/kitchen/mugs?page=2", "/search?q=blue", "/item/TEA-004", "/cart"];
    const links = new Set<string>();
    for (const path of from) {
      const { status, text } = await page(app, path);
      expect([path, status]).toEqual([path, 200]);
      for (const [, link] of text.matchAll(/(?:href|src)="(\/[^"]*)"/g)) if (!/^\/(sdk|presently)\//.test(link)) links.add(link.replaceAll("&amp;", "&"));
    }
    for (const link of links) expect([link, (await app.request(link)).status]).toEqual([link, 200]);
  });

  it("filters, sorts, pages and searches by what things are called", async () => {
    const app = shop();
    const prices = async (path: string) => [...(await page(app, path)).text.matchAll(/data-presently-price="([\d.]+)"/g)].map(([, price]) => Number(price));
    const rising = await prices("/c/kitchen/mugs?sort=price-up");
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    expect(rising).toHaveLength(24);
    expect(Math.max(...(await prices("/c/audio?max=50")))).toBeLessThanOrEqual(50);
    const { text } = await page(app, "/search?q=terracotta+teapots");
    expect(text).toContain("tea set, terracotta");
    expect((await page(app, "/search?q=zzzz")).text).toContain("Nothing by that name");
    expect((await page(app, `/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`)).text).not.toContain("<script>alert");
  });

  it("fills a cart, changes it, sells it, and forgets it", async () => {
    const app = shop();
    const added = await page(app, "/cart", form({ item: "TEA-004", quantity: "2" }));
    expect(added.status).toBe(303);
    const cookie = cookieOf(added.headers);
    const cart = async () => (await page(app, "/cart", { headers: { cookie } })).text;
    expect(await cart()).toContain('data-presently-item="TEA-004"');
    await page(app, "/cart", form({ item: "MUG-001", quantity: "1" }, cookie));
    await page(app, "/cart", form({ item: "TEA-004", quantity: "0" }, cookie));
    expect(await cart()).not.toContain("TEA-004");
    const bought = await page(app, "/checkout", form({ name: "x" }, cookie));
    const order = await page(app, bought.headers.get("location") ?? "");
    expect(order.text).toContain('data-presently-event="purchase"');
    expect(order.text).toContain('data-presently-item="MUG-001"');
    expect(await cart()).toContain("Nothing in it yet");
    expect((await page(app, "/cart", form({ item: "NO-1", quantity: "1" }))).status).toBe(404);
  });

  it("says what is not there, and serves nothing from beside its folders", async () => {
    const app = shop();
    for (const path of ["/item/NO-1", "/c/nowhere", "/c/kitchen/nowhere", "/order/NO"]) expect((await page(app, path)).status).toBe(404);
    for (const path of ["/public/..%2fserver.mjs", "/sdk/..%2f..%2fpackage.json", "/presently/%2e%2e%2fpackage.json", "/public/%00", "/public/%"])
      expect([path, (await page(app, path)).status]).toEqual([path, 404]);
  });

  it("has a strict policy with a nonce of its own for each page", async () => {
    const app = shop({ csp: true, endpoint: "http://127.0.0.1:9999" });
    const [a, b] = [await page(app, "/item/TEA-004"), await page(app, "/item/TEA-004")];
    const policy = a.headers.get("content-security-policy") ?? "";
    expect(policy).not.toMatch(/unsafe|blob:/);
    expect(policy).toContain("connect-src 'self' http://127.0.0.1:9999");
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    for (const [tag] of a.text.matchAll(/<script[^>]*>/g)) expect(tag).toContain(`nonce="${nonce}"`);
    expect(b.text).not.toContain(`nonce="${nonce}"`);
    expect(a.text).toContain('data-manifest="http://127.0.0.1:9999/releases/manifest.json"');
  });
});
