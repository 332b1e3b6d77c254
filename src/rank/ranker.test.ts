import { expect, it } from "vitest";
import { COLD_CONTEXT } from "../../testing/rank-context.js";
import { type ShardRow, shardOf } from "../../testing/shards.js";
import { parseRankingRequest, type RankingRequestInput } from "../contract/ranking.js";
import type { Shard } from "../contract/shard.js";
import { explore, seededRandom } from "./explore.js";
import { compileFilter } from "./filter.js";
import { createKernel } from "./kernel/index.js";
import type { Kernel } from "./kernel/kernel.js";
import { createRanker, type RankContext } from "./ranker.js";
import { createRuleSteps } from "./rule-steps.js";

const ruled = (shard: Shard, kernel: Kernel) => createRanker(shard, kernel, createRuleSteps(shard, kernel));
const at = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
const ROWS: ShardRow[] = [
  { id: "a", vector: at(0), prior: 0.1, price: 10, category: "Shoes", brand: "Ondo" },
  { id: "b", vector: at(5), prior: 0.9, price: 20, category: "Shoes", brand: "Ril" },
  { id: "c", vector: at(10), prior: 0.5, price: 30, category: "Hats", brand: "Ondo", availability: "out_of_stock" },
  { id: "d", vector: at(60), prior: 0.7, category: "Hats" },
  { id: "e", vector: at(90), prior: 0.2, price: 50, category: "Bags" },
];
const SHARD = shardOf(ROWS, 2);
const COLD: RankContext = { ...COLD_CONTEXT, random: seededRandom(1) };
const WARM: RankContext = {
  ...COLD,
  persona: Float32Array.from(at(0)),
  seen: [0],
  tokens: [
    { kind: "item", value: "a", label: "Shoe A", interaction: "view", attention: 0.8, vector: Float32Array.from(at(0)) },
    { kind: "query", value: "bag", label: "bag", interaction: "search", attention: 0.2, vector: Float32Array.from(at(90)) },
  ],
};

async function rank(input: RankingRequestInput, context: RankContext) {
  const { items, candidates } = ruled(SHARD, await createKernel(SHARD)).rank(parseRankingRequest(input), context);
  return { ids: items.map(({ row }) => SHARD.id(row)), items, candidates };
}

it("ranks by the persona, and says what of the session each item owes its place to", async () => {
  const { ids, items, candidates } = await rank({ kind: "recommend" }, WARM);
  expect(ids).toEqual(["a", "b", "c", "d", "e"]);
  expect(candidates).toBe(5);
  expect(items[1].reason).toMatchObject({ kind: "viewed", label: "Shoe A", item_id: "a" });
  expect(items[4].reason).toMatchObject({ kind: "searched", label: "bag" });
});

it("ranks a cold page by popularity, the page's category first", async () => {
  expect((await rank({ kind: "recommend" }, COLD)).ids).toEqual(["b", "d", "c", "e", "a"]);
  const { ids, items } = await rank({ kind: "recommend" }, { ...COLD, category: "Clothing > Hats" });
  expect(ids).toEqual(["d", "c", "b", "e", "a"]);
  expect(items[0].reason.kind).toBe("popular");
});

it("moves the session's items by their boost, up and down", async () => {
  expect((await rank({ kind: "recommend" }, { ...WARM, boosts: new Map([[0, -2]]) })).ids).toEqual(["b", "c", "d", "e", "a"]);
  expect((await rank({ kind: "recommend", limit: 1 }, { ...WARM, boosts: new Map([[3, 1]]) })).ids).toEqual(["d"]);
});

it("filters, excludes, and lists the fields when one is wrong", async () => {
  const ids = async (input: Omit<RankingRequestInput, "kind">) => (await rank({ kind: "recommend", ...input }, WARM)).ids;
  expect(await ids({ filter: { availability: "in_stock" } })).toEqual(["a", "b", "d", "e"]);
  expect(await ids({ filter: { price: { min: 15, max: 30 } } })).toEqual(["b", "c"]);
  expect(await ids({ filter: { category: ["Hats", "Bags"], brand: "Ondo" } })).toEqual(["c"]);
  expect(await ids({ filter: { brand: "nobody" } })).toEqual([]);
  expect(await ids({ excludeIds: ["a", "unknown"] })).toEqual(["b", "c", "d", "e"]);
  await expect(ids({ filter: { colour: "red" } })).rejects.toMatchObject({
    code: "rank/unknown-field",
    message: expect.stringContaining("availability, price, category, brand"),
  });
  expect(compileFilter(SHARD, {})).toBeNull();
});

it("gives the neighbours of an item without the item, and none of an unknown one", async () => {
  const { ids, items } = await rank({ kind: "similar", itemId: "c", limit: 2 }, COLD);
  expect(ids).toEqual(["b", "a"]);
  expect(items[0].reason).toMatchObject({ kind: "similar", item_id: "c" });
  expect((await rank({ kind: "similar", itemId: "unknown" }, COLD)).ids).toEqual([]);
  await expect(rank({ kind: "similar" }, COLD)).rejects.toMatchObject({ code: "rank/invalid" });
});

it("reorders a given list by the persona, and leaves it as it is while nothing is known", async () => {
  const itemIds = ["e", "b", "unknown", "a"];
  expect((await rank({ kind: "rerank", itemIds }, WARM)).ids).toEqual(["a", "b", "e"]);
  expect((await rank({ kind: "rerank", itemIds }, COLD)).ids).toEqual(["e", "b", "a"]);
});

it("pages without repeats, and diversity brings other directions forward", async () => {
  const first = await rank({ kind: "recommend", limit: 2 }, WARM);
  const second = await rank({ kind: "recommend", limit: 3, offset: 2 }, WARM);
  expect([...first.ids, ...second.ids]).toEqual(["a", "b", "c", "d", "e"]);
  expect(second.items[0].position).toBe(2);
  expect((await rank({ kind: "recommend", limit: 2, diversity: 0.6 }, WARM)).ids).toEqual(["a", "e"]);
});

it("explores with the probabilities that it states", () => {
  const random = seededRandom(3);
  const [list, pool, epsilon, runs] = [["x", "y"], ["p", "q", "r", "s"], 0.4, 20_000];
  const counts = new Map<string, number>();
  const stated = new Map<string, number>();
  for (let run = 0; run < runs; run++)
    explore(list, pool, epsilon, random).forEach(({ entry, propensity }, place) => {
      const key = `${place} ${entry}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      stated.set(key, propensity);
    });
  expect(counts.size).toBe(10);
  for (const [key, count] of counts) expect(count / runs).toBeCloseTo(stated.get(key)!, 1.7);
});

it("an unsure persona explores, a sure one does not, and a seed repeats the draw", async () => {
  const request: RankingRequestInput = { kind: "recommend", limit: 2, explore: 1, seed: 5 };
  expect((await rank(request, { ...WARM, confidence: 1 })).ids).toEqual(["a", "b"]);
  const { ids, items } = await rank(request, WARM);
  expect(items.every(({ reason }) => reason.kind === "explored")).toBe(true);
  expect((await rank(request, WARM)).ids).toEqual(ids);
});
