import { describe, expect, it } from "vitest";
import { seededRandom } from "../../train/random.js";
import { divide } from "./divide.js";
import { normalizeRows } from "./kmeans.js";

const DIMS = 32;
const TARGET = 100;
const random = seededRandom(5);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const direction = () => normalizeRows(Float32Array.from({ length: DIMS }, normal), DIMS);

/** Unit rows around centres, alike in all directions. */
function around(centres: readonly Float32Array[], each: number): Float32Array {
  const rows = new Float32Array(centres.length * each * DIMS);
  centres.forEach((centre, c) => {
    for (let i = 0; i < each; i++) for (let d = 0; d < DIMS; d++) rows[(c * each + i) * DIMS + d] = centre[d] + (0.6 / Math.sqrt(DIMS)) * normal();
  });
  return normalizeRows(rows, DIMS);
}
const dot = (rows: Float32Array, row: number, query: Float32Array) => query.reduce((sum, value, d) => sum + value * rows[row * DIMS + d], 0);

describe("divide", () => {
  it("puts every row into one partition, none of them too large", () => {
    const rows = around([direction(), direction(), direction()], 1_500);
    const partitions = divide(rows, DIMS, TARGET, 16, seededRandom(1));
    expect(partitions.flatMap((one) => [...one]).sort((a, b) => a - b)).toEqual(Array.from({ length: 4_500 }, (_, i) => i));
    expect(Math.max(...partitions.map(({ length }) => length))).toBeLessThanOrEqual(1.6 * TARGET);
  });

  it("keeps apart what lies apart", () => {
    const rows = around([direction(), direction(), direction(), direction()], 1_000);
    const mixed = divide(rows, DIMS, TARGET, 16, seededRandom(1)).filter((one) => new Set(one.map((row) => Math.floor(row / 1_000))).size > 1);
    expect(mixed.length).toBeLessThanOrEqual(1);
  });

  it("has what a persona in a cloud wants in few of its partitions", () => {
    const centre = direction();
    const n = 6_000;
    const rows = around([centre], n);
    const partitions = divide(rows, DIMS, TARGET, 16, seededRandom(1));
    const means = partitions.map((own) => {
      const mean = new Float32Array(DIMS);
      for (const row of own) for (let d = 0; d < DIMS; d++) mean[d] += rows[row * DIMS + d] / own.length;
      return mean;
    });
    let found = 0;
    const personas = 20;
    for (let p = 0; p < personas; p++) {
      // A session of three items of the cloud.
      const persona = new Float32Array(DIMS);
      for (let i = 0; i < 3; i++) {
        const row = Math.floor(random() * n);
        for (let d = 0; d < DIMS; d++) persona[d] += rows[row * DIMS + d];
      }
      const best = Array.from({ length: n }, (_, row) => row)
        .sort((a, b) => dot(rows, b, persona) - dot(rows, a, persona))
        .slice(0, 20);
      const near = means.map((mean, i) => ({ i, score: dot(mean, 0, persona) })).sort((a, b) => b.score - a.score);
      const held = new Set(near.slice(0, 10).flatMap(({ i }) => [...partitions[i]]));
      found += best.filter((row) => held.has(row)).length / 20 / personas;
    }
    // A sixth of the rows; k-means alone gives .54.
    expect(found).toBeGreaterThan(0.8);
  });
});
