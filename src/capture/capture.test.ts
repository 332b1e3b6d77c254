import { Window as HappyWindow } from "happy-dom";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventInput } from "../contract/events.js";
import { parseEvent } from "../contract/events.js";
import { startCapture } from "./capture.js";

let stop = () => {};
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

interface OpenOptions {
  url?: string;
  head?: string;
  before?: (window: Window) => void;
}

/** A page with this body, watched; all events it gives, each as the contract reads it. */
function open(body: string, { url = "https://shop.example/", head = "", before }: OpenOptions = {}) {
  const happy = new HappyWindow({ url, settings: { disableJavaScriptEvaluation: true } });
  const window = happy as unknown as Window & { dataLayer?: unknown[] };
  const { document } = window;
  document.head.innerHTML = head;
  document.body.innerHTML = body;
  // The page's timers run on the test's clock.
  window.setTimeout = setTimeout as never;
  window.clearTimeout = clearTimeout as never;
  before?.(window);
  const events: EventInput[] = [];
  stop = startCapture(
    { window },
    {
      now: () => Date.now(),
      track: (event) => {
        events.push(event);
        const { time: _, ...rest } = parseEvent(event, 0);
        expect(rest).toEqual(event);
      },
    },
  );
  const element = (selector: string) => document.querySelector(selector) as HTMLElement;
  const fire = (target: EventTarget, type: string, more: object = {}) =>
    target.dispatchEvent(Object.assign(new happy.Event(type, { bubbles: true, cancelable: true }) as unknown as Event, more));
  return {
    window,
    events,
    element,
    fire,
    click: (selector: string) => fire(element(selector), "click", { button: 0 }),
    /** Without the first page view. */
    acts: () => events.filter(({ name }) => name !== "page_view"),
    names: () => events.map(({ name }) => name),
    visibility(state: "hidden" | "visible") {
      Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
      fire(document, "visibilitychange");
    },
    go(path: string, content?: string) {
      window.history.pushState(null, "", path);
      if (content !== undefined) document.body.innerHTML = content;
      fire(window, "popstate");
      vi.advanceTimersByTime(3_000);
    },
  };
}

const jsonLd = (...things: object[]) => things.map((thing) => `<script type="application/ld+json">${JSON.stringify(thing)}</script>`).join("");
const product = { "@context": "https://schema.org", "@type": "Product", sku: "sku-1", name: "Red shoe", brand: { "@type": "Brand", name: "Acme" } };
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
    for (const before of [undefined, (window: Window) => Object.assign(window, { navigation: new window.EventTarget() })]) {
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
    const page = open("", { head: jsonLd(product) });
    page.fire(page.window, "pageshow", { persisted: true });
    expect(page.names()).toEqual(["page_view", "view_item", "page_view", "view_item"]);
  });

  it("wait until a prerendered page is seen", () => {
    const page = open("", { before: (window) => Object.assign(window.document, { prerendering: true }) });
    expect(page.events).toEqual([]);
    page.fire(page.window.document, "prerenderingchange");
    expect(page.names()).toEqual(["page_view"]);
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
    const { acts } = open("", { head: jsonLd([{ ...product, category: "Shoes > Running", offers: [{ "@type": "Offer", price: "49.90" }] }]) });
    const item = { item_id: "sku-1", item_name: "Red shoe", item_brand: "Acme", item_category: "Shoes", item_category2: "Running", price: 49.9 };
    expect(acts()).toEqual([{ name: "view_item", items: [item] }]);
  });

  it("come from Open Graph where there is nothing better", () => {
    const { acts } = open("", {
      head: '<meta property="og:type" content="product"><meta property="og:title" content="Lamp"><meta property="product:retailer_item_id" content="77"><meta property="product:price:amount" content="12.5">',
    });
    expect(acts()).toEqual([{ name: "view_item", items: [{ item_id: "77", item_name: "Lamp", price: 12.5 }] }]);
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

describe("clicks", () => {
  it("on an item's link select it, with its place and list", () => {
    const page = open(
      '<ul data-presently-list="sale"><li data-presently-item="a" data-presently-index="3"><a href="#a"><b>A</b></a><i>no link</i></li></ul><a href="#x">x</a>',
    );
    page.click("b");
    page.click("i");
    page.click("body > a");
    expect(page.acts()).toEqual([{ name: "select_item", items: [{ item_id: "a", index: 3, item_list_id: "sale" }], item_list_id: "sale" }]);
  });

  it("on a marked button do what it says, with the item around it or the page's product, and the form's quantity", () => {
    const page = open(
      `<main data-presently-page="product" data-presently-item="p">
        <form><input name="quantity" value="3"><button type="button" data-presently-event="add_to_cart"><b>Add</b></button></form>
        <div data-presently-item="q"><button id="wish" data-presently-event="add_to_wishlist">♥</button></div>
      </main><button id="out" data-presently-event="remove_from_cart"></button>`,
    );
    page.click("b");
    page.click("#wish");
    page.click("#out");
    expect(page.acts().slice(1)).toEqual([
      { name: "add_to_cart", items: [{ item_id: "p", quantity: 3 }] },
      { name: "add_to_wishlist", items: [{ item_id: "q" }] },
      { name: "remove_from_cart", items: [{ item_id: "p" }] },
    ]);
  });

  it("are heard though the page stops them, and twice means twice", () => {
    const page = open('<div data-presently-item="a"><button data-presently-event="add_to_cart"></button></div>');
    page.element("button").addEventListener("click", (event) => event.stopImmediatePropagation());
    page.click("button");
    page.click("button");
    expect(page.acts()).toHaveLength(2);
  });
});

describe("forms", () => {
  it("put into the cart, marked or by their address", () => {
    const page = open(
      `<form id="m" data-presently-event="add_to_cart" data-presently-item="a"><input name="qty" value="2"></form>
       <form id="s" action="/cart/add"><button></button></form>`,
      { head: jsonLd(product) },
    );
    page.fire(page.element("#m"), "submit");
    page.fire(page.element("#s"), "submit");
    expect(page.acts().slice(1)).toMatchObject([
      { name: "add_to_cart", items: [{ item_id: "a", quantity: 2 }] },
      { name: "add_to_cart", items: [{ item_id: "sku-1" }] },
    ]);
  });

  it("search once: where the address of the next page will tell, the form does not", () => {
    const page = open(
      '<form method="get"><input type="search" name="q" value=" red  shoes "></form><form id="own" role="search"><input name="what" value="lamp"></form>',
    );
    page.fire(page.element("form"), "submit");
    vi.advanceTimersByTime(10);
    expect(page.acts()).toEqual([]);
    page.fire(page.element("#own"), "submit");
    expect(page.acts()).toEqual([{ name: "search", search_term: "lamp" }]);
  });

  it("search once where the page's script answers and changes the address", () => {
    const page = open('<form method="get"><input type="search" name="q" value="red"></form>');
    page.element("form").addEventListener("submit", (event) => event.preventDefault());
    page.fire(page.element("form"), "submit");
    vi.advanceTimersByTime(10);
    page.go("/search?q=red");
    expect(page.acts()).toEqual([{ name: "search", search_term: "red" }]);
  });

  it.each(["q", "query", "search", "s", "keyword"])("and addresses tell a search by ?%s=", (name) => {
    expect(open("", { url: `https://shop.example/find?page=1&${name}=red+shoes` }).acts()).toEqual([{ name: "search", search_term: "red shoes" }]);
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

describe("dwell", () => {
  const detail = '<main data-presently-page="product" data-presently-item="a"></main>';
  const focused = (window: Window) => Object.assign(window.document, { hasFocus: () => true });
  const dwell = (events: EventInput[]) =>
    events.filter(({ name }) => name === "user_engagement").map((event) => [event.items?.[0].item_id, event.engagement_time_msec]);

  it("is the visible time, told in parts when the page is hidden", () => {
    const page = open(detail, { before: focused });
    vi.advanceTimersByTime(4_000);
    page.visibility("hidden");
    vi.advanceTimersByTime(60_000);
    page.visibility("visible");
    vi.advanceTimersByTime(2_000);
    page.fire(page.window, "pagehide");
    expect(dwell(page.events)).toEqual([
      ["a", 4_000],
      ["a", 2_000],
    ]);
  });

  it("stops thirty seconds after the last sign of the shopper, and goes on with the next", () => {
    const page = open(detail, { before: focused });
    vi.advanceTimersByTime(10_000);
    page.fire(page.window, "scroll");
    vi.advanceTimersByTime(300_000);
    page.fire(page.window, "pointermove");
    vi.advanceTimersByTime(5_000);
    page.visibility("hidden");
    expect(dwell(page.events)).toEqual([["a", 45_000]]);
  });

  it("does not count a window without the focus, but counts a frame within the page", () => {
    const page = open(detail, { before: focused });
    vi.advanceTimersByTime(1_000);
    page.fire(page.window, "blur");
    vi.advanceTimersByTime(1_000);
    Object.assign(page.window.document, { hasFocus: () => false });
    page.fire(page.window, "blur");
    vi.advanceTimersByTime(9_000);
    page.fire(page.window, "pagehide");
    expect(dwell(page.events)).toEqual([["a", 2_000]]);
  });

  it("goes to the item that was on screen, when the shopper goes on to the next, and at the end", () => {
    const page = open(detail, { before: focused });
    vi.advanceTimersByTime(3_000);
    page.go("/p/b", '<main data-presently-page="product" data-presently-item="b"></main>');
    vi.advanceTimersByTime(1_000);
    stop();
    const [first, second] = dwell(page.events);
    expect(first).toEqual(["a", 3_000]);
    expect(second[0]).toBe("b");
    expect(page.names().indexOf("user_engagement")).toBeLessThan(page.names().lastIndexOf("page_view"));
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
    stop = startCapture({ window }, { now: Date.now, track: throwing });
    expect(() => window.document.querySelector("button")?.click()).not.toThrow();
  });
});
