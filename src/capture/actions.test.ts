import { describe, expect, it, vi } from "vitest";
import { captureInEachTest, jsonLd, open, product } from "../../testing/page-rig.js";

captureInEachTest();

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
      { head: jsonLd(product), url: "https://shop.example/p/1" },
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
