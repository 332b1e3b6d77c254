import { describe, expect, it } from "vitest";
import { seeded } from "../../../testing/tiny-encoder.js";
import type { Centroids } from "../../contract/partitions.js";
import { quantizeRows } from "../../contract/shard.js";
import { createDecoys } from "./decoys.js";
import { neighboursOf, unitCentroids } from "./nearest.js";

const DIMS = 8;

function level(count: number, seed: number, mass: (c: number) => number): Centroids {
  const random = seeded(seed);
  const rows = Float32Array.from({ length: count * DIMS }, random);
  const weights = Float32Array.from({ length: count }, (_, c) => mass(c));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { dims: DIMS, count, ...quantizeRows(rows, DIMS), items: new Uint32Array(count).fill(1), mass: weights.map((weight) => weight / total) };
}
const uniform = (seed: number) => {
  const random = seeded(seed);
  return () => (random() + 1) / 2;
};
function byMass({ mass, count }: Centroids, random: () => number): number {
  let rest = random();
  for (let c = 0; c < count; c++) {
    rest -= mass[c];
    if (rest < 0) return c;
  }
  return count - 1;
}

describe("decoys", () => {
  it("of a first fetch are drawn by interest, the real one left out", () => {
    const one = level(12, 1, (c) => 1 / (c + 1));
    const random = uniform(2);
    const counts = new Float64Array(12);
    const draws = 20_000;
    for (let i = 0; i < draws; i++) counts[createDecoys(1, random).of("p", { level: one, at: 3 }, () => one)[0]]++;
    expect(counts[3]).toBe(0);
    // χ² of 10 degrees of freedom stays below 29.6 in 99.9 % of all cases.
    const expected = Array.from(one.mass, (mass, c) => (c === 3 ? 0 : (draws * mass) / (1 - one.mass[3])));
    const chi2 = expected.reduce((sum, value, c) => (value > 0 ? sum + (counts[c] - value) ** 2 / value : sum), 0);
    expect(chi2).toBeLessThan(29.6);
  });

  it("stay the same however often they are asked for, and on the next page", () => {
    const one = level(40, 3, () => 1);
    const decoys = createDecoys(2, uniform(4));
    const first = [5, 9, 30].map((at) => decoys.of("p", { level: one, at }, () => one));
    expect([5, 9, 30].map((at) => decoys.of("p", { level: one, at }, () => one))).toEqual(first);
    const later = createDecoys(2, uniform(77), decoys.save());
    expect([5, 9, 30].map((at) => later.of("p", { level: one, at }, () => one))).toEqual(first);
    expect(new Set(first.flat()).size).toBe(6);
  });

  it("lie as close together as the real ones", () => {
    const one = level(200, 5, () => 1);
    const random = uniform(6);
    const spread = { real: 0, decoy: 0 };
    for (let s = 0; s < 100; s++) {
      const decoys = createDecoys(1, random);
      const real = neighboursOf(one, byMass(one, random)).slice(0, 6);
      const others = real.map((at) => decoys.of("p", { level: one, at }, () => one)[0]);
      spread.real += meanCosine(one, real);
      spread.decoy += meanCosine(one, others);
    }
    expect(spread.decoy / 100).toBeGreaterThan(0.75 * (spread.real / 100));
  });

  /** Who knows the centroids, how popular each is, and which fetches belong together, and guesses which half is real. */
  it.each([
    ["the more popular half", (one: Centroids, half: readonly number[]) => half.reduce((sum, c) => sum + one.mass[c], 0)],
    ["the half that lies closer together", meanCosine],
    ["the half whose first fetch is the more popular", (one: Centroids, half: readonly number[]) => one.mass[half[0]]],
  ])("are not told from the real ones by %s", (_, score) => {
    const one = level(200, 8, (c) => 1 / (c + 1));
    const random = uniform(9);
    const sessions = 600;
    let right = 0;
    for (let s = 0; s < sessions; s++) {
      const decoys = createDecoys(1, random);
      const real = neighboursOf(one, byMass(one, random)).slice(0, 6);
      const others = real.map((at) => decoys.of("p", { level: one, at }, () => one)[0]);
      const [a, b] = [score(one, real), score(one, others)];
      right += a > b ? 1 : a === b ? 0.5 : 0;
    }
    // Chance is .5; the tightest attack here, by closeness, comes to .65 at most.
    expect(right / sessions).toBeGreaterThan(0.35);
    expect(right / sessions).toBeLessThan(0.65);
  });
});

function meanCosine(one: Centroids, half: readonly number[]): number {
  const rows = unitCentroids(one);
  const mean = Float32Array.from({ length: DIMS }, (_, d) => half.reduce((sum, c) => sum + rows[c * DIMS + d], 0) / half.length);
  return mean.reduce((sum, value) => sum + value * value, 0);
}
