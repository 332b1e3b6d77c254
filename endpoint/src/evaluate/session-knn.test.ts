import { describe, expect, it } from "vitest";
import { DetailedSum } from "./metrics.js";
import { type KnnSession, tunedSessionKnn } from "./session-knn.js";

const sum = () => new DetailedSum(new Float64Array(6));
const sessions = (lists: readonly (readonly number[])[]): KnnSession[] => lists.map((rows, time) => ({ rows, time }));
/** A hundred sessions, so that something is left when the newest are held out to tune on. */
const often = (...lists: readonly (readonly number[])[]) => sessions(Array.from({ length: 100 }, (_, i) => lists[i % lists.length]));

describe.each(["vsknn", "stan"] as const)("%s", (method) => {
  const rank = (train: readonly KnnSession[], seen: readonly number[], target: number) =>
    100 / tunedSessionKnn(method, train, [{ seen, target }], 6, sum).metrics.mrr20;

  it("recommends what sessions like this one went on to", () => {
    const train = often([0, 1, 2], [3, 4, 5]);
    for (const [seen, target] of [
      [[0], 1],
      [[0, 1], 2],
      [[3, 4], 5],
    ] as const)
      expect(rank(train, seen, target)).toBeLessThanOrEqual(3.001);
    expect(rank(train, [0], 1)).toBeLessThan(rank(train, [0], 4));
  });

  it("prefers what goes with the newest item", () => {
    const train = often([0, 2], [1, 3]);
    expect(rank(train, [0, 1], 3)).toBeLessThan(rank(train, [0, 1], 2));
  });

  it("fills up with what is popular, and gives the same again", () => {
    const train = often([0, 1], [0, 1], [2, 3]);
    const once = tunedSessionKnn(method, train, [{ seen: [5], target: 0 }], 6, sum);
    expect(once.metrics.recall20).toBe(100);
    expect(tunedSessionKnn(method, train, [{ seen: [5], target: 0 }], 6, sum)).toEqual(once);
  });
});
