import { describe, expect, it, vi } from "vitest";
import { captureInEachTest, jsonLd, open, product } from "../../../testing/page-rig.js";

captureInEachTest();

const url = "https://shop.example/p/1";
const head = jsonLd(product);
const later = (page: ReturnType<typeof open>) => {
  vi.advanceTimersByTime(2_100);
  return page;
};
const carts = (page: ReturnType<typeof open>) => page.events.filter(({ name }) => /cart/.test(name));

describe("carts of shops without attributes", () => {
  it("take what a list's button names, whether or not the page's script stops the click", () => {
    const page = later(
      open(
        '<ul class="products"><li class="product post-388"><a href="?add-to-cart=388" class="button add_to_cart_button ajax_add_to_cart" data-product_id="388">Add to cart</a></li></ul>',
      ),
    );
    page.element("a").addEventListener("click", (event) => event.preventDefault());
    page.click("a");
    vi.advanceTimersByTime(1);
    expect(carts(page)).toEqual([{ name: "add_to_cart", items: [{ item_id: "388" }] }]);
  });

  it.each([
    [
      "Woo",
      '<form class="cart"><input name="quantity" value="2"><button name="add-to-cart" value="sku-1" class="single_add_to_cart_button">In den Warenkorb</button></form>',
      2,
    ],
    ["a plain button", '<button type="button">Ajouter au panier</button>', undefined],
    ["SFCC", '<button type="button" class="add-to-cart btn" data-pid="sku-1">Buy</button>', undefined],
  ])("take the page's product from the button of %s", (_, body, quantity) => {
    const page = later(open(body, { head, url }));
    page.click("button");
    vi.advanceTimersByTime(1);
    expect(carts(page)).toMatchObject([{ name: "add_to_cart", items: [{ item_id: "sku-1", ...(quantity && { quantity }) }] }]);
  });

  it("count a click that becomes a submission once, and another product's form as the other's", () => {
    const page = later(
      open(
        `<form id="own" action="/cart/add"><button name="add">Add to cart</button></form>
        <form id="other" action="/cart/add"><input name="id" value="v-9"><input name="product-id" value="p-9"><button>Add to cart</button></form>`,
        { head, url },
      ),
    );
    for (const id of ["#own", "#other"]) {
      page.click(`${id} button`);
      page.fire(page.element(id), "submit");
      vi.advanceTimersByTime(1);
    }
    expect(carts(page).map(({ items }) => items?.[0])).toMatchObject([{ item_id: "sku-1" }, { item_id: "v-9", item_ids: ["p-9"] }]);
  });

  it("take the variant that is chosen, by whatever name the form has it", () => {
    const page = later(
      open(
        `<form><input type="radio" name="variant_id" value="v-s"><input type="radio" name="variant_id" value="v-m" checked>
        <input name="produkt_id" value="p-4"><button>Do koszyka</button></form>`,
      ),
    );
    page.click("button");
    vi.advanceTimersByTime(1);
    expect(carts(page)[0]?.items).toMatchObject([{ item_id: "v-m", item_ids: ["p-4"] }]);
  });

  it("do not take what the form refuses, nor a button that says something else", () => {
    const page = later(
      open('<form><input name="size" required value=""><button>Add to cart</button></form><button id="b">Add to wishlist</button>', { head, url }),
    );
    (page.element("form") as HTMLFormElement).checkValidity = () => false;
    Object.defineProperty(page.element("form button"), "form", { value: page.element("form") });
    page.click("form button");
    page.click("#b");
    vi.advanceTimersByTime(1);
    expect(carts(page)).toEqual([]);
  });

  it("lose what is removed, and follow the quantity in the cart", () => {
    const page = later(
      open(
        `<table class="cart"><tr data-product_id="7"><td><input name="cart[x][qty]" value="2"></td><td><a class="remove" href="#" aria-label="Remove this item">×</a></td></tr></table>`,
        { url: "https://shop.example/cart" },
      ),
    );
    const input = page.element("input") as HTMLInputElement;
    page.fire(input, "focusin");
    input.value = "5";
    page.fire(input, "change");
    input.value = "4";
    page.fire(input, "change");
    page.click("a");
    expect(carts(page)).toEqual([
      { name: "add_to_cart", items: [{ item_id: "7", quantity: 3 }] },
      { name: "remove_from_cart", items: [{ item_id: "7", quantity: 1 }] },
      { name: "remove_from_cart", items: [{ item_id: "7" }] },
    ]);
  });
});

describe("interest", () => {
  it("is in pictures and variants of the page's product, once a second, and in how far it was read", () => {
    const page = later(
      open(
        `<div class="product-gallery"><button><img alt=""></button><a href="/big.jpg"><b></b></a></div><div class="related-carousel"><a href="/p/2"><i></i></a></div>
        <form class="cart"><select name="attribute_pa_size"><option>M</option></select></form>`,
        { head, url, before: (window) => Object.assign(window.document, { hasFocus: () => true }) },
      ),
    );
    page.click("img");
    page.click("img");
    vi.advanceTimersByTime(1_500);
    page.click("b");
    page.click("i");
    vi.advanceTimersByTime(1_500);
    page.fire(page.element("select"), "change");
    Object.defineProperty(page.window.document.documentElement, "scrollHeight", { value: 2_000 });
    Object.defineProperty(page.window, "innerHeight", { value: 500 });
    Object.defineProperty(page.window, "scrollY", { value: 1_000 });
    page.fire(page.window.document, "scroll");
    page.fire(page.window, "pagehide");
    expect(page.events.find(({ name }) => name === "user_engagement")).toMatchObject({ items: [{ item_id: "sku-1" }], interactions: 3, percent_scrolled: 75 });
  });
});

describe("items that were seen", () => {
  /** An observer which the test tells what is on screen. */
  function screen() {
    const observed = new Set<Element>();
    let notify: (entries: object[]) => void = () => {};
    class IntersectionObserver {
      constructor(callback: typeof notify) {
        notify = callback;
      }
      observe = (element: Element) => void observed.add(element);
      unobserve = (element: Element) => void observed.delete(element);
      disconnect = () => observed.clear();
    }
    const show = (...elements: Element[]) => notify(elements.map((target) => ({ target, isIntersecting: true, intersectionRatio: 0.9 })));
    const hide = (...elements: Element[]) => notify(elements.map((target) => ({ target, isIntersecting: false, intersectionRatio: 0 })));
    return { observed, show, hide, before: (window: Window) => Object.assign(window, { IntersectionObserver }) };
  }
  const lists = (page: ReturnType<typeof open>) => page.events.filter(({ name }) => name === "view_item_list");

  it("for a second, with place and list, each once; those scrolled past are none", () => {
    const { before, show, hide } = screen();
    const page = later(
      open('<ul data-presently-list="sale"><li data-presently-item="a"></li><li data-presently-item="b"></li><li data-presently-item="c"></li></ul>', {
        before,
      }),
    );
    const [a, b, c] = page.window.document.querySelectorAll("li");
    show(a, b, c);
    vi.advanceTimersByTime(500);
    hide(b);
    vi.advanceTimersByTime(4_000);
    show(a);
    vi.advanceTimersByTime(4_000);
    expect(lists(page)).toEqual([
      {
        name: "view_item_list",
        items: [
          { item_id: "a", index: 0, item_list_id: "sale" },
          { item_id: "c", index: 2, item_list_id: "sale" },
        ],
        item_list_id: "sale",
      },
    ]);
  });

  it("are cards of shop systems too, but not the page's product, cart lines, or shelves of ours", () => {
    const { before, observed } = screen();
    later(
      open(
        `<main data-presently-event="view_item" data-presently-item="own"></main><ul><li class="product post-412"></li></ul><article data-id-product="3"></article>
        <div data-presently-page="cart"><p data-presently-item="line"></p></div><presently-shelf><p data-presently-item="shelf"></p></presently-shelf>`,
        { before },
      ),
    );
    expect([...observed].map((element) => element.className || element.getAttribute("data-id-product"))).toEqual(["product post-412", "3"]);
  });

  it("are told before the page is left", () => {
    const { before, show } = screen();
    const page = later(open('<p data-presently-item="a"></p>', { before }));
    show(page.element("p"));
    vi.advanceTimersByTime(1_100);
    page.fire(page.window, "pagehide");
    expect(lists(page)).toMatchObject([{ items: [{ item_id: "a", index: 0 }] }]);
  });
});

describe("searches", () => {
  it.each([
    ["say how many they found", "<h1>24 results for “lamp”</h1>", 24],
    ["say that they found nothing", '<div class="message notice"><div>Your search returned no results.</div></div>', 0],
    ["say so in German", "<main><p>Leider keine Treffer</p></main>", 0],
    ["say so by attribute", '<ul data-presently-results="3"></ul>', 3],
    ["say nothing of it", "<h1>Lamps</h1><p>Free delivery over 50</p>", undefined],
  ])("%s", (_, body, results) => {
    const { events } = open(body, { url: "https://shop.example/search?q=lamp" });
    expect(events.find(({ name }) => name === "search")).toEqual({ name: "search", search_term: "lamp", ...(results !== undefined && { results }) });
  });
});
