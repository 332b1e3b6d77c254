import { describe, expect, it } from "vitest";
import type { EventItem, PresentlyEvent } from "../contract/events.js";
import { createIdentifier } from "./identify.js";

function catalogue(...rows: (string | readonly [id: string, link: string])[]) {
  const all = rows.map((row) => (typeof row === "string" ? ([row, ""] as const) : row));
  const ids = all.map(([id]) => id);
  const shard = { count: ids.length, id: (row: number) => ids[row], row: (id: string) => ids.indexOf(id) };
  return createIdentifier({ shard, card: (row: number) => ({ link: all[row][1] }) } as never);
}

const view = (item_id: string, ...item_ids: string[]): PresentlyEvent => ({
  name: "view_item",
  time: 1,
  items: [{ item_id, ...(item_ids.length && { item_ids }) }],
});
const idOf = (events: readonly PresentlyEvent[]) => (events[0].items as EventItem[])[0].item_id;

describe("an item of a page is found in the catalogue", () => {
  const shop = catalogue(
    ["MUG-01", "https://shop.example/products/mug"],
    "shopify_US_7938291212504_43729078616280",
    "shopify_US_7938291212504_43729078649048",
    "4006381333931",
    "00412",
    "online:en:US:TENT-2P",
    ["x9", "https://shop.example/de/p/tisch-gro%C3%9F/?utm=1"],
  );
  it.each([
    ["by its id", "MUG-01", [], "MUG-01"],
    ["by another of its ids, the GTIN say", "WK-10042", ["0194b7a3", "4006381333931", "/x"], "4006381333931"],
    ["in another spelling", "mug 01", [], "MUG-01"],
    ["with leading zeros", "412", [], "00412"],
    ["by its variant in a feed's id", "MC-NVY-M", ["43729078649048", "7938291212504"], "shopify_US_7938291212504_43729078649048"],
    ["by its product, where nothing names the variant", "MC-NVY", ["7938291212504"], "shopify_US_7938291212504_43729078616280"],
    ["by its stock-keeping unit in a feed's id", "TENT-2P", [], "online:en:US:TENT-2P"],
    ["by the address of its page", "T-1", ["/de/p/tisch-groß"], "x9"],
    ["by nothing, and stays", "other-7", ["/p/other"], "other-7"],
    ["not by the home page", "other-8", ["/"], "other-8"],
  ])("%s", (_, id, others, expected) => {
    expect(idOf(shop.events([view(id, ...others)]))).toBe(expected);
  });

  it("also where a cart or an order calls it by another id, and excluded ids are the same items", () => {
    const { events, id, renamed } = catalogue("shopify_US_1111_2222");
    events([view("SKU-9", "2222", "1111")]);
    expect(idOf(events([view("2222")]))).toBe("shopify_US_1111_2222");
    expect([id("SKU-9"), id("none")]).toEqual(["shopify_US_1111_2222", "none"]);
    expect([...renamed.keys()]).toEqual(["SKU-9", "2222", "1111"]);
  });

  it("without another array where all ids are the catalogue's own", () => {
    const given = view("MUG-01");
    expect(shop.events([given])[0]).toBe(given);
  });
});
