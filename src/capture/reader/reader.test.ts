import fc from "fast-check";
import { Window as HappyWindow } from "happy-dom";
import { jsonrepair } from "jsonrepair";
import { describe, expect, it } from "vitest";
import { anyValue } from "../../../testing/corruption.js";
import { parseEvent } from "../../contract/events.js";
import { eventItem, readPage } from "./reader.js";
import { availabilityOf, currencyIn } from "./values.js";

function page(head: string, body = "", url = "https://shop.example/p/1"): Window {
  const happy = new HappyWindow({ url, settings: { disableJavaScriptEvaluation: true } });
  happy.document.head.innerHTML = head;
  happy.document.body.innerHTML = body;
  return happy as unknown as Window;
}
const block = (json: string) => `<script type="application/ld+json">${json}</script>`;

describe("JSON-LD that is none", () => {
  const thing = '"@type":"Product","sku":"S-1","name":"Lamp"';
  it.each([
    ["a last comma", `{${thing},}`],
    ["a comment around it", `<!-- {${thing}} -->`],
    ["CDATA around it", `//<![CDATA[\n{${thing}}\n//]]>`],
    ["a semicolon behind it", `{${thing}};`],
    ["a comment in it", `{/* x */${thing}}`],
    ["bare line breaks in a text", `{"description":"two\nlines",${thing}}`],
    ["bare quotes in a description", `{"description":"a "good", cheap lamp",${thing}}`],
    ["entities for quotes", `{${thing}}`.replaceAll('"', "&quot;")],
  ])("for %s is read all the same", (_, json) => {
    expect(readPage(page(block(json)), { repair: jsonrepair }).product).toMatchObject({ item_id: "S-1", name: "Lamp" });
  });

  it("is left out and said, where nothing is there to mend it", () => {
    expect(readPage(page(block(`{${thing},}`)))).toMatchObject({ product: null, broken: true });
  });
});

describe("the sources", () => {
  it("fill in each other's fields, the first that knows one is believed, and each field says where it is from", () => {
    const { product, from } = readPage(
      page(
        `${block('{"@type":"Product","sku":"S-1","name":"Lamp","offers":{"price":"10.00"}}')}<meta property="og:type" content="product"><meta property="og:title" content="Lamp"><meta property="product:price:amount" content="99"><meta property="product:price:currency" content="EUR"><meta property="product:availability" content="in stock">`,
      ),
    );
    expect(product).toMatchObject({ item_id: "S-1", price: 10, currency: "EUR", availability: "in_stock" });
    expect(from).toMatchObject({ id: "json-ld", price: "json-ld", currency: "open-graph", availability: "open-graph" });
  });

  it("are not mixed where they speak of different products", () => {
    const { product } = readPage(
      page(
        `${block('{"@type":"Product","sku":"S-1","name":"Lamp"}')}<meta property="og:type" content="product"><meta property="og:title" content="Chair"><meta property="product:price:amount" content="99">`,
      ),
    );
    expect(product).toMatchObject({ item_id: "S-1" });
    expect(product?.price).toBeUndefined();
  });

  it("never throw and give valid events, whatever a page declares", () => {
    const field = fc.constantFrom("sku", "name", "brand", "offers", "category", "hasVariant", "url", "@id", "itemListElement", "mainEntity", "isVariantOf");
    const node = fc.dictionary(field, anyValue, { maxKeys: 6 }).map((fields) => ({ "@type": "Product", name: "x", ...fields }));
    fc.assert(
      fc.property(fc.array(fc.oneof(node, anyValue), { maxLength: 4 }), anyValue, (nodes, value) => {
        let json: string;
        try {
          json = JSON.stringify(nodes).replaceAll("<", "\\u003c");
        } catch {
          return true;
        }
        const window = page(block(json));
        Object.assign(window, {
          ShopifyAnalytics: { meta: value },
          prestashop: value,
          BCData: { product_attributes: value },
          Static: { SQUARESPACE_CONTEXT: value },
          utag_data: value,
          digitalData: value,
          dataLayer: [value],
        });
        const { product } = readPage(window);
        if (product) parseEvent({ name: "view_item", items: [eventItem(product)] }, 0);
        return true;
      }),
      { numRuns: 60 },
    );
  });
});

describe("availability and currency", () => {
  it.each([
    ["https://schema.org/InStock", "in_stock"],
    ["LimitedAvailability", "in_stock"],
    ["http://schema.org/SoldOut", "out_of_stock"],
    ["Nicht auf Lager", "out_of_stock"],
    ["Auf Lager", "in_stock"],
    ["Rupture de stock", "out_of_stock"],
    ["available for order", "backorder"],
    ["PreOrder", "preorder"],
    ["blue", undefined],
    [7, undefined],
  ])("%j is %s", (said, expected) => {
    expect(availabilityOf(said)).toBe(expected);
  });

  it.each([
    ["22,90 €", "", "EUR"],
    ["CHF 1’249.–", "", "CHF"],
    ["$12", "en-CA", "CAD"],
    ["$12", "en", "USD"],
    ["¥268", "zh-CN", "CNY"],
    ["¥268", "ja", "JPY"],
    ["1 495 kr", "sv", "SEK"],
    ["1 495 kr", "xx", undefined],
    ["12", "en", undefined],
  ])("%s on a page in %j is in %s", (price, language, expected) => {
    expect(currencyIn(price, language)).toBe(expected);
  });
});
