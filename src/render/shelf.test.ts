// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Change, Presently, RecommendOptions } from "../contract/client.js";
import type { RankedItem, Ranking } from "../contract/ranking.js";
import { defineShelf } from "./shelf.js";

const item = (id: string, more: Partial<RankedItem> = {}): RankedItem => ({
  item_id: id,
  title: `Title ${id}`,
  link: `/item/${id}`,
  image: `/image/${id}.svg`,
  brand: "Acme",
  category: "Shoes",
  price: 12.9,
  currency: "EUR",
  availability: "in_stock",
  score: 0.5,
  position: 0,
  propensity: 1,
  reason: { kind: "popular", label: "", share: 0 },
  ...more,
});

type Asked = RecommendOptions & { similarTo?: string; complementOf?: readonly string[] | "cart"; trending?: true; rerank?: readonly string[] };

/** Ranks what it is told to, as the client does: without the ids that the shelf excludes. */
function shop() {
  let items: readonly RankedItem[] = ["a", "b", "c"].map((id) => item(id));
  let failure: Error | null = null;
  let made = 0;
  const asked: Asked[] = [];
  const reports: string[] = [];
  const listeners = new Set<(change: Change) => void>();
  const rank = async (options: Asked = {}): Promise<Ranking> => {
    asked.push(options);
    if (failure) throw failure;
    const gone = new Set((options.exclude ?? []).map((each) => (typeof each === "string" ? each : each.id)));
    const left = items.filter(({ item_id }) => !gone.has(item_id)).slice(0, options.limit);
    return { id: `ranking-${++made}`, kind: "recommend", release: 1, candidates: 9, items: left, milliseconds: 0.1 };
  };
  const client = {
    recommend: rank,
    similar: (similarTo, options) => rank({ ...options, similarTo }),
    complement: (itemIds, options) => rank({ ...options, complementOf: itemIds ?? "cart" }),
    trending: (options) => rank({ ...options, trending: true }),
    rerank: async (ids) => {
      const ranking = await rank({ rerank: ids });
      return { ...ranking, items: ranking.items.filter(({ item_id }) => ids.includes(item_id)) };
    },
    report: (ranking, id, what) => void reports.push(`${ranking} ${id} ${what}`),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } satisfies Partial<Presently>;
  return {
    client: client as unknown as Presently,
    asked,
    reports,
    listeners,
    ranks: (next: readonly RankedItem[]) => {
      items = next;
    },
    fails: (error: Error | null) => {
      failure = error;
    },
    async changes() {
      for (const listener of listeners) listener({ type: "persona" } as Change);
      await settled();
    },
  };
}

/** Answers and the frame in which they are shown; and again, for the shelves after it. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
const all = (shelf: Element, part: string) => [...shelf.shadowRoot!.querySelectorAll<HTMLElement>(`[part~=${part}]`)];
const texts = (shelf: Element, part: string) => all(shelf, part).map(({ textContent }) => textContent);
const cells = (shelf: Element) => shelf.shadowRoot!.querySelectorAll("li").length;

async function place(html: string): Promise<HTMLElement> {
  document.body.innerHTML = html;
  await settled();
  return document.querySelector<HTMLElement>("presently-shelf")!;
}

let rig: ReturnType<typeof shop>;
beforeEach(() => {
  rig = shop();
  defineShelf(rig.client);
});
afterEach(() => {
  document.body.innerHTML = "";
  vi.restoreAllMocks();
});

describe("a shelf", () => {
  it("shows each item with link, price, availability and reason", async () => {
    rig.ranks([
      item("a", { reason: { kind: "viewed", label: "Blue mug", item_id: "z", share: 0.8 } }),
      item("b", { reason: { kind: "searched", label: "tent", share: 0.5 }, availability: "preorder" }),
      item("c", { reason: { kind: "viewed", label: "Title c", item_id: "c", share: 0.9 }, price: Number.NaN }),
    ]);
    const shelf = await place('<section lang="de"><presently-shelf heading="For you"></presently-shelf></section>');
    expect(texts(shelf, "heading")).toEqual(["For you"]);
    expect(all(shelf, "link").map((link) => (link as HTMLAnchorElement).getAttribute("href"))).toEqual(
      ["a", "b", "c"].map((id) => new URL(`/item/${id}`, document.baseURI).href),
    );
    expect(texts(shelf, "price")).toEqual(["12,90\u00a0€", "12,90\u00a0€ Pre-order", ""]);
    expect(texts(shelf, "reason")).toEqual(["Because you looked at Blue mug", "Because you searched “tent”", "You looked at this before"]);
  });

  it("speaks the page's language where the page brings the words", async () => {
    rig.ranks([item("a", { reason: { kind: "viewed", label: "$& Becher", item_id: "z", share: 1 }, availability: "out_of_stock" })]);
    const shelf = await place('<presently-shelf text-viewed="Weil du {} angesehen hast" text-out-of-stock="Ausverkauft"></presently-shelf>');
    expect(texts(shelf, "reason")).toEqual(["Weil du $& Becher angesehen hast"]);
    expect(texts(shelf, "availability")).toEqual(["Ausverkauft"]);
  });

  it("asks for what its attributes say", async () => {
    await place(
      `<presently-shelf kind="similar" item-id="m-1" limit="3" filter='{"price":{"max":50}}' exclude="cart, viewed,x-9" diversity="0.3" explore="7"></presently-shelf>`,
    );
    expect(rig.asked).toEqual([
      { similarTo: "m-1", limit: 3, filter: { price: { max: 50 } }, exclude: ["cart", "viewed", { id: "x-9" }], diversity: 0.3, explore: 1 },
    ]);
  });

  it("asks for each kind of ranking, with rules of its own, a search, or without the shop's rules", async () => {
    await place('<presently-shelf kind="complement" limit="3"></presently-shelf>');
    await place('<presently-shelf kind="complement" item-id="m-1, m-2" limit="3" rules="none"></presently-shelf>');
    await place('<presently-shelf kind="trending" limit="2" exclude="bought"></presently-shelf>');
    await place(
      `<presently-shelf limit="2" search="red mug" exclude="cart" rules='{"caps":[{"field":"brand","most":1}],"exclude":["viewed"],"limit":9}'></presently-shelf>`,
    );
    expect(rig.asked.map(({ exclude, ...request }) => ({ ...request, exclude: exclude?.filter((one) => typeof one === "string") }))).toEqual([
      { complementOf: "cart", limit: 3, exclude: [] },
      { complementOf: ["m-1", "m-2"], limit: 3, exclude: [], rules: false },
      { trending: true, limit: 2, exclude: ["bought"] },
      { limit: 2, search: "red mug", exclude: ["viewed", "cart"], caps: [{ field: "brand", most: 1 }] },
    ]);
  });

  it("says why in words of the rule: bought together, in demand, the shop's choice", async () => {
    rig.ranks([
      item("a", { reason: { kind: "bought_together", label: "Blue mug", item_id: "z", share: 0.8 } }),
      item("b", { reason: { kind: "trending", label: "", share: 1 } }),
      item("c", { reason: { kind: "pinned", label: "", share: 1 } }),
    ]);
    const shelf = await place("<presently-shelf></presently-shelf>");
    expect(texts(shelf, "reason")).toEqual(["Bought together with Blue mug", "In demand right now", "The shop’s choice"]);
  });

  it("asks again when an attribute or the persona changes, once for a burst", async () => {
    const shelf = await place("<presently-shelf></presently-shelf>");
    shelf.setAttribute("limit", "2");
    shelf.setAttribute("diversity", "0.5");
    await rig.changes();
    expect(rig.asked.length).toBe(2);
    expect(texts(shelf, "title")).toEqual(["Title a", "Title b"]);
  });

  it("never runs a link's code", async () => {
    rig.ranks([item("a", { link: "javascript:alert(1)" }), item("b", { title: "<img src=x onerror=alert(1)>" })]);
    const shelf = await place("<presently-shelf></presently-shelf>");
    expect(all(shelf, "link").map((link) => link.hasAttribute("href"))).toEqual([false, true]);
    expect(texts(shelf, "title")[1]).toBe("<img src=x onerror=alert(1)>");
  });

  it("puts the title's letter where a picture is missing or fails", async () => {
    rig.ranks([item("a", { title: "ähre", image: "" }), item("b")]);
    const shelf = await place("<presently-shelf></presently-shelf>");
    const [without, failing] = all(shelf, "picture");
    expect(without.dataset.letter).toBe("Ä");
    failing.querySelector("img")!.dispatchEvent(new Event("error"));
    expect([failing.dataset.letter, failing.querySelector("img")]).toEqual(["T", null]);
  });
});

describe("a new order", () => {
  it("keeps the cards that stay, and the focus on its item", async () => {
    const shelf = await place("<presently-shelf></presently-shelf>");
    const [a, b] = all(shelf, "link");
    b.focus();
    rig.ranks([item("d"), item("b"), item("a")]);
    await rig.changes();
    expect(texts(shelf, "title")).toEqual(["Title d", "Title b", "Title a"]);
    expect(all(shelf, "link").slice(1)).toEqual([b, a]);
    expect(shelf.shadowRoot!.activeElement).toBe(b);
    expect(texts(shelf, "live")[0]).not.toBe("");
  });

  it("gives the focus of an item that left to the one in its place", async () => {
    const shelf = await place("<presently-shelf></presently-shelf>");
    all(shelf, "link")[1].focus();
    rig.ranks([item("a"), item("e")]);
    await rig.changes();
    expect(shelf.shadowRoot!.activeElement).toBe(all(shelf, "link")[1]);
  });

  it("touches nothing where the order is the same, and attributes to the ranking that was shown", async () => {
    const shelf = await place("<presently-shelf></presently-shelf>");
    const moves = vi.spyOn(all(shelf, "list")[0], "replaceChildren");
    rig.ranks([item("a", { price: 9 }), item("b"), item("c")]);
    await rig.changes();
    expect(moves).not.toHaveBeenCalled();
    expect(texts(shelf, "price")[0]).toContain("9");
    all(shelf, "link")[0].click();
    expect(rig.reports).toEqual(["ranking-1 a click"]);
  });

  it("shows an item's new title when a release brings one", async () => {
    const shelf = await place("<presently-shelf></presently-shelf>");
    rig.ranks([item("a", { title: "Renamed" }), item("b"), item("c")]);
    await rig.changes();
    expect(texts(shelf, "title")[0]).toBe("Renamed");
  });
});

describe("dismissing", () => {
  it("reports, and takes the item from all shelves for good", async () => {
    rig.ranks(["x", "y", "z"].map((id) => item(id)));
    await place("<presently-shelf limit='2'></presently-shelf><presently-shelf repeats></presently-shelf>");
    const [first, second] = document.querySelectorAll("presently-shelf");
    expect(all(first, "dismiss")[0].getAttribute("aria-label")).toBe("Not interested in Title x");
    all(first, "dismiss")[0].click();
    await settled();
    expect(rig.reports).toHaveLength(1);
    expect(rig.reports[0]).toMatch(/^ranking-\d x dismissed$/);
    expect(texts(first, "title")).toEqual(["Title y", "Title z"]);
    expect(texts(second, "title")).toEqual(["Title y", "Title z"]);
    await rig.changes();
    expect(rig.asked.at(-1)?.exclude).toContainEqual({ id: "x" });
  });

  it("goes on with the next item's button", async () => {
    rig.ranks(["u", "v", "w"].map((id) => item(id)));
    const shelf = await place("<presently-shelf></presently-shelf>");
    all(shelf, "dismiss")[1].focus();
    all(shelf, "dismiss")[1].click();
    await settled();
    expect(shelf.shadowRoot!.activeElement?.getAttribute("aria-label")).toBe("Not interested in Title w");
  });
});

describe("room", () => {
  it("is kept while a ranking is on its way, and in a grid for the places that stay empty", async () => {
    const shelf = document.createElement("presently-shelf");
    shelf.setAttribute("limit", "5");
    shelf.setAttribute("layout", "grid");
    document.body.append(shelf);
    expect([cells(shelf), shelf.getAttribute("aria-busy")]).toEqual([5, "true"]);
    await settled();
    expect([cells(shelf), all(shelf, "link").length, shelf.getAttribute("aria-busy")]).toEqual([5, 3, "false"]);
    expect(all(shelf, "blank").every((blank) => blank.getAttribute("aria-hidden") === "true")).toBe(true);
  });

  it.each(["nothing", "an error", "a filter that is no JSON", "rules that are no JSON", "no item to be similar to"])(
    "is kept with %s, and the page's own content stands there",
    async (what) => {
      const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
      if (what === "nothing") rig.ranks([]);
      if (what === "an error") rig.fails(new Error("no engine"));
      const attributes =
        { "a filter that is no JSON": 'filter="{"', "rules that are no JSON": 'rules="caps"', "no item to be similar to": 'kind="similar"' }[what] ?? "";
      const shelf = await place(`<presently-shelf limit="4" ${attributes}><p>Our bestsellers</p></presently-shelf>`);
      await rig.changes();
      expect([cells(shelf), shelf.getAttribute("aria-busy"), all(shelf, "fallback")[0].hidden]).toEqual([4, "false", false]);
      expect(warn.mock.calls.length).toBe(what === "an error" || what.endsWith("JSON") ? 1 : 0);
    },
  );

  it("keeps the last items when a later ranking fails", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const shelf = await place("<presently-shelf></presently-shelf>");
    rig.fails(new Error("worker lost"));
    await rig.changes();
    expect(all(shelf, "link").length).toBe(3);
  });
});

describe("life", () => {
  it("leaves no listener behind when it leaves the page, and comes back", async () => {
    const shelf = await place("<presently-shelf></presently-shelf>");
    expect(rig.listeners.size).toBe(1);
    shelf.remove();
    expect(rig.listeners.size).toBe(0);
    document.body.append(shelf);
    await settled();
    expect(rig.listeners.size).toBe(1);
    expect(all(shelf, "link").length).toBe(3);
  });

  it("goes over to a newer client", async () => {
    const shelf = await place("<presently-shelf></presently-shelf>");
    const next = shop();
    next.ranks([item("n")]);
    defineShelf(next.client);
    await settled();
    expect(texts(shelf, "title")).toEqual(["Title n"]);
    expect(rig.listeners.size).toBe(0);
  });
});

describe("several shelves", () => {
  it("show no item twice, the upper one first, and follow it; unless the lower one may repeat", async () => {
    rig.ranks(["a", "b", "c", "d", "e"].map((id) => item(id)));
    await place(["limit='2'", "limit='2'", "limit='2' repeats"].map((more) => `<presently-shelf ${more}></presently-shelf>`).join(""));
    const titles = () => [...document.querySelectorAll("presently-shelf")].map((shelf) => texts(shelf, "title").join());
    await settled();
    expect(titles()).toEqual(["Title a,Title b", "Title c,Title d", "Title a,Title b"]);
    rig.ranks(["d", "c", "b", "a", "e"].map((id) => item(id)));
    await rig.changes();
    await settled();
    expect(titles()).toEqual(["Title d,Title c", "Title b,Title a", "Title d,Title c"]);
  });
});

describe("a shop's own card", () => {
  const TEMPLATE = `<template><article class="tile"><a data-presently-field="link"><img data-presently-field="image" alt=""><h3 data-presently-field="title"></h3></a>
    <b data-presently-field="price"></b><i data-presently-field="availability"></i><button data-presently-action="dismiss">×</button></article></template>`;
  const tiles = (shelf: Element) => [...shelf.querySelectorAll<HTMLElement>(".tile")];

  it("is filled in the page itself, one per item, and goes with it", async () => {
    rig.ranks([item("a"), item("b", { image: "", availability: "preorder", link: "javascript:alert(1)" }), item("c")]);
    const shelf = await place(`<presently-shelf>${TEMPLATE}</presently-shelf>`);
    expect(tiles(shelf).map((tile) => tile.querySelector("h3")!.textContent)).toEqual(["Title a", "Title b", "Title c"]);
    const [a, b] = tiles(shelf);
    expect(a.querySelector("a")!.getAttribute("href")).toBe(new URL("/item/a", document.baseURI).href);
    expect([a.querySelector("img")!.getAttribute("src"), a.querySelector("b")!.textContent, a.querySelector("i")!.hidden]).toEqual([
      "/image/a.svg",
      "€12.90",
      true,
    ]);
    expect([b.querySelector("a")!.hasAttribute("href"), b.querySelector("img")!.hidden, b.querySelector("i")!.textContent]).toEqual([false, true, "Pre-order"]);
    const slots = [...shelf.shadowRoot!.querySelectorAll<HTMLSlotElement>("li slot")];
    expect(slots.map(({ name }) => name)).toEqual(tiles(shelf).map(({ slot }) => slot));
    a.querySelector("a")!.click();
    b.querySelector("button")!.click();
    await settled();
    expect(rig.reports.map((report) => report.replace(/^\S+ /, ""))).toEqual(["a click", "b dismissed"]);
    expect(tiles(shelf).map((tile) => tile.querySelector("h3")!.textContent)).toEqual(["Title a", "Title c"]);
    rig.ranks([item("c"), item("d")]);
    await rig.changes();
    expect(tiles(shelf)).toHaveLength(2);
    expect(shelf.shadowRoot!.querySelectorAll("li slot")).toHaveLength(2);
  });

  it("is ours where the template is empty", async () => {
    rig.ranks([item("f")]);
    const shelf = await place("<presently-shelf><template>text</template></presently-shelf>");
    expect(texts(shelf, "title")).toEqual(["Title f"]);
  });
});

describe("a list that the server has rendered", () => {
  const LIST = `<ul><li data-presently-item="a"><a href="/a">A</a></li><li data-presently-item="b"><a href="/b">B</a></li><li class="banner"></li><li data-presently-item="c"><a href="/c">C</a></li></ul>`;
  const order = () => [...document.querySelectorAll("ul > li")].map((li) => li.getAttribute("data-presently-item") ?? "-").join("");

  it("gets the persona's order in place; what is no item, or unknown, keeps its own", async () => {
    rig.ranks(["c", "x", "a"].map((id) => item(id)));
    const shelf = await place(`<presently-shelf kind="rerank">${LIST}</presently-shelf>`);
    expect(rig.asked[0].rerank).toEqual(["a", "b", "c"]);
    expect(order()).toBe("ca-b");
    expect([all(shelf, "list")[0].hidden, all(shelf, "fallback")[0].hidden]).toEqual([true, false]);
    const link = document.querySelector<HTMLElement>("[data-presently-item=a] a")!;
    link.focus();
    rig.ranks(["a", "b", "c"].map((id) => item(id)));
    await rig.changes();
    expect(order()).toBe("ab-c");
    expect(document.activeElement).toBe(link);
    link.click();
    expect(rig.reports.map((report) => report.replace(/^\S+ /, ""))).toEqual(["a click"]);
  });

  it("stays as it is where ranking fails", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    rig.fails(new Error("no engine"));
    const shelf = await place(`<presently-shelf kind="rerank">${LIST}</presently-shelf>`);
    expect(order()).toBe("ab-c");
    expect(all(shelf, "fallback")[0].hidden).toBe(false);
  });

  it("moves items of several parents within each", async () => {
    rig.ranks(["d", "c", "b", "a"].map((id) => item(id)));
    await place(
      `<presently-shelf kind="rerank"><ul><li data-presently-item="a"></li><li data-presently-item="b"></li></ul><ul><li data-presently-item="c"></li><li data-presently-item="d"></li></ul></presently-shelf>`,
    );
    expect(order()).toBe("badc");
  });
});
