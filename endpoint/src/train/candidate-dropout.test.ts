import { expect, it } from "vitest";
import { dropDimensions } from "./candidate-dropout.js";
import { seededRandom } from "./random.js";

const DIMS = 6;
const WHOLE = Float32Array.from({ length: 5 * DIMS }, (_, i) => Math.sin(1 + i * 1.7));
const dropped = (vectors: Float32Array) => dropDimensions(vectors, DIMS, 0.3, seededRandom(3));

it("leaves some numbers out and makes the rest unit", () => {
  const { vectors } = dropped(WHOLE);
  const zeros = vectors.filter((value) => value === 0).length;
  expect(zeros).toBeGreaterThan(3);
  expect(zeros).toBeLessThan(20);
  for (let row = 0; row < 5; row++) expect(Math.hypot(...vectors.subarray(row * DIMS, (row + 1) * DIMS))).toBeCloseTo(1, 5);
  expect(dropped(WHOLE).vectors).toEqual(vectors);
});

it("has the gradients that differences show", () => {
  const slope = WHOLE.map((_, i) => Math.cos(i));
  const value = (vectors: Float32Array) => dropped(vectors).vectors.reduce((sum, one, i) => sum + one * slope[i], 0);
  const gradients = slope.slice();
  dropped(WHOLE).backward(gradients);
  const step = 1e-2;
  WHOLE.forEach((_, i) => {
    const [more, less] = [WHOLE.slice(), WHOLE.slice()];
    more[i] += step;
    less[i] -= step;
    expect(gradients[i]).toBeCloseTo((value(more) - value(less)) / (2 * step), 2);
  });
});
