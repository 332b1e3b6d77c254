import { describe, expect, it } from "vitest";
import { conformance, sameBits } from "../../../testing/kernel-conformance.js";
import { shardOf, unitVectors } from "../../../testing/shards.js";
import { quantizeRows } from "../../contract/shard.js";
import { seededRandom } from "../explore.js";
import { rowsWhere, someRows } from "../mask.js";
import { createKernel } from "./index.js";

// Relaxed SIMD and WebGPU run through the same suite in a browser (e2e/kernels.spec.ts): Node 20 has neither.
describe.each(["simd", "js"] as const)("the %s kernel", (force) => {
  it("is the one that was asked for", async () => {
    expect(await createKernel(shardOf([{ vector: [1, 0] }], 2), { force })).toMatchObject({ name: force, relaxed: false });
  });

  it.each(conformance((shard) => createKernel(shard, { force })))("$name", ({ check }) => check());
});

it("both kernels give the same bits", () =>
  sameBits(
    (shard) => createKernel(shard, { force: "simd" }),
    (shard) => createKernel(shard, { force: "js" }),
  ));

describe("the sketch of a large shard", () => {
  const random = seededRandom(3);
  const [count, dims] = [30_000, 48];
  /** Items about 60 centres, so that a sketch has to tell apart what is much alike. */
  const centres = unitVectors(60, dims, random);
  const vectors = Float32Array.from({ length: count * dims }, (_, i) => centres[(Math.floor(i / dims) * 7) % 60][i % dims] + (random() - 0.5) * 0.35);
  const empty = shardOf([], dims);
  const shard = { ...empty, count, ...quantizeRows(vectors, dims), prior: new Float32Array(count) };
  const queries = unitVectors(20, dims, random).map((noise, q) => Float32Array.from(noise, (value, d) => centres[q * 3][d] + 0.5 * value));

  it.each([
    ["no filter", null],
    ["a filter that half pass", rowsWhere(count, (row) => row % 2)],
    ["a filter that one in eight passes", rowsWhere(count, (row) => row % 8 === 3)],
    ["a filter that ten pass", someRows(count, [5, 50, 500, 5000, 5001, 5002, 5003, 5004, 5005, 29_999])],
  ])("finds .995 of what an exact scan finds, with %s", async (_, mask) => {
    const kernel = await createKernel(shard, { force: "simd", sketchFrom: 10_000 });
    await kernel.ready;
    let found = 0;
    let wanted = 0;
    for (const query of queries) {
      const exact = kernel.search(query, { k: 100, mask, exact: true });
      const hits = kernel.search(query, { k: 100, mask });
      expect(hits.rows).toHaveLength(exact.rows.length);
      const rows = new Set(exact.rows);
      wanted += rows.size;
      hits.rows.forEach((row, i) => {
        if (rows.has(row)) found++;
        expect(hits.scores[i]).toBe(kernel.score(query, [row])[0]);
      });
    }
    expect(found / wanted).toBeGreaterThanOrEqual(0.995);
  });

  it("finds the lowest rows where more rows than it holds are the same", async () => {
    const [many, few] = [120_000, 16];
    const one = Float32Array.from({ length: many * few }, (_, i) => (i % few === 3 ? 1 : 0));
    const kernel = await createKernel(
      { ...shardOf([], few), count: many, ...quantizeRows(one, few), prior: new Float32Array(many) },
      { force: "simd", sketchFrom: 1 },
    );
    await kernel.ready;
    expect([...kernel.search(one.subarray(0, few), { k: 100 }).rows]).toEqual([...new Array(100).keys()]);
  });

  it("finds .99 of rows of 240 dimensions that lie in no order at all", async () => {
    const [count, dims] = [20_000, 240];
    const rows = Float32Array.from(unitVectors(count, dims, random).flat());
    const large = { ...shardOf([], dims), count, ...quantizeRows(rows, dims), prior: new Float32Array(count) };
    const kernel = await createKernel(large, { force: "simd", sketchFrom: 1 });
    await kernel.ready;
    const found = unitVectors(10, dims, random).flatMap((vector) => {
      const query = Float32Array.from(vector);
      const exact = new Set(kernel.search(query, { k: 100, exact: true }).rows);
      return [...kernel.search(query, { k: 100 }).rows].filter((row) => exact.has(row));
    });
    expect(found.length / 1_000).toBeGreaterThanOrEqual(0.99);
  });

  it("answers exactly while it is being made", async () => {
    const kernel = await createKernel(shard, { force: "simd", sketchFrom: 10_000 });
    const early = kernel.search(queries[0], { k: 100 });
    expect(early).toEqual(kernel.search(queries[0], { k: 100, exact: true }));
    await kernel.ready;
  });
});
