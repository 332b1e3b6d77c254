import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { CatalogItem } from "presently/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { damage, damageText } from "../../../testing/corruption.js";
import { openStore, type Store } from "../store/store.js";
import { readFeed } from "./feed.js";
import { importFeed } from "./import.js";
import { jsonlRows } from "./jsonl.js";
import { merchantRow, parsePrice } from "./merchant.js";
import type { FeedRow } from "./rows.js";
import { xmlEntries } from "./xml-entries.js";

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escaped = (text: string) => text.replace(/[&<>]/g, (one) => ENTITIES[one]);
const rss = (items: readonly string[]) =>
  `<?xml version="1.0"?>\n<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>\n${items.join("\n")}\n</channel></rss>\n`;
const item = (id: string, title = `Title of ${id}`, more = "") => `<item><g:id>${id}</g:id><g:title>${escaped(title)}</g:title>${more}</item>`;

/** Text in parts of any size: what a network does to it. */
async function* inParts(text: string, sizes: readonly number[]): AsyncGenerator<string> {
  let at = 0;
  for (let i = 0; at < text.length; i++) {
    const size = sizes[i % sizes.length];
    yield text.slice(at, at + size);
    at += size;
  }
}
async function xmlRows(parts: AsyncIterable<string>): Promise<FeedRow[]> {
  const rows: FeedRow[] = [];
  for await (const entry of xmlEntries(parts)) rows.push(merchantRow(entry));
  return rows;
}
async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
}
const idsOf = (rows: readonly FeedRow[]) => rows.flatMap((row) => ("item" in row ? [row.item.item_id] : []));

const parts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });
const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((text) => /^[\P{C}]+$/u.test(text) && text.trim() === text && text !== "");

describe("a Merchant feed", () => {
  it("gives its items with their lines, whatever the parts it comes in", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 8 }), parts, async (titles, sizes) => {
        const rows = await xmlRows(inParts(rss(titles.map((title, i) => item(`i${i}`, title))), sizes));
        expect(rows.map((row) => ("item" in row ? [row.line, row.item.item_id, row.item.title] : row))).toEqual(
          titles.map((title, i) => [i + 3, `i${i}`, title.trim()]),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("loses no good item to a broken one beside it", async () => {
    const broken = [
      ["<item><g:id>x</g:id></item>", /title/],
      [`<item><g:id>x</g:id><g:title>A</item>`, /well-formed/],
      [item("x", "X", "<g:price>a lot</g:price>"), /price: "a lot"/],
      [item("x", "X", "<g:availability>maybe</g:availability>"), /availability: "maybe" is none of in_stock/],
      ["<item/>", /empty/],
      ["<item><g:id>x</g:id>", /no end tag/],
      [`<item><g:id></g:id><g:title>A</g:title></item>`, /item_id/],
    ] as const;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(fc.nat(broken.length - 1)), { maxLength: 10 }), parts, async (order, sizes) => {
        const rows = await xmlRows(inParts(rss(order.map((which, i) => (which === null ? item(`i${i}`) : broken[which][0]))), sizes));
        expect(rows).toHaveLength(order.length);
        rows.forEach((row, i) => {
          expect(row.line).toBe(i + 3);
          const which = order[i];
          if (which === null) expect("item" in row && row.item.item_id).toBe(`i${i}`);
          else expect("problem" in row && row.problem).toMatch(broken[which][1]);
        });
      }),
      { numRuns: 80 },
    );
  });

  it("is read to its end whatever bytes are damaged, and never throws", async () => {
    const text = rss(
      Array.from({ length: 6 }, (_, i) =>
        item(`i${i}`, `T ${i}`, "<g:price>1.50 EUR</g:price><!-- <item> --><g:description><![CDATA[</item>]]></g:description>"),
      ),
    );
    await fc.assert(fc.asyncProperty(damage, parts, async (harm, sizes) => void (await xmlRows(inParts(damageText(text, harm), sizes)))));
    expect(idsOf(await xmlRows(inParts(text, [7])))).toEqual(["i0", "i1", "i2", "i3", "i4", "i5"]);
  });

  it("reads every field a shop's feed has", () => {
    const xml = `<item><g:id>42</g:id><title>Plain</title><g:title>Trail &amp; Co</g:title><g:description><![CDATA[<b>Warm</b>]]></g:description>
      <g:link>https://shop.example/42</g:link><g:image_link>https://shop.example/42.jpg</g:image_link><g:brand>Osprey</g:brand>
      <g:product_type>Outdoor &gt; Tents</g:product_type><g:price>1,299.00 EUR</g:price><g:sale_price>999 EUR</g:sale_price>
      <g:availability>out of stock</g:availability><g:color>red</g:color><g:shipping><g:country>DE</g:country></g:shipping><g:gtin>123</g:gtin></item>`;
    expect(merchantRow({ line: 7, xml })).toEqual({
      line: 7,
      item: {
        item_id: "42",
        title: "Trail & Co",
        description: "<b>Warm</b>",
        link: "https://shop.example/42",
        image_link: "https://shop.example/42.jpg",
        brand: "Osprey",
        category: ["Outdoor", "Tents"],
        price: 999,
        currency: "EUR",
        availability: "out_of_stock",
        attributes: { color: "red" },
      },
    });
  });

  it("reads Atom entries, whose link is an attribute", () => {
    const row = merchantRow({ line: 1, xml: '<entry><g:id>a</g:id><title>A</title><link href="https://shop.example/a"/></entry>' });
    expect(row).toEqual({ line: 1, item: { item_id: "a", title: "A", link: "https://shop.example/a", availability: "in_stock" } });
  });

  it.each([
    ["19.90 EUR", 19.9, "EUR"],
    ["EUR 19,90", 19.9, "EUR"],
    ["1,299.00 USD", 1299, "USD"],
    ["1.299,00 EUR", 1299, "EUR"],
    ["1,299 usd", 1299, "USD"],
    ["1 299,5", 1299.5, undefined],
    ["15", 15, undefined],
    ["free", Number.NaN, "FRE"],
  ])("reads the price %s", (text, price, currency) => {
    expect(parsePrice(text)).toEqual({ price, currency });
  });
});

describe("JSON lines", () => {
  it("give items and say which lines are none", async () => {
    const text = '{"item_id":"a","title":"A"}\n\nnot json\r\n{"id":7,"title":"B","price":2}\n{"item_id":"c"}\n';
    await fc.assert(
      fc.asyncProperty(parts, async (sizes) => {
        const rows = await all(jsonlRows(inParts(text, sizes)));
        expect(rows.map(({ line }) => line)).toEqual([1, 3, 4, 5]);
        expect(idsOf(rows)).toEqual(["a", "7"]);
        expect("problem" in rows[1] && rows[1].problem).toMatch(/not JSON/);
        expect("problem" in rows[3] && rows[3].problem).toMatch(/title/);
      }),
    );
  });
});

describe("an import", () => {
  let folder: string;
  let store: Store;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "feeds-"));
    store = openStore(folder);
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  const noNetwork = () => Promise.reject(new Error("no network here"));
  const file = (content: string | Uint8Array) => {
    const path = join(folder, "feed");
    writeFileSync(path, content);
    return path;
  };
  const run = (content: string | Uint8Array, replace = false) => importFeed(store.catalog, file(content), { fetch: noNetwork, replace });
  const stored = () => store.catalog.items().map(({ item_id }) => item_id);

  it("updates price and availability and removes nothing, unless it replaces", async () => {
    expect(await run(rss([item("a"), item("b")]))).toMatchObject({ added: 2, updated: 0, removed: 0, items: 2, broken: 0 });
    const before = store.catalog.version();
    expect(await run(rss([item("a"), item("b")]))).toMatchObject({ added: 0, updated: 0 });
    expect(store.catalog.version()).toBe(before);
    const more = "<g:price>5.00 EUR</g:price><g:availability>out_of_stock</g:availability>";
    expect(await run(rss([item("b", "Title of b", more), item("c")]))).toMatchObject({ added: 1, updated: 1, removed: 0 });
    expect(store.catalog.version()).toBeGreaterThan(before);
    expect(stored()).toEqual(["a", "b", "c"]);
    expect(store.catalog.items()[1]).toMatchObject({ price: 5, availability: "out_of_stock" } satisfies Partial<CatalogItem>);
    expect(await run(rss([item("c")]), true)).toMatchObject({ removed: 2 });
    expect(stored()).toEqual(["c"]);
    expect(store.counters().items).toBe(1);
  });

  it("reports broken rows and repeated ids with their lines", async () => {
    const result = await run(rss([item("a"), "<item><g:id>x</g:id></item>", item("a")]));
    expect(result).toMatchObject({ items: 1, broken: 2 });
    expect(result.examples.map(({ line }) => line)).toEqual([4, 5]);
    expect(result.examples[1].problem).toMatch(/line 3/);
  });

  it("keeps what came before a cut, and removes nothing for it", async () => {
    await run(rss([item("old")]));
    const whole = rss([item("a"), item("b")]);
    await expect(run(whole.slice(0, whole.indexOf("<item><g:id>b") + 10), true)).rejects.toMatchObject({ code: "feed/truncated" });
    expect(stored()).toEqual(["old", "a"]);
  });

  it("reads gzip and other encodings", async () => {
    await run(gzipSync(rss([item("zipped")])));
    const latin = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<rss><channel><item><id>l</id><title>Stühle</title></item></channel></rss>';
    await run(Buffer.from(latin, "latin1"));
    expect(store.catalog.items().map(({ title }) => title)).toEqual(["Title of zipped", "Stühle"]);
    await expect(run(gzipSync(rss([item("z")])).subarray(0, 80))).rejects.toMatchObject({ code: "feed/truncated" });
  });

  it.each([
    ["", "feed/empty", /empty/],
    ["<!doctype html><html>…", "feed/format", /web page/],
    ["id,title\n1,A", "feed/format", /starts with "id,title/],
    [rss([]), "feed/empty", /no item/],
    [rss(["<item><g:id>x</g:id></item>"]), "feed/empty", /in line 3.*title/],
    ['<?xml version="1.0" encoding="klingon"?><rss/>', "feed/encoding", /klingon/],
  ])("says what is wrong with a feed as a whole: %s", async (content, code, message) => {
    await expect(run(content)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("says when the feed cannot be had", async () => {
    await expect(importFeed(store.catalog, join(folder, "none.xml"), { fetch: noNetwork })).rejects.toMatchObject({ code: "feed/missing" });
    await expect(importFeed(store.catalog, "http://shop.example/f", { fetch: noNetwork })).rejects.toMatchObject({ code: "feed/unreachable" });
    const gone = async () => new Response("", { status: 404 });
    await expect(importFeed(store.catalog, "http://shop.example/f", { fetch: gone })).rejects.toThrow(/answered 404/);
    const text = rss([item("a")]);
    expect(idsOf(await all(readFeed("http://shop.example/f", { fetch: async () => new Response(text) })))).toEqual(["a"]);
  });
});
