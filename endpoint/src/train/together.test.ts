import type { EventName } from "presently/contract";
import { describe, expect, it } from "vitest";
import type { TrainingSession } from "./data.js";
import { togetherGraph } from "./together.js";

const session = (...events: readonly (readonly [EventName, string])[]): TrainingSession => ({
  events: events.map(([name, ids], i) => ({ name, time: i, items: [...ids].map((item_id) => ({ item_id })) })),
  ignored: [],
  weight: 1,
  time: 0,
});
const row = (id: string) => "abcdefgh".indexOf(id);
const graphOf = (...sessions: TrainingSession[]) => {
  const { offsets, rows, counts, mass } = togetherGraph(sessions, row, 8);
  return { of: (id: string) => [...rows.subarray(offsets[row(id)], offsets[row(id) + 1])].map((r) => "abcdefgh"[r]).join(""), counts, mass };
};

describe("what was bought together", () => {
  it("is what one purchase, or one cart, has in two sessions or more, both ways; looking is not enough", () => {
    const graph = graphOf(
      session(["purchase", "ab"]),
      session(["add_to_cart", "a"], ["view_item", "c"], ["add_to_cart", "b"]),
      session(["view_item", "a"], ["view_item", "c"], ["purchase", "d"]),
      session(["view_item", "a"], ["view_item", "c"]),
      session(["purchase", "ad"]),
    );
    expect([graph.of("a"), graph.of("b"), graph.of("c"), graph.of("d")]).toEqual(["b", "a", "", ""]);
    // What one session alone shows is not told, but counts among all that was bought with it.
    expect(graph.mass[row("a")]).toBe(2.5);
  });

  it("counts a pair once a session, a purchase for more than a cart", () => {
    const bought = session(["add_to_cart", "a"], ["add_to_cart", "b"], ["purchase", "ab"]);
    const carted = session(["add_to_cart", "a"], ["add_to_cart", "c"], ["add_to_cart", "a"]);
    const graph = graphOf(bought, bought, carted, carted);
    expect(graph.of("a")).toBe("bc");
    expect([...graph.counts.subarray(0, 2)]).toEqual([2, 1]);
  });

  it("takes the last twenty items of an order that has hundreds", () => {
    const everything = session(["purchase", "abcdefgh"]);
    expect(graphOf(everything, everything).of("a")).toBe("bcdefgh");
    const sparse = togetherGraph([session(["purchase", "ab"]), session(["purchase", "ab"])], (id) => (id === "a" ? 0 : -1), 1);
    expect(sparse.rows).toHaveLength(0);
    const rows = new Map(Array.from({ length: 300 }, (_, i) => [`${i}`, i]));
    const order = { ...session(), events: [{ name: "purchase" as const, time: 0, items: Array.from(rows.keys(), (item_id) => ({ item_id })) }] };
    const { offsets } = togetherGraph([order, order], (id) => rows.get(id) ?? -1, 300);
    expect([offsets[280], offsets[281]]).toEqual([0, 16]);
  });
});
