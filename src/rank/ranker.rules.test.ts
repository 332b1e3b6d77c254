import { describe, expect, it } from "vitest";
import { COLD_CONTEXT } from "../../testing/rank-context.js";
import { type ShardRow, shardOf, unitVectors } from "../../testing/shards.js";
import { parseRankingRequest, type RankingRequestInput } from "../contract/ranking.js";
import type { Shard } from "../contract/shard.js";
import { seededRandom } from "./explore.js";
import { createKernel } from "./kernel/index.js";
import type { Kernel } from "./kernel/kernel.js";
import { createRanker, type RankContext } from "./ranker.js";
import { createRuleSteps } from "./rule-steps.js";

const ruled = (shard: Shard, kernel: Kernel) => createRanker(shard, kernel, createRuleSteps(shard, kernel));
const at = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
/** a … j by nearness to the persona; brands in turn, the dearer the farther. */
const ROWS: ShardRow[] = [..."abcdefghij"].map((id, i) => ({
  id,
  vector: at(5 * i),
  prior: (10 - i) / 10,
  price: 10 * (i + 1),
  category: i < 5 ? "Shoes" : "Hats",
  brand: ["Ondo", "Ril"][i % 2],
}));
const BASE = shardOf(ROWS, 2);
const SHARD: Shard = {
  ...BASE,
  attributes: [...BASE.attributes, { name: "margin", values: ["0.1", "0.5"], codes: Uint16Array.from(ROWS, (_, i) => (i === 9 ? 0 : i % 3 === 2 ? 2 : 1)) }],
};
const COLD: RankContext = {
  ...COLD_CONTEXT,
  session: {
    cart: ["b"],
    viewed: new Map([
      ["a", 30],
      ["c", 600],
    ]),
    bought: ["d"],
  },
  random: seededRandom(1),
};
const WARM: RankContext = { ...COLD, persona: Float32Array.from(at(0)) };

type Input = Partial<RankingRequestInput>;
async function ranking(input: Input, context = WARM, shard = SHARD) {
  const ranked = ruled(shard, await createKernel(shard)).rank(parseRankingRequest({ kind: "recommend", limit: 5, ...input }), context);
  return { ...ranked, ids: ranked.items.map(({ row }) => shard.id(row)).join("") };
}
const list = async (input: Input, context = WARM) => (await ranking(input, context)).ids;

describe("a ranking", () => {
  it("shows only what is included, and never what is excluded", async () => {
    expect(await list({ include: ["j", "c", "unknown"] })).toBe("cj");
    expect(await list({ exclude: ["cart", { id: "a" }] })).toBe("cdefg");
    expect(await list({ exclude: ["viewed", "bought"] })).toBe("befgh");
  });

  it("hides what was seen for a time, then lets it come back bit by bit", async () => {
    expect(await list({ seen: { hide: 60 } })).toBe("bcdef");
    const scoreOfC = async (seen: RankingRequestInput["seen"]) => (await ranking({ seen, include: ["c"] })).items[0].score;
    const plain = await scoreOfC(undefined);
    expect(plain - (await scoreOfC({ factor: 0.5 }))).toBeCloseTo(0.07 * Math.log(2), 5);
    // Of the half that is missing, a half is back after 600 s.
    expect(plain - (await scoreOfC({ factor: 0.5, halfLife: 600 }))).toBeCloseTo(-0.07 * Math.log(0.75), 5);
    expect(plain - (await scoreOfC({ factor: 0.5, halfLife: 1 }))).toBeCloseTo(0, 5);
    expect(await list({ seen: { factor: 0 } })).toBe("bdefg");
  });

  it("counts what is boosted as so many times as likely, from however far behind, and what is buried as so many times less", async () => {
    const [plain] = (await ranking({ include: ["j"] })).items;
    const boosted = await ranking({ boost: [{ filter: { item_id: "j" }, factor: 10 }], limit: 10 });
    expect(boosted.items.find(({ row }) => row === 9)?.score).toBeCloseTo(plain.score + 0.07 * Math.log(10), 5);
    expect(await list({ limit: 2, boost: [{ filter: { item_id: "j" }, factor: 1000 }] })).toBe("ja");
    expect(await list({ bury: [{ filter: { brand: "Ondo" }, factor: 1000 }] })).toBe("bdfhj");
    // Two rules multiply; on a cold page popularity is what is multiplied.
    expect(await list({ bury: [{ filter: { brand: "Ondo" }, factor: 4 }], boost: [{ filter: { category: "Hats" }, factor: 4 }] }, COLD)).toBe("fhbdg");
  });

  it("puts pins where they belong, moves the others on, and pins nothing that may not be shown", async () => {
    const pins = [
      { id: "j", position: 1 },
      { id: "h", position: 1 },
      { id: "b", position: 4 },
    ];
    const { ids, items } = await ranking({ pins });
    expect(ids).toBe("ajhcb");
    expect(items.map(({ reason }) => reason.kind === "pinned")).toEqual([false, true, true, false, true]);
    expect(await list({ pins, filter: { item_id: { not: "j" } }, exclude: ["cart"] })).toBe("ahcde");
    expect(await list({ pins: [{ id: "j", position: 7 }], offset: 5 })).toBe("fgjhi");
    expect(await list({ pins: [{ id: "c", position: 4 }], include: ["a", "c"] })).toBe("ac");
  });

  it("has at most so many of a brand in a list, and begins to count anew on the next page", async () => {
    const caps = [{ field: "brand", most: 1 }];
    expect(await list({ caps, limit: 2 })).toBe("ab");
    expect(await list({ caps, limit: 2, offset: 2 })).toBe("cd");
    expect(await list({ caps: [{ field: "category", most: 2 }], limit: 4 })).toBe("abfg");
    expect(await list({ caps: [{ field: "brand", most: 2 }] })).toBe("abcd");
    // A pin counts, and is not refused.
    expect(await list({ caps, limit: 2, pins: [{ id: "c", position: 1 }] })).toBe("bc");
    await expect(list({ caps: [{ field: "brandt", most: 1 }] })).rejects.toThrow(/did you mean "brand"\?/);
  });

  it("finds under a cap what stands a thousand places behind", async () => {
    const random = seededRandom(2);
    const rows = unitVectors(1500, 8, random).map((vector, i) => ({ id: `${i}`, vector, prior: 1 - i / 1500, brand: i < 1400 ? "Ondo" : "Ril" }));
    const shard = shardOf(rows, 8);
    const { items } = await ranking({ caps: [{ field: "brand", most: 1 }], limit: 2 }, COLD, shard);
    expect(items.map(({ row }) => row)).toEqual([0, 1400]);
  });

  it("pages without repeats after what was shown, whatever the persona has become", async () => {
    const first = await ranking({ limit: 3 });
    const shown = first.items.map(({ row }) => row);
    const next = await ranking({ limit: 3, diversity: 0.2, pins: [{ id: "i", position: 4 }] }, { ...WARM, persona: Float32Array.from(at(20)), shown });
    expect(next.items.some(({ row }) => shown.includes(row))).toBe(false);
    expect(next.items.map(({ position }) => position)).toEqual([3, 4, 5]);
    expect(SHARD.id(next.items[1].row)).toBe("i");
  });

  it("says what the rules cost of its relevance, step by step", async () => {
    const none = (await ranking({})).relevance;
    expect(none).toEqual({ kept: 1, cost: { boost: 0, value: 0, places: 0, explore: 0 } });
    const { kept, cost } = (
      await ranking({
        bury: [{ filter: { item_id: "a" }, factor: 100 }],
        value: { field: "margin", weight: 0.5 },
        pins: [{ id: "j", position: 0 }],
        explore: 1,
        seed: 3,
      })
    ).relevance;
    expect(kept).toBeLessThan(0.7);
    expect(cost.boost + cost.value + cost.places + cost.explore).toBeCloseTo(1 - kept, 9);
    expect(Math.min(cost.boost, cost.value, cost.places)).toBeGreaterThan(0);
    // What may not be shown at all is no loss.
    expect((await ranking({ exclude: [{ id: "a" }] })).relevance.kept).toBe(1);
  });

  it("brings business value forward, and gives up no more relevance for it than it may", async () => {
    const value = { field: "margin" };
    expect(await list({ value, limit: 3 })).toBe("cfi");
    // An item without a margin neither wins nor loses by it.
    expect((await list({ value, limit: 10 })).indexOf("j")).toBe(3);
    expect(await list({ value: { ...value, weight: 0 } })).toBe("abcde");
    expect(await list({ value: { items: { e: 5, a: 1, b: 1 } }, limit: 1 })).toBe("e");
    for (const giveUp of [0.02, 0.1, 0.3]) {
      const { relevance, ids } = await ranking({ value: { ...value, giveUp } });
      expect(1 - relevance.kept).toBeLessThanOrEqual(giveUp + 1e-9);
      if (giveUp > 0.2) expect(ids.indexOf("c")).toBeLessThan(2);
    }
    await expect(list({ value: { field: "brand" } })).rejects.toThrow(/values are words/);
  });

  it("ranks a given list under the same rules, keeping the shop's order on a cold page", async () => {
    const kind = "rerank" as const;
    const itemIds = ["j", "a", "e", "unknown"];
    expect(await list({ kind, itemIds }, COLD)).toBe("jae");
    expect(await list({ kind, itemIds })).toBe("aej");
    expect(await list({ kind, itemIds, pins: [{ id: "e", position: 0 }] }, COLD)).toBe("eja");
  });
});

describe("exploration under pins, caps and diversity", () => {
  const random = seededRandom(11);
  const rows = unitVectors(40, 8, random).map((vector, i) => ({ vector, brand: `brand ${i % 7}`, category: `category ${i % 5}` }));
  const shard = shardOf(rows, 8);
  const context = { ...WARM, persona: Float32Array.from(unitVectors(1, 8, random)[0]), confidence: 0.25 };
  const caps = [
    { field: "brand", most: 2 },
    { field: "category", most: 4 },
  ];
  const request = parseRankingRequest({ kind: "recommend", limit: 6, explore: 0.6, diversity: 0.3, caps, pins: [{ id: "item-3", position: 2 }] });

  it("shows each item at each place as often as its propensity says, and breaks no rule in any draw", async () => {
    const ranker = ruled(shard, await createKernel(shard));
    const columns = caps.map(({ field, most }) => ({ codes: shard.attributes.find(({ name }) => name === field)!.codes, most }));
    const runs = 6_000;
    const counts = new Map<string, number>();
    const stated = new Map<string, number>();
    const broken = new Set<string>();
    for (let run = 0; run < runs; run++) {
      const { items } = ranker.rank(request, { ...context, random });
      if (items.length !== 6) broken.add("length");
      if (items[2].row !== 3) broken.add("pin");
      if (new Set(items.map(({ row }) => row)).size !== 6) broken.add("repeat");
      for (const { codes, most } of columns)
        for (const { row } of items) if (items.filter((other) => codes[other.row] === codes[row]).length > most) broken.add("cap");
      for (const { row, position, propensity } of items) {
        const key = `${position} ${row}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        // The same wherever it comes up: it does not depend on the other places' draws.
        if ((stated.get(key) ?? propensity) !== propensity) broken.add("propensity");
        stated.set(key, propensity);
      }
    }
    expect([...broken]).toEqual([]);
    for (const place of [0, 1, 2, 3, 4, 5]) {
      const own = [...stated].filter(([key]) => key.startsWith(`${place} `));
      // All that can stand there has come up, and its probabilities are a distribution.
      expect(own.reduce((sum, [, propensity]) => sum + propensity, 0)).toBeCloseTo(1, 9);
      const chiSquare = own.reduce((sum, [key, propensity]) => sum + (counts.get(key)! - runs * propensity) ** 2 / (runs * propensity), 0);
      const freedom = own.length - 1;
      // Five standard deviations of a χ² distribution; the pinned place has no freedom, and no deviation.
      expect(chiSquare).toBeLessThanOrEqual(freedom + 5 * Math.sqrt(2 * freedom));
    }
    expect(stated.size).toBeGreaterThan(30);
  });
});
