import { describe, expect, it } from "vitest";
import type { Prefix } from "./personas.js";
import { SpreadSum } from "./spread.js";

const prefix = (expectedDistance: number, distance: number, length = 1): Prefix => ({
  persona: null,
  rows: [],
  repeat: null,
  seen: Array<number>(length).fill(0),
  target: 7,
  expectedDistance,
  distance,
});

const add = (sum: SpreadSum, one: Prefix, hit = true) => sum.add(hit ? [1, 7] : [1], one.target, one.seen, one);

describe("the spread's calibration", () => {
  it("is off by nothing where distances are what was expected, and sorts them", () => {
    const sum = new SpreadSum();
    for (let i = 0; i < 50; i++) add(sum, prefix(((i * 7) % 50) / 50, ((i * 7) % 50) / 50), (i * 7) % 50 < 10);
    const { fifths, error } = sum.result();
    expect(error).toBe(0);
    expect(fifths.map(({ examples }) => examples)).toEqual([10, 10, 10, 10, 10]);
    expect(fifths.map(({ recall20 }) => recall20)).toEqual([100, 0, 0, 0, 0]);
    expect(fifths[4].expected).toBeGreaterThan(fifths[0].expected);
  });

  it("is off by as much as distances are, in the mean of a fifth, and parts by length", () => {
    const sum = new SpreadSum();
    for (let i = 0; i < 40; i++) add(sum, prefix(0.2, i % 2 ? 0.4 : 0.6, i < 10 ? 1 : 12));
    const { error, by_length } = sum.result();
    expect(error).toBeCloseTo(0.3, 3);
    expect(by_length.map(({ from, examples }) => [from, examples])).toEqual([
      [1, 10],
      [10, 30],
    ]);
  });

  it("leaves out what has no persona or target", () => {
    const sum = new SpreadSum();
    add(sum, prefix(Number.NaN, Number.NaN));
    expect(sum.result()).toMatchObject({ error: 0, by_length: [] });
  });
});
