import { describe, expect, it } from "vitest";
import type { TrainingSession } from "./data.js";
import { demandOf } from "./demand.js";

const row = (id: string) => "abcd".indexOf(id);
const session = (ids: string): TrainingSession => ({
  events: [...ids].map((item_id, i) => ({ name: "view_item", time: i, items: [{ item_id }] })),
  ignored: [],
  weight: 1,
  time: 0,
});
const times = (count: number, ids: string) => Array.from({ length: count }, () => session(ids));

describe("demand", () => {
  it("rises for what the newest sessions ask for more than all along, and falls for what they no longer ask for", () => {
    const rises = demandOf([...times(6000, "ab"), ...times(600, "ac")], row, 4);
    expect(rises[0]).toBeCloseTo(0, 1);
    expect(rises[1]).toBeLessThan(-0.5);
    expect(rises[2]).toBeGreaterThan(1);
    expect(rises[3]).toBe(0);
  });

  it("does not rise by two people, nor by one who comes back to it a hundred times", () => {
    const usual = times(3000, "a");
    expect(demandOf([...usual, ...times(2, "b"), session("c".repeat(100))], row, 4).subarray(1)).toEqual(new Float32Array(3));
    expect(demandOf([...usual, ...times(3, "b")], row, 4)[1]).toBeGreaterThan(0.5);
  });

  it("is of no sessions nothing", () => {
    expect(demandOf([], row, 4)).toEqual(new Float32Array(4));
  });
});
