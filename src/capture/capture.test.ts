import { Window as HappyWindow } from "happy-dom";
import { describe, expect, it, vi } from "vitest";
import { captureInEachTest, jsonLd, open, product, stop } from "../../testing/page-rig.js";
import { startCapture } from "./capture.js";
import * as reader from "./reader/page-reader.js";

captureInEachTest();

const trail = {
  "@type": "BreadcrumbList",
  itemListElement: [
    { "@type": "ListItem", position: 2, name: "Shoes", item: "https://shop.example/shoes" },
    { "@type": "ListItem", position: 1, name: "Home", item: "https://shop.example/" },
    { "@type": "ListItem", position: 3, name: "Running" },
  ],
};

describe("page views", () => {
  it("have address, title, type and category as the shop declares them", () => {
    const { events } = open('<main data-presently-page="listing" data-presently-category="Running"></main>', {
      url: "https://shop.example/c/7?page=2#top",
      head: "<title>Running shoes</title>",
    });
    expect(events).toEqual([
      { name: "page_view", page_location: "https://shop.example/c/7?page=2", page_title: "Running shoes", page_type: "listing", page_category: "Running" },
    ]);
  });

  it.each([
    ["home", "/", "", undefined],
    ["home", "/?utm_source=mail&gclid=1", "", undefined],
    ["search", "/find?q=red", "", undefined],
    ["cart", "/cart", "", undefined],
    ["checkout", "/checkout/address", "", undefined],
    ["listing", "/c/running", jsonLd(trail), "Running"],
    ["product", "/p/1", jsonLd({ "@graph": [{ ...product, name: "Running" }, trail] }), "Shoes"],
    ["other", "/about", "<script type='application/ld+json'>{ broken</script>", undefined],
  ])("are of type %s at %s without any attribute", (type, path, head, category) => {
    expect(open("", { url: `https://shop.example${path}`, head }).events[0]).toMatchObject({
      name: "page_view",
      page_type: type,
      ...(category && { page_category: category }),
    });
  });

  it("follow navigations within the page, whether or not the browser has the Navigation API, and no anchor", () => {
    for (const before of [undefined, (window: Window) => Object.assign(window, { navigation: new (window as unknown as typeof globalThis).EventTarget() })]) {
      const page = open("", { before: before as never });
      page.go("/#section");
      expect(page.names()).toEqual(["page_view"]);
      page.window.history.pushState(null, "", "/about");
      page.fire((page.window as never as { navigation?: EventTarget }).navigation ?? page.window, before ? "currententrychange" : "popstate");
      vi.advanceTimersByTime(3_000);
      expect(page.events.map((event) => event.page_location)).toEqual(["https://shop.example/", "https://shop.example/about"]);
      stop();
    }
  });

  it("count again when the page comes back from the back/forward cache", () => {
    const page = open("", { head: jsonLd(product), url: "https://shop.example/p/1" });
    page.fire(page.window, "pageshow", { persisted: true });
    expect(page.names()).toEqual(["page_view", "view_item", "page_view", "view_item"]);
  });
});

describe("a page that has to be read", () => {
  const head = jsonLd(product);
  const url = "https://shop.example/p/1?q=red";
  const never = () => new Promise<never>(() => {});

  it("and is left before its reader has come is told by its address", () => {
    const page = open("", { head, url, load: never });
    expect(page.events).toEqual([]);
    page.fire(page.window, "pagehide");
    page.fire(page.window, "pagehide");
    expect(page.events).toEqual([
      { name: "page_view", page_location: url, page_type: "search" },
      { name: "search", search_term: "red" },
    ]);
  });

  it("is told by its address where the reader cannot be loaded, and the problem is said", async () => {
    const problems: unknown[] = [];
    const page = open("", { head, url, load: () => Promise.reject(new Error("refused")), onProblem: (cause) => problems.push(cause) });
    await Promise.resolve();
    await Promise.resolve();
    expect(page.names()).toEqual(["page_view", "search"]);
    expect(problems).toEqual([new Error("refused")]);
  });

  it("has its own product after a router's navigation, though the reader came in between", async () => {
    let come = (_: typeof reader) => {};
    const page = open("", { head, url: "https://shop.example/p/1", load: () => new Promise((resolve) => (come = resolve as typeof come)) });
    page.go("/p/2");
    page.window.document.head.innerHTML = jsonLd({ ...product, sku: "sku-2" });
    come(reader);
    await Promise.resolve();
    await Promise.resolve();
    vi.advanceTimersByTime(3_000);
    expect(page.events.filter(({ name }) => name === "page_view").map((event) => event.page_location)).toEqual([
      "https://shop.example/p/1",
      "https://shop.example/p/2",
    ]);
    expect(page.events.filter(({ name }) => name === "view_item").map((event) => event.items?.[0].item_id)).toEqual(["sku-2"]);
  });

  it("tells no product before it, though the page is left before its turn", async () => {
    let come = (_: typeof reader) => {};
    const page = open("", { url: "https://shop.example/list", load: () => new Promise((resolve) => (come = resolve as typeof come)) });
    const go = (path: string, sku: string) => {
      page.window.history.pushState(null, "", path);
      page.fire(page.window, "popstate");
      page.window.document.head.innerHTML = jsonLd({ ...product, sku });
      vi.advanceTimersByTime(20);
    };
    go("/p/a", "a");
    come(reader);
    await Promise.resolve();
    await Promise.resolve();
    vi.advanceTimersByTime(20);
    go("/p/b", "b");
    vi.advanceTimersByTime(3_000);
    expect(page.names()).toEqual(["page_view", "page_view", "view_item"]);
    expect(page.acts()).toMatchObject([{ items: [{ item_id: "b" }] }]);
  });

  it("is not read where attributes say what it is", () => {
    let loaded = 0;
    const counting = () => {
      loaded++;
      return reader;
    };
    const page = open('<main data-presently-page="product" data-presently-item="a"></main>', { load: counting });
    expect([page.names(), loaded]).toEqual([["page_view", "view_item"], 0]);
    vi.advanceTimersByTime(2_500);
    expect([page.names(), loaded]).toEqual([["page_view", "view_item"], 1]);
  });
});

describe("item views", () => {
  it("come from attributes before JSON-LD", () => {
    const { acts } = open(
      '<article data-presently-event="view_item" data-presently-item="sku-9" data-presently-name="Blue shoe" data-presently-brand="Acme" data-presently-category="Shoes > Running" data-presently-price="1.299,50 €"></article>',
      { head: jsonLd(product) },
    );
    const item = { item_id: "sku-9", item_name: "Blue shoe", item_brand: "Acme", item_category: "Shoes", item_category2: "Running", price: 1299.5 };
    expect(acts()).toEqual([{ name: "view_item", items: [item] }]);
  });

  it("come from JSON-LD, with brand, category path and price", () => {
    const { acts } = open("", {
      head: jsonLd([{ ...product, category: "Shoes > Running", offers: [{ "@type": "Offer", price: "49.90", priceCurrency: "EUR" }] }]),
      url: "https://shop.example/p/1",
    });
    const item = {
      item_id: "sku-1",
      item_ids: ["/p/1"],
      item_name: "Red shoe",
      item_brand: "Acme",
      item_category: "Shoes",
      item_category2: "Running",
      price: 49.9,
    };
    expect(acts()).toEqual([{ name: "view_item", items: [item], currency: "EUR" }]);
  });

  it("are read past types and categories that turn into no text", () => {
    const odd = { toString: null };
    const { acts } = open("", { head: jsonLd({ "@type": odd }, { ...product, "@type": [odd, "Product"], category: odd }), url: "https://shop.example/p/1" });
    expect(acts()).toEqual([{ name: "view_item", items: [expect.objectContaining({ item_id: "sku-1" })] }]);
  });

  it("come from Open Graph where there is nothing better", () => {
    const { acts } = open("", {
      url: "https://shop.example/p/lamp",
      head: '<meta property="og:type" content="product"><meta property="og:title" content="Lamp"><meta property="product:retailer_item_id" content="77"><meta property="product:price:amount" content="12.5">',
    });
    expect(acts()).toEqual([{ name: "view_item", items: [{ item_id: "77", item_ids: ["/p/lamp"], item_name: "Lamp", price: 12.5 }] }]);
  });

  it("are none on a page with several products, unless one of them is the page's", () => {
    const two = [
      { ...product, url: "/p/1" },
      { ...product, sku: "sku-2", url: "https://shop.example/p/2" },
    ];
    expect(open("", { head: jsonLd(...two) }).acts()).toEqual([]);
    stop();
    expect(open("", { head: jsonLd(...two), url: "https://shop.example/p/2" }).acts()).toMatchObject([{ items: [{ item_id: "sku-2" }] }]);
  });

  it("are found when a router renders the product after its address, and the old product is not taken for the new one", () => {
    const detail = (id: string) => `<main data-presently-page="product" data-presently-item="${id}"></main>`;
    const page = open(detail("a"));
    const views = () => page.events.filter(({ name }) => name === "view_item").map((event) => event.items?.[0].item_id);
    page.window.history.pushState(null, "", "/p/b");
    page.fire(page.window, "popstate");
    vi.advanceTimersByTime(400);
    page.window.document.body.innerHTML = detail("b");
    vi.advanceTimersByTime(3_000);
    expect(views()).toEqual(["a", "b"]);
    page.go("/", "");
    page.go("/p/b", detail("b"));
    expect(views()).toEqual(["a", "b", "b"]);
  });
});

describe("purchases", () => {
  const confirmation = `<main data-presently-event="purchase" data-presently-transaction="T1" data-presently-value="30" data-presently-currency="EUR">
    <p data-presently-item="a" data-presently-quantity="2" data-presently-price="10"></p><p data-presently-item="b" data-presently-price="10"></p></main>`;

  it("come from the confirmation page, once per transaction, though the dataLayer tells them too", () => {
    const page = open(confirmation, {
      before: (window) => Object.assign(window, { dataLayer: [{ event: "purchase", ecommerce: { transaction_id: "T1", items: [{ item_id: "a" }] } }] }),
    });
    page.fire(page.window, "pageshow", { persisted: true });
    vi.advanceTimersByTime(3_000);
    const purchases = page.acts().filter(({ name }) => name === "purchase");
    expect(purchases).toHaveLength(1);
    expect(purchases[0].transaction_id).toBe("T1");
  });

  it("have the items with quantity and price", () => {
    expect(open(confirmation).acts()).toEqual([
      {
        name: "purchase",
        items: [
          { item_id: "a", quantity: 2, price: 10 },
          { item_id: "b", price: 10 },
        ],
        transaction_id: "T1",
        value: 30,
        currency: "EUR",
      },
    ]);
  });
});

describe("the page", () => {
  it("is left alone by everything after the stop", () => {
    const page = open('<div data-presently-item="a"><button data-presently-event="add_to_cart"></button></div>', {
      before: (window) => Object.assign(window, { dataLayer: [] }),
    });
    stop();
    const before = page.events.length;
    page.click("button");
    page.window.dataLayer?.push({ event: "add_to_cart", ecommerce: { items: [{ item_id: "b" }] } });
    page.go("/other");
    expect(page.events).toHaveLength(before);
  });

  it("never gets an error of ours, though the tracker throws", () => {
    const happy = new HappyWindow({ url: "https://shop.example/" });
    const window = happy as unknown as Window;
    window.document.body.innerHTML = '<div data-presently-item="a"><button data-presently-event="add_to_cart"></button></div>';
    const throwing = () => {
      throw new Error("tracker");
    };
    const end = startCapture(window, { now: Date.now, track: throwing });
    expect(() => window.document.querySelector("button")?.click()).not.toThrow();
    expect(end).not.toThrow();
  });
});
