import { expect, it } from "vitest";
import { fitMixture, type Prediction, prediction, quality } from "./mixture.js";
import { seededRandom } from "./random.js";

const ITEMS = 60;
const order = (cosines: Float32Array) => [...cosines.keys()].sort((a, b) => cosines[b] - cosines[a]);

/** Sessions of one item, 0, with two neighbours, 1 and 2; the next item is `next(i)`. */
function sessions(next: (i: number) => number): Prediction[] {
  const random = seededRandom(5);
  return Array.from({ length: 300 }, (_, i) => {
    const cosines = Float32Array.from({ length: ITEMS }, (_, row) => (row === 0 ? 1 : 0.6 * random()));
    return prediction(
      cosines,
      order(cosines),
      next(i),
      new Map([
        [1, 0.5],
        [2, 0.3],
      ]),
      new Map([[0, 0]]),
    );
  });
}

it("counts MRR@20 and a third of Recall@20", () => {
  const cosines = Float32Array.from({ length: ITEMS }, (_, row) => 1 - row / ITEMS);
  const of = (target: number) => quality([prediction(cosines, order(cosines), target, new Map(), new Map())], fitMixture([], 0.07, true));
  expect(of(0)).toBeCloseTo(4 / 3);
  expect(of(4)).toBeCloseTo(1 / 5 + 1 / 3);
  expect(of(25)).toBe(0);
});

it("lets neighbours count where they come next, and lowers what nobody returns to", () => {
  const predictions = sessions((i) => 1 + (i % 2));
  const found = fitMixture(predictions, 0.07, true);
  expect(found.neighbourWeight).toBeGreaterThan(0);
  expect(found.offset).toBeLessThan(0);
  expect(quality(predictions, found)).toBeGreaterThan(300 * 0.95 * (0.75 + 1 / 3));
});

it("leaves neighbours out where they tell nothing, and returns alone where they cannot be known", () => {
  const found = fitMixture(
    sessions((i) => 3 + (i % 50)),
    0.07,
    false,
  );
  expect(found.neighbourWeight).toBe(0);
  expect(found).toMatchObject({ scale: 1, offset: 0 });
});
