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

  it("tells with a token how long the one before was looked at, in all, and how long ago it came", () => {
    const engaged = (ms: number, seconds: number): PresentlyEvent => ({
      name: "user_engagement",
      time: at(seconds),
      engagement_time_msec: ms,
      items: [{ item_id: "a" }],
    });
    const opened = item("view_item", "a", 0);
    const next = item("view_item", "b", 30);
    const [first, second] = sessionTokens([opened, engaged(6000, 6), engaged(6000, 12), next], 32);
    const [, shorter] = sessionTokens([opened, engaged(6000, 6), next], 32);
    expect(second.dwell).toBeGreaterThan(shorter.dwell);
    expect(shorter.dwell).toBeGreaterThan(0);
    expect([first.gap, first.dwell]).toEqual([0, 0]);
    expect(second.gap).toBeGreaterThan(0);
  });

  it("tells nothing of the newest token that is known only after it", () => {
    const [before] = sessionTokens([item("view_item", "a", 0)], 32);
    const [after] = sessionTokens(
      [item("view_item", "a", 0), { name: "user_engagement", time: at(9), engagement_time_msec: 9000, items: [{ item_id: "a" }] }, item("view_item", "b", 9)],
      32,
    );
    expect(after).toEqual(before);
  });

  it("keeps the newest tokens", () => {
    const events = Array.from({ length: 9 }, (_, i) => item("view_item", `i${i}`, i * 20));
    expect(sessionTokens(events, 3).map(({ value }) => value)).toEqual(["i6", "i7", "i8"]);
  });
});
