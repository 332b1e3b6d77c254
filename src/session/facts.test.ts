import { expect, it } from "vitest";
import type { EventName, PresentlyEvent } from "../contract/events.js";
import { sessionFacts } from "./facts.js";

const event = (name: EventName, time: number, ...ids: string[]): PresentlyEvent => ({ name, time, items: ids.map((item_id) => ({ item_id })) });

it("tells the cart, the opened items with seconds since the last look, and what was bought", () => {
  const facts = sessionFacts(
    [
      event("view_item", 1_000, "a"),
      event("view_item", 5_000, "b"),
      event("view_item_list", 6_000, "c"),
      event("view_item", 9_000, "a"),
      event("add_to_cart", 9_500, "a", "d"),
      event("purchase", 9_800, "d"),
    ],
    10_000,
  );
  expect([...facts.viewed]).toEqual([
    ["a", 1],
    ["b", 5],
  ]);
  expect(facts.cart).toEqual(["a"]);
  expect(facts.bought).toEqual(["d"]);
});

it("takes a purchase that lists nothing for the cart as it was, and no look for one in the future", () => {
  const facts = sessionFacts([event("add_to_cart", 1, "a", "b"), event("remove_from_cart", 2, "b"), event("purchase", 3), event("view_item", 9_000, "c")], 4);
  expect(facts.bought).toEqual(["a"]);
  expect(facts.cart).toEqual([]);
  expect(facts.viewed.get("c")).toBe(0);
});
