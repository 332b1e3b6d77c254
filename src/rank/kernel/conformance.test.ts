import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shardOf, unitVectors } from "../../../testing/shards.js";
import { dequantizeRow, type Shard } from "../../contract/shard.js";
import { seededRandom } from "../explore.js";
import { createKernel } from "./index.js";

/** float64 scores of the decoded rows: what both kernels approximate. */
function reference(shard: Shard, query: Float32Array, priorWeight = 0): number[] {
  return Array.from({ length: shard.count }, (_, row) => {
    const vector = dequantizeRow(shard, row, shard.dims);
    return vector.reduce((sum, value, d) => sum + value * (Number.isFinite(query[d]) ? query[d] : 0), 0) + priorWeight * shard.prior[row];
  });
}

describe.each(["simd", "js"] as const)("the %s kernel", (force) => {
  const search = async (shard: Shard, query: Float32Array, options: { k: number; priorWeight?: number; mask?: Uint8Array }) =>
    (await createKernel(shard, { force })).search(query, options);

  it("is the one that was asked for", async () => {
    expect((await createKernel(shardOf([{ vector: [1, 0] }], 2), { force })).name).toBe(force);
  });

  it("agrees with a float64 reference on ragged sizes, and finds no better row than it gives", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 90 }),
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 0, max: 100 }),
        fc.nat(),
        async (count, dims, k, seed) => {
          const random = seededRandom(seed);
          const shard = shardOf(
            unitVectors(count, dims, random).map((vector) => ({ vector, prior: random() })),
            dims,
          );
          const query = Float32Array.from(unitVectors(1, dims, random)[0]);
          const mask = Uint8Array.from({ length: count }, () => (random() < 0.7 ? 1 : 0));
          const { rows, scores } = await search(shard, query, { k, priorWeight: 0.5, mask });
          const exact = reference(shard, query, 0.5);
          const passing = [...exact.keys()].filter((row) => mask[row]);
          expect(rows).toHaveLength(Math.min(k, passing.length));
          rows.forEach((row, i) => {
            expect(mask[row]).toBe(1);
            expect(scores[i]).toBeCloseTo(exact[row], 3);
            if (i > 0) expect(scores[i] < scores[i - 1] || (scores[i] === scores[i - 1] && row > rows[i - 1])).toBe(true);
          });
          const taken = new Set(rows);
          if (rows.length === k && k > 0) for (const row of passing) if (!taken.has(row)) expect(exact[row]).toBeLessThan(scores[k - 1] + 1e-3);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives ties to the lower row", async () => {
    const shard = shardOf(
      Array.from({ length: 40 }, () => ({ vector: [0.6, 0.8] })),
      2,
    );
    expect([...(await search(shard, Float32Array.of(0.6, 0.8), { k: 5 })).rows]).toEqual([0, 1, 2, 3, 4]);
  });

  it("takes an empty shard, k = 0 and a mask that leaves nothing", async () => {
    const query = Float32Array.of(1, 0);
    expect((await search(shardOf([], 2), query, { k: 3 })).rows).toHaveLength(0);
    const shard = shardOf([{ vector: [1, 0] }], 2);
    expect((await search(shard, query, { k: 0 })).rows).toHaveLength(0);
    expect((await search(shard, query, { k: 3, mask: new Uint8Array(1) })).rows).toHaveLength(0);
  });

  it("takes zero vectors, and counts what is not finite as 0", async () => {
    const shard = shardOf([{ vector: [0, 0] }, { vector: [0, 1] }], 2);
    const { rows, scores } = await search(shard, Float32Array.of(Number.NaN, 1), { k: 2 });
    expect([...rows]).toEqual([1, 0]);
    expect(scores[0]).toBeCloseTo(1, 3);
    expect([...(await search(shard, Float32Array.of(Infinity, -Infinity), { k: 2 })).scores]).toEqual([0, 0]);
  });

  it("refuses a query of other dimensions, saying which", async () => {
    await expect(search(shardOf([{ vector: [1, 0] }], 2), new Float32Array(3), { k: 1 })).rejects.toMatchObject({ code: "rank/dims" });
  });

  it("finds 99 of a float scan's 100 best", async () => {
    const random = seededRandom(7);
    const vectors = unitVectors(4000, 64, random);
    const query = Float32Array.from(unitVectors(1, 64, random)[0]);
    const best = vectors
      .map((vector, row) => [row, vector.reduce((sum, value, d) => sum + value * query[d], 0)] as const)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 100);
    const found = new Set(
      (
        await search(
          shardOf(
            vectors.map((vector) => ({ vector })),
            64,
          ),
          query,
          { k: 100 },
        )
      ).rows,
    );
    expect(best.filter(([row]) => found.has(row)).length).toBeGreaterThanOrEqual(97);
  });
});

it("both kernels give the same bits", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 70 }), fc.nat(), async (count, dims, seed) => {
      const random = seededRandom(seed);
      const shard = shardOf(
        unitVectors(count, dims, random).map((vector) => ({ vector, prior: random() })),
        dims,
      );
      const query = Float32Array.from(unitVectors(1, dims, random)[0]);
      const [simd, js] = await Promise.all([createKernel(shard, { force: "simd" }), createKernel(shard, { force: "js" })]);
      for (const priorWeight of [0, 0.3, 1]) expect(simd.search(query, { k: 20, priorWeight })).toEqual(js.search(query, { k: 20, priorWeight }));
      expect(simd.score(query, [0])).toEqual(js.score(query, [0]));
    }),
    { numRuns: 60 },
  );
});
