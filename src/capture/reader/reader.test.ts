import fc from "fast-check";
import { Window as HappyWindow } from "happy-dom";
import { jsonrepair } from "jsonrepair";
import { describe, expect, it } from "vitest";
import { anyValue } from "../../../testing/corruption.js";
import { parseEvent } from "../../contract/events.js";
import { eventItem, readPage } from "./reader.js";
import { availabilityOf, currencyIn, priceOf } from "./values.js";

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

describe("what a page shows", () => {
  const og = '<meta property="og:type" content="product"><meta property="og:title" content="Lamp">';
  const form = (id: string, button = "<button>Add to cart</button>") => `<form><input type="hidden" name="product_id" value="${id}">${button}</form>`;

  it.each([
    ["in the form around its heading", `<div><h1>Lamp</h1>${form("7")}</div><ul><li>${form("8")}</li></ul>`, ["7"], "in_stock"],
    ["sold out", `<h1>Lamp</h1>${form("7", "<button disabled>Sold out</button>")}`, ["7"], "out_of_stock"],
    ["under a logo that is a heading", `<h1><a href="/">Acme</a></h1><main><h2>Lamp</h2>${form("7")}</main>${form("8")}`, ["7"], "in_stock"],
    ["of which only others are sold", `<h1>Lamp</h1><ul><li>${form("8")}</li></ul>`, ["1"], undefined],
    ["among others", `<h1>Lamp</h1>${form("7")}${form("8")}`, ["1"], undefined],
  ])("tells of a product %s its id and whether it can be bought", (_, body, ids, availability) => {
    const { product } = readPage(page(og, body, "https://shop.example/p.php?sku=1"));
    expect([product?.ids, product?.availability]).toEqual([ids, availability]);
  });

  const card = (before: string, number = "7") => `<div>${before}<b class="price">1.290,00 €</b>${form(number)}</div>`;
  it("is a product without a word of structured data, where a heading, a price and a cart form with an id stand together", () => {
    const body = `<div><h1>Lamp</h1>${card("<p>Artikel-Nr.: <b>L-7</b></p><s class='price'>1.490,00 €</s>")}</div>${card('<a href="/chair">Chair</a>', "8")}`;
    expect(readPage(page("", body))).toMatchObject({
      type: "product",
      product: { name: "Lamp", ids: ["7", "L-7"], price: 1290, currency: "EUR", availability: "in_stock" },
      from: { id: "shown", price: "shown" },
    });
  });

  it.each([
    ["with a link to its picture", "<h1>Lamp</h1>", '<a href="/lamp.jpg">larger</a><b class="price">9,00 €</b>', 9],
    ["with a link to its brand", "<h1>Lamp</h1>", '<p class="brand"><a href="/acme">Acme</a></p><b class="price">9,00 €</b>', 9],
    ["with a link behind a label", "<h1>Lamp</h1>", '<p><i>Maker:</i> <b><a href="/acme">Acme</a></b></p><b class="price">9,00 €</b>', 9],
    ["beside one that was", "<h1>Lamp</h1>", '<p class="cena">Cena: <i class="stara">12,00 zł</i> <i class="nowa">9,00 zł</i></p>', 9],
    ["beside one without the discount", "<h1>Lamp</h1>", '<div class="price"><b class="basePrice">12,00 €</b> <b class="salesPrice">9,00 €</b></div>', 9],
    ["in no element that is called so", "<h1>Lamp</h1>", "<p>Shipping 5,00 €</p><p><del>12,00 €</del></p> <strong>9,00 €</strong>", 9],
    ["beside what it was, in Arabic", "<h1>Lamp</h1>", "<del>٣٢٠٫٠٠ ر.س</del> <strong>٢٧٥٫٠٠ ر.س</strong>", 275],
    ["under the title in bold", "<p><b>Lamps</b></p><p><font><b>Lamp</b></font></p>", '<b class="price">9,00 €</b>', 9],
    ["under a heading that is none", '<table><tr><td class="pageHeading">Lamp</td></tr></table>', '<b class="price">9,00 €</b>', 9],
  ])("has a price %s", (_, heading, shown, price) => {
    const head = "<title>Acme - Lamps - Lamp</title>";
    expect(readPage(page(head, `<div>${heading}<div>${shown}${form("7")}</div></div>`)).product).toMatchObject({ name: "Lamp", ids: ["7"], price });
  });

  it("has the id of a field called so in a form that adds, and is sold out where its stock is and its button waits", () => {
    const body = (name: string, button: string) =>
      `<div><h1>Lamp</h1><b class="price">9,00 €</b><p class="stock">Sold out</p><form><input type="hidden" name="${name}" value="7">${button}</form></div>`;
    const add = "<button disabled>Add to cart</button>";
    expect(readPage(page("", body("id", add))).product).toMatchObject({ ids: ["7"], availability: "out_of_stock" });
    expect(readPage(page("", body("id", "<button>Ask</button>"))).product).toBeNull();
  });

  it.each([
    ["beside its button", '<button data-item-id="7" class="snipcart-add-item">Buy now</button>', ["7"]],
    ["behind a label", "<p>Kód zboží: <b>L-7</b></p><button>Add to cart</button>", ["L-7"]],
    ["behind a label, as an ISBN", "<table><tr><th>ISBN</th><td>978-3-16-148410-0</td></tr></table><button>Add to cart</button>", ["9783161484100"]],
    ["on what is around it", '<section data-sku="L-7"><form><button>Add to basket</button></form></section>', ["L-7"]],
  ])("has an id %s, without a field of its form", (_, shown, ids) => {
    const body = `<main><h1>Lamp</h1><b class="price">9,00 €</b>${shown}</main>`;
    expect(readPage(page("", body)).product).toMatchObject({ name: "Lamp", ids, price: 9, availability: "in_stock" });
  });

  it("is what the form with its name adds, among forms of others", () => {
    const named = (name: string, id: string) =>
      `<td><b>9,00 €</b><form><input type="hidden" name="item_name" value="${name}"><input type="hidden" name="item_number" value="${id}"><input type="image" src="/btn_cart_LG.gif"></form></td>`;
    const body = `<main><h1>Lamp</h1><table><tr>${named("Lamp", "7")}${named("Chair", "8")}</tr></table></main>`;
    expect(readPage(page("", body)).product).toMatchObject({ name: "Lamp", ids: ["7"], price: 9, availability: "in_stock" });
  });

  it("adds the price that structured data leaves out, and none that is another's", () => {
    const own = `<div><h1>Lamp</h1><b class="price">9,00 €</b>${form("7")}</div>`;
    expect(readPage(page(og, own)).product).toMatchObject({ price: 9, currency: "EUR" });
    expect(readPage(page(og, `<h1>Lamp</h1><ul><li><b class="price">9,00 €</b>${form("8")}</li></ul>`)).product?.price).toBeUndefined();
  });

  it("is sold out where it says so beside a button that is disabled, outside of any cart form", () => {
    const notify =
      '<form action="/alert"><input type="hidden" name="product_id" value="7"><button>Tell me</button></form><button disabled>Add to cart</button>';
    const { product } = readPage(page("", `<div><h1>Lamp</h1><b class="price">9,00 €</b><p class="state">Sold out</p>${notify}</div>`));
    expect(product).toMatchObject({ ids: ["7"], availability: "out_of_stock" });
  });

  it.each([
    ["a teaser in an article", "", `<h1>On lamps</h1>${card('<a href="/lamp">Lamp</a>')}`, undefined],
    ["a list of one, under the name that leads to it", "", `<h1>Wish list</h1><h2><a href="/lamp">Lamp</a></h2>${card("")}`, undefined],
    ["a page that says it is an article", '<meta property="og:type" content="article">', `<h1>On lamps</h1>${card("")}`, undefined],
    ["a list", "", `<h1>Lamps</h1>${card("")}${card("", "8")}`, undefined],
    [
      "two teasers' buttons",
      "",
      '<main><h1>Price alert</h1><p>Varenr. L-7</p><b class="price">9,00 €</b><p>Lamp <button>Add to cart</button></p><p>Chair <button>Add to cart</button></p></main>',
      undefined,
    ],
    [
      "a teaser's button",
      "",
      '<main><h1>Price alert</h1><p>Varenr. L-7</p><b class="price">9,00 €</b><p><a href="/lamp">Lamp</a> <button>Add to cart</button></p></main>',
      undefined,
    ],
    ["a button without an id", "", '<h1>Lamp</h1><div><b class="price">9,00 €</b><button>Add to cart</button></div>', undefined],
    ["a form without an id", "", '<h1>Lamp</h1><b class="price">9,00 €</b><form><button>Add to cart</button></form>', undefined],
    ["the front page", "", `<h1>Acme</h1>${card("")}`, "https://shop.example/"],
    ["a cart", "", `<h1>Cart</h1>${card("")}`, "https://shop.example/cart"],
    ["a search", "", `<h1>Found</h1>${card("")}`, "https://shop.example/find?q=lamp"],
  ])("is no product on %s", (_, head, body, url) => {
    expect(readPage(page(head, body, url)).product).toBeNull();
  });

  it.each([
    ['<p><a href="/">Home</a> / <a href="/a">A</a> / Lamp</p>', ["A"]],
    ['<ul><li><a href="/a">A</a> <span>＞</span> <a href="/b">B</a></li></ul>', ["A", "B"]],
    ['<div class="path"><span>You are here</span><ol><li><a href="/">Home</a></li><li><a href="/a">A</a></li></ol></div>', ["A"]],
    ['<p><a href="/">Home</a> » <a href="/a">A</a> » <a href="/p/1">L-7</a></p>', ["A"]],
    ['<p><a href="/">Home</a>&nbsp;::&nbsp;<a href="/a">A</a>&nbsp;::&nbsp;Lamp</p>', ["A"]],
    ['<p><a href="/">الرئيسية</a> « <a href="/a">A</a> « Lamp</p>', ["A"]],
    ['<nav class="ariane"><a href="/">Accueil</a><i>.</i><a href="/a">A</a><i>.</i></nav>', ["A"]],
    ['<footer><a href="/a">A</a> / <a href="/b">B</a></footer><ul><li><a href="/c">C</a> ›</li></ul>', []],
  ])("is a trail by its separators: %s", (body, category) => {
    expect(readPage(page(og, `${body}<h1>Lamp</h1>`)).category).toEqual(category);
  });
});

describe("nodes", () => {
  it("that name others by @id mean them", () => {
    const graph =
      '{"@graph":[{"@type":"Product","name":"Lamp","sku":"S-1","offers":[{"@id":"#o"}]},{"@type":"Offer","@id":"#o","priceSpecification":{"@id":"#p"}},{"@id":"#p","price":"1,12,500.00","priceCurrency":"INR"}]}';
    expect(readPage(page(block(graph))).product).toMatchObject({ item_id: "S-1", price: 112_500, currency: "INR" });
  });

  it("with sizes for skus are not known by them", () => {
    const offers = '[{"sku":"44","price":9},{"sku":"46","price":9}]';
    expect(readPage(page(block(`{"@type":"Product","name":"Dress","mpn":"D-1","offers":${offers}}`))).product).toMatchObject({
      item_id: "D-1",
      variants: ["44", "46"],
    });
  });
});

describe("prices", () => {
  it.each([
    ["١٢٫٧٥٠ د.ك", "KWD", 12.75],
    ["۱٬۲۹۰٫۵۰", "IRR", 1290.5],
    ["1,250.000", "KWD", 1250],
    ["12,750 DT", "TND", 12.75],
    ["Rs. 1,499", "INR", 1499],
    ["12,50 € / 100 g", "EUR", 12.5],
    ["1 990 ₽", "RUB", 1990],
    ["1'249.–", "CHF", 1249],
    [".99", "USD", 0.99],
    ["free", "USD", undefined],
  ])("%s in %s", (written, currency, price) => {
    expect(priceOf(written, currency)).toBe(price);
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
    ["189,00 TL, KDV dahil", "tr", "TRY"],
    ["12", "en", undefined],
  ])("%s on a page in %j is in %s", (price, language, expected) => {
    expect(currencyIn(price, language)).toBe(expected);
  });
});
