import { describe, expect, it } from "vitest";
import type { PresentlyEvent } from "../contract/events.js";
import { INTERACTIONS, sessionTokens } from "./tokens.js";

const at = (seconds: number) => 1_700_000_000_000 + seconds * 1000;
const item = (name: PresentlyEvent["name"], id: string, seconds: number): PresentlyEvent => ({ name, time: at(seconds), items: [{ item_id: id }] });

describe("sessionTokens", () => {
  it("makes items, searches and browsed categories into tokens, in order", () => {
    const tokens = sessionTokens(
      [
        { name: "page_view", time: at(0), page_type: "listing", page_category: "Shoes" },
        item("view_item", "a", 20),
        { name: "search", time: at(40), search_term: "boots" },
        item("add_to_cart", "b", 60),
        { name: "page_view", time: at(80), page_type: "home" },
      ],
      32,
    );
    expect(tokens.map(({ kind, value, interaction, event }) => [kind, value, interaction, event])).toEqual([
      ["category", "Shoes", "browse", 0],
      ["item", "a", "view", 1],
      ["query", "boots", "search", 2],
      ["item", "b", "cart", 3],
    ]);
    for (const { interaction, type } of tokens) expect(INTERACTIONS[type]).toBe(interaction);
  });

  it("takes a click and the view it opens as one visit, and a later return as another", () => {
    const tokens = sessionTokens([item("select_item", "a", 0), item("view_item", "a", 1), item("view_item", "a", 60)], 32);
    expect(tokens.map(({ interaction, event }) => [interaction, event])).toEqual([
      ["view", 1],
      ["view", 2],
    ]);
  });

  it("adds up an item's dwell, and knows the gap to the token before", () => {
    const engaged = (ms: number, seconds: number): PresentlyEvent => ({
      name: "user_engagement",
      time: at(seconds),
      engagement_time_msec: ms,
      items: [{ item_id: "a" }],
    });
    const [first, second] = sessionTokens([item("view_item", "a", 0), engaged(6000, 6), engaged(6000, 12), item("view_item", "b", 30)], 32);
    const [shorter] = sessionTokens([item("view_item", "a", 0), engaged(6000, 6)], 32);
    expect(first.dwell).toBeGreaterThan(shorter.dwell);
    expect(shorter.dwell).toBeGreaterThan(0);
    expect([first.gap, second.dwell]).toEqual([0, 0]);
    expect(second.gap).toBeGreaterThan(0);
  });

  it("keeps the newest tokens", () => {
    const events = Array.from({ length: 9 }, (_, i) => item("view_item", `i${i}`, i * 20));
    expect(sessionTokens(events, 3).map(({ value }) => value)).toEqual(["i6", "i7", "i8"]);
  });
});
