import { describe, expect, it } from "vitest";
import { captureInEachTest, jsonLd, open, product } from "../../../testing/page-rig.js";
import { enhancedEvents } from "./enhanced.js";

captureInEachTest();

const lido = { id: "LIDO-02", name: "Lido", price: "119,90", brand: "Adria", category: "Glasses/Sun", position: 2, quantity: 1 };
const read = {
  item_id: "LIDO-02",
  item_name: "Lido",
  item_brand: "Adria",
  item_category: "Glasses",
  item_category2: "Sun",
  price: 119.9,
  quantity: 1,
  index: 2,
};

describe("Enhanced Ecommerce", () => {
  it("tells a product and the list beside it in one entry, whatever its event is called", () => {
    expect(
      enhancedEvents({ event: "gtm.dom", ecommerce: { currencyCode: "EUR", detail: { products: [lido] }, impressions: [{ id: "CAPRI", list: "Similar" }] } }),
    ).toEqual([
      { name: "view_item_list", items: [{ item_id: "CAPRI", item_list_id: "Similar" }], currency: "EUR", item_list_id: "Similar" },
      { name: "view_item", items: [read], currency: "EUR" },
    ]);
  });

  it.each([
    ["add", { products: [lido] }, { name: "add_to_cart", items: [read] }],
    ["remove", { products: [lido] }, { name: "remove_from_cart", items: [read] }],
    ["click", { actionField: { list: "Search" }, products: [lido] }, { name: "select_item", items: [read], item_list_id: "Search" }],
    ["checkout", { actionField: { step: 1 }, products: [lido] }, { name: "begin_checkout", items: [read] }],
    ["purchase", { actionField: { id: "T1", revenue: "119.90" }, products: [lido] }, { name: "purchase", items: [read], transaction_id: "T1", value: 119.9 }],
  ])("reads %s", (act, raw, expected) => {
    expect(enhancedEvents({ ecommerce: { [act]: raw } })).toEqual([expected]);
  });

  it.each([
    [{ ecommerce: { checkout: { actionField: { step: 2 }, products: [lido] } } }],
    [{ ecommerce: null }],
    [{ ecommerce: { detail: 7 } }],
    [null],
    ["text"],
  ])("says nothing for %j", (entry) => {
    expect(enhancedEvents(entry)).toEqual([]);
  });

  it("is read from the page's dataLayer, past and future, and GA4's entries are not told twice", () => {
    const dataLayer: unknown[] = [
      { ecommerce: { add: { products: [lido] } } },
      { event: "add_to_cart", ecommerce: { items: [{ item_id: "x" }], add: { products: [lido] } } },
    ];
    const page = open("", { url: "https://shop.example/p/1", before: (window) => Object.assign(window, { dataLayer }) });
    dataLayer.push({ ecommerce: { remove: { products: [lido] } } });
    expect(page.acts().map(({ name, items }) => [name, items?.[0].item_id])).toEqual([
      ["add_to_cart", "LIDO-02"],
      ["add_to_cart", "x"],
      ["remove_from_cart", "LIDO-02"],
    ]);
  });

  it("and JSON-LD tell one product once, though each by an id of its own", () => {
    const page = open("", {
      url: "https://shop.example/p/1",
      head: jsonLd({ ...product, mpn: "M-1" }),
      before: (window) => Object.assign(window, { dataLayer: [{ event: "view_item", ecommerce: { items: [{ item_id: "M-1", item_name: "Red shoe" }] } }] }),
    });
    page.window.dataLayer?.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "sku-1" }] } });
    expect(page.acts().map(({ name, items }) => [name, items?.[0].item_id])).toEqual([
      ["view_item", "M-1"],
      ["add_to_cart", "M-1"],
    ]);
  });
});
