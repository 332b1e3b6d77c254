import fc from "fast-check";
import { dequantizeRow, type Shard } from "../src/contract/shard.js";
import { seededRandom } from "../src/rank/explore.js";
import type { Hits, Kernel, SearchOptions } from "../src/rank/kernel/kernel.js";
import { everyRow, hasRow, type RowMask, rowsWhere, someRows } from "../src/rank/mask.js";
import { shardOf, unitVectors } from "./shards.js";

/** A kernel, or a promise of what it finds: a GPU answers later. */
export type Searcher = Pick<Kernel, "score"> & { search(query: Float32Array, options: SearchOptions): Hits | Promise<Hits> };

export interface Fact {
  readonly name: string;
  check(): Promise<void>;
}

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

const same = (found: Iterable<number>, expected: readonly number[], what: string) =>
  must(JSON.stringify([...found]) === JSON.stringify(expected), `${what}: found ${[...found]}, expected ${expected}`);

/** float64 scores of the decoded rows: what every kernel approximates. */
export function reference(shard: Shard, query: Float32Array, priorWeight = 0): number[] {
  return Array.from({ length: shard.count }, (_, row) => {
    const vector = dequantizeRow(shard, row, shard.dims);
    const cosine = vector.reduce((sum, value, d) => sum + value * (Number.isFinite(query[d]) ? query[d] : 0), 0);
    return priorWeight === 0 ? cosine : cosine + priorWeight * shard.prior[row];
  });
}

/** Throws unless these are the best passing rows by the reference, up to float32's rounding, in the stated order. */
function mustBeBest({ rows, scores }: Hits, exact: readonly number[], mask: RowMask | null, k: number, count: number): void {
  const passing = [...exact.keys()].filter((row) => !mask || hasRow(mask, row));
  must(rows.length === Math.min(k, passing.length), `${rows.length} hits of ${Math.min(k, passing.length)}, ${count} rows`);
  rows.forEach((row, i) => {
    must(!mask || hasRow(mask, row), `row ${row} does not pass`);
    must(Math.abs(scores[i] - exact[row]) < 1e-3, `row ${row} has the score ${scores[i]}, exactly ${exact[row]}`);
    if (i > 0) must(scores[i] < scores[i - 1] || (scores[i] === scores[i - 1] && row > rows[i - 1]), `hits ${i - 1} and ${i} are out of order`);
  });
  const taken = new Set(rows);
  must(taken.size === rows.length, "a row is found twice");
  if (rows.length === k && k > 0)
    for (const row of passing)
      if (!taken.has(row)) must(exact[row] < scores[k - 1] + 1e-3, `row ${row} is better (${exact[row]}) than the last (${scores[k - 1]})`);
}

/** What holds for every kernel. Runs in Vitest and in a browser's page alike. */
export function conformance(create: (shard: Shard) => Promise<Searcher>, { runs = 60, most = 600 } = {}): readonly Fact[] {
  const search = async (shard: Shard, query: Float32Array, options: SearchOptions) => (await create(shard)).search(query, options);
  const random = (count: number, dims: number, seed: number) => {
    const draw = seededRandom(seed);
    const shard = shardOf(
      unitVectors(count, dims, draw).map((vector) => ({ vector, prior: draw() })),
      dims,
    );
    return { shard, draw, query: Float32Array.from(unitVectors(1, dims, draw)[0]) };
  };
  return [
    {
      name: "agrees with a float64 reference on ragged sizes, and finds no better row than it gives",
      check: () =>
        fc.assert(
          fc.asyncProperty(
            fc.integer({ min: 0, max: most }),
            fc.constantFrom(1, 7, 16, 33, 64, 70, 128),
            fc.integer({ min: 0, max: 700 }),
            fc.constantFrom(0, 0.02, 0.15, 0.5, 0.9, 1),
            fc.constantFrom(0, 0.5),
            fc.nat(),
            async (count, dims, k, share, priorWeight, seed) => {
              const { shard, draw, query } = random(count, dims, seed);
              const mask = share === 1 ? null : rowsWhere(count, () => draw() < share);
              mustBeBest(await search(shard, query, { k, priorWeight, mask }), reference(shard, query, priorWeight), mask, k, count);
            },
          ),
          { numRuns: runs },
        ),
    },
    {
      name: "gives ties to the lower row",
      check: async () => {
        const shard = shardOf(
          Array.from({ length: 500 }, (_, row) => ({ vector: row % 5 === 3 ? [0.8, 0.6] : [0.6, 0.8] })),
          2,
        );
        same((await search(shard, Float32Array.of(0.6, 0.8), { k: 5 })).rows, [0, 1, 2, 4, 5], "of 400 alike");
        same((await search(shard, Float32Array.of(0.8, 0.6), { k: 102 })).rows.slice(99), [498, 0, 1], "the lowest of the second best come last");
      },
    },
    {
      name: "takes an empty shard, k = 0, k greater than the shard, and a mask that leaves nothing or all",
      check: async () => {
        const query = Float32Array.of(1, 0);
        same((await search(shardOf([], 2), query, { k: 3 })).rows, [], "empty shard");
        const shard = shardOf([{ vector: [0, 1] }, { vector: [1, 0] }], 2);
        same((await search(shard, query, { k: 0 })).rows, [], "k = 0");
        same((await search(shard, query, { k: 10 })).rows, [1, 0], "k = 10 of 2");
        same((await search(shard, query, { k: 10, mask: someRows(2, []) })).rows, [], "no row passes");
        same((await search(shard, query, { k: 10, mask: everyRow(2) })).rows, [1, 0], "all rows pass");
      },
    },
    {
      name: "takes zero vectors and a zero query, and counts what is not finite as 0",
      check: async () => {
        const shard = shardOf([{ vector: [0, 0] }, { vector: [0, 1] }], 2);
        const { rows, scores } = await search(shard, Float32Array.of(Number.NaN, 1), { k: 2 });
        same(rows, [1, 0], "NaN in the query");
        must(Math.abs(scores[0] - 1) < 1e-3, `the score is ${scores[0]}`);
        same((await search(shard, Float32Array.of(Infinity, -Infinity), { k: 2 })).scores, [0, 0], "infinite query");
        same((await search(shard, new Float32Array(2), { k: 2 })).rows, [0, 1], "zero query");
      },
    },
    {
      name: "never finds a row whose score is not a number, and is not misled by it",
      check: async () => {
        const { shard, query } = random(300, 64, 5);
        const broken = new Set([0, 3, 77, 298, 299]);
        const scale = shard.scale.map((value, row) => (broken.has(row) ? Number.NaN : value));
        const hits = await search({ ...shard, scale }, query, { k: 40 });
        const whole = rowsWhere(300, (row) => !broken.has(row));
        mustBeBest(hits, reference(shard, query), whole, 40, 300);
        must((await search({ ...shard, scale }, query, { k: 300 })).rows.length === 295, "all that are numbers are found");
      },
    },
    {
      name: "takes the greatest values that int8 has, in rows of many dimensions",
      check: async () => {
        for (const dims of [16, 64, 256]) {
          const { shard } = random(40, dims, 9);
          const vectors = new Int8Array(40 * dims).map((_, i) => (Math.floor(i / dims) % 2 === 0 ? 127 : -128));
          const extreme = { ...shard, vectors, scale: new Float32Array(40).fill(1 / 127 / Math.sqrt(dims)) };
          const query = new Float32Array(dims).fill(1 / Math.sqrt(dims));
          mustBeBest(await search(extreme, query, { k: 30 }), reference(extreme, query), null, 30, 40);
          const minus = query.map((value) => -value);
          mustBeBest(await search(extreme, minus, { k: 30 }), reference(extreme, minus), null, 30, 40);
        }
      },
    },
    {
      name: "keeps to what is better than the floor: with one segment's last as the next one's floor, the best of both are found",
      check: async () => {
        const { shard, query } = random(400, 64, 11);
        const exact = reference(shard, query);
        const [low, high] = [rowsWhere(400, (row) => row < 200), rowsWhere(400, (row) => row >= 200)];
        const kernel = await create(shard);
        const first = await kernel.search(query, { k: 20, mask: low });
        const second = await kernel.search(query, { k: 20, mask: high, floor: first.scores[19] });
        must(
          second.scores.every((score) => score > first.scores[19]),
          "all are better than the floor",
        );
        const both = [...first.rows, ...second.rows].sort((a, b) => exact[b] - exact[a]).slice(0, 20);
        const whole = await kernel.search(query, { k: 20 });
        same(
          both.sort((a, b) => a - b),
          [...whole.rows].sort((a, b) => a - b),
          "the best of both",
        );
      },
    },
    {
      name: "refuses a query of other dimensions, saying which",
      check: async () => {
        const kernel = await create(shardOf([{ vector: [1, 0] }], 2));
        let code = "none";
        try {
          await kernel.search(new Float32Array(3), { k: 1 });
        } catch (error) {
          code = (error as { code: string }).code;
        }
        must(code === "rank/dims", `the error's code is ${code}`);
      },
    },
    {
      name: "finds 97 of a float scan's 100 best, and scores rows as it ranks them",
      check: async () => {
        const draw = seededRandom(7);
        const vectors = unitVectors(4000, 64, draw);
        const query = Float32Array.from(unitVectors(1, 64, draw)[0]);
        const best = vectors
          .map((vector, row) => [row, vector.reduce((sum, value, d) => sum + value * query[d], 0)] as const)
          .sort((a, b) => b[1] - a[1])
          .slice(0, 100);
        const kernel = await create(
          shardOf(
            vectors.map((vector) => ({ vector })),
            64,
          ),
        );
        const { rows, scores } = await kernel.search(query, { k: 100 });
        const found = new Set(rows);
        const both = best.filter(([row]) => found.has(row)).length;
        must(both >= 97, `${both} of 100`);
        same(kernel.score(query, [...rows]), [...scores], "scores");
      },
    },
  ];
}

/** That two kernels give the same bits, whatever the shard. */
export function sameBits(one: (shard: Shard) => Promise<Searcher>, other: (shard: Shard) => Promise<Searcher>, runs = 60): Promise<void> {
  return fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 70 }), fc.nat(), async (count, dims, seed) => {
      const draw = seededRandom(seed);
      const shard = shardOf(
        unitVectors(count, dims, draw).map((vector) => ({ vector, prior: draw() })),
        dims,
      );
      const query = Float32Array.from(unitVectors(1, dims, draw)[0]);
      const mask = draw() < 0.5 ? null : rowsWhere(count, () => draw() < 0.6);
      const [a, b] = await Promise.all([one(shard), other(shard)]);
      for (const priorWeight of [0, 0.3, 1]) {
        const [hits, others] = [await a.search(query, { k: 20, priorWeight, mask }), await b.search(query, { k: 20, priorWeight, mask })];
        same(hits.rows, [...others.rows], `rows, prior ${priorWeight}`);
        same(hits.scores, [...others.scores], `scores, prior ${priorWeight}`);
      }
    }),
    { numRuns: runs },
  );
}
