import { describe, expect, it } from "vitest";
import type { TrainingSession } from "./data.js";
import { mergeNeighbours, type NeighbourGraph, NO_NEIGHBOURS, neighbourGraph } from "./neighbours.js";

const session = (ids: string, time: number): TrainingSession => ({
  events: [...ids].map((item_id, i) => ({ name: "view_item", time: i, items: [{ item_id }] })),
  ignored: [],
  weight: 1,
  time,
});
const row = (id: string) => "abcd".indexOf(id);
const listOf = ({ offsets, rows }: NeighbourGraph, of: number) => [...rows.subarray(offsets[of], offsets[of + 1])];

describe("neighbours", () => {
  it("are what two sessions or more met together, the nearer and the later ones first", () => {
    const graph = neighbourGraph([session("abc", 1), session("abbc", 2), session("ad", 3), session("ax", 4)], row, 4);
    expect(listOf(graph, 0)).toEqual([1, 2]);
    expect(listOf(graph, 1)).toEqual([2, 0]);
    expect(listOf(graph, 3)).toEqual([]);
    // What is not told is not forgotten: shares are of all that was met.
    expect(graph.mass[0]).toBeGreaterThan(graph.counts[0] + graph.counts[1]);
    expect(graph.mass[3]).toBeGreaterThan(0);
  });

  it("of newer sessions count more, whatever the order in which they are given", () => {
    const old = Array.from({ length: 3 }, (_, i) => session("ab", i));
    const recent = Array.from({ length: 2 }, (_, i) => session("ac", 100 + i));
    const graph = neighbourGraph([...recent, ...old, ...Array.from({ length: 20 }, (_, i) => session("d", 10 + i))], row, 4);
    expect(listOf(graph, 0)).toEqual([2, 1]);
  });

  it("are merged with those before by item, which count a share of themselves", () => {
    const before = neighbourGraph([session("ab", 1), session("ab", 2)], row, 4);
    const after = neighbourGraph([session("ac", 1), session("ac", 2)], (id) => "cba".indexOf(id), 3);
    const merged = mergeNeighbours(before, after, (old) => [2, 1, 0, -1][old], 0.5);
    expect(listOf(merged, 2)).toEqual([0, 1]);
    expect(merged.mass[2]).toBeCloseTo(after.mass[2] + before.mass[0] / 2, 5);
    expect(mergeNeighbours(before, NO_NEIGHBOURS(4), (old) => old, 1)).toEqual(before);
  });
});
