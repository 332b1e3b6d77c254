import { describe, expect, it } from "vitest";
import { COLD_CONTEXT } from "../../testing/rank-context.js";
import { type ShardRow, shardOf } from "../../testing/shards.js";
import type { Neighbours } from "../contract/neighbours.js";
import { parseRankingRequest, type RankingRequestInput } from "../contract/ranking.js";
import type { Shard } from "../contract/shard.js";
import { createKernel } from "./kernel/index.js";
import type { Kernel } from "./kernel/kernel.js";
import { createRanker, type RankContext } from "./ranker.js";
import { createRuleSteps } from "./rule-steps.js";

const ruled = (shard: Shard, kernel: Kernel) => createRanker(shard, kernel, createRuleSteps(shard, kernel));
const at = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
const ROWS: ShardRow[] = [..."abcdef"].map((id, i) => ({
  id,
  vector: at(15 * i),
  prior: (6 - i) / 6,
  category: ["Running Shoes", "Straw Hats", "Wool Socks"][i % 3],
  brand: ["Ondo", "Ril"][i % 2],
}));
/** Per item, what it was met or bought with, and how much of 255. */
function graph(lists: Readonly<Record<string, readonly (readonly [string, number])[]>>): Neighbours {
  const entries = [..."abcdef"].map((id) => lists[id] ?? []);
  return {
    offsets: Uint32Array.from({ length: 7 }, (_, i) => entries.slice(0, i).flat().length),
    rows: Uint16Array.from(entries.flat(), ([id]) => "abcdef".indexOf(id)),
    weights: Uint8Array.from(entries.flat(), ([, weight]) => weight),
  };
}
const BASE = shardOf(ROWS, 2);
const SHARD: Shard = {
  ...BASE,
  together: graph({
    a: [
      ["f", 200],
      ["d", 100],
    ],
    b: [["d", 150]],
  }),
  neighbours: graph({ a: [["e", 200]], c: [["b", 200]] }),
  trend: Float32Array.of(0, 0, 0, 0.2, 1, 0),
};
const WARM: RankContext = {
  ...COLD_CONTEXT,
  persona: Float32Array.from(at(30)),
  seen: [2],
  tokens: [{ kind: "item", value: "c", label: "Item C", interaction: "view", attention: 1, vector: Float32Array.from(at(30)) }],
};

async function ranking(input: RankingRequestInput, context = COLD_CONTEXT, shard = SHARD) {
  const ranked = ruled(shard, await createKernel(shard)).rank(parseRankingRequest({ limit: 3, ...input }), context);
  return {
    ...ranked,
    ids: ranked.items.map(({ row }) => shard.id(row)).join(""),
    reasons: ranked.items.map(({ reason }) => `${reason.kind} ${reason.item_id ?? ""}`.trim()),
  };
}

describe("what goes with an item", () => {
  it("is what was bought with it, then what was looked at with it, then what the shopper leans to, each with its reason", async () => {
    const { ids, reasons, fallback } = await ranking({ kind: "complement", itemIds: ["a"], limit: 5 }, WARM);
    expect(ids).toBe("fdecb");
    expect(reasons).toEqual(["bought_together a", "bought_together a", "viewed_together a", "viewed c", "viewed c"]);
    expect(fallback).toBeUndefined();
  });

  it("adds up what goes with several, names the one that says most, and never shows these", async () => {
    const { ids, reasons } = await ranking({ kind: "complement", itemIds: ["a", "b"], limit: 2 }, { ...WARM, persona: Float32Array.from(at(75)) });
    expect(ids).toBe("fd");
    expect(reasons).toEqual(["bought_together a", "bought_together b"]);
    expect((await ranking({ kind: "complement", itemIds: ["a", "f"], limit: 6 })).ids).not.toMatch(/[af]/);
  });

  it("obeys the rules, probabilities being what is weighed", async () => {
    const plain = await ranking({ kind: "complement", itemIds: ["a"] });
    const boosted = await ranking({ kind: "complement", itemIds: ["a"], boost: [{ filter: { item_id: "d" }, factor: 3 }] });
    expect(boosted.ids.startsWith("df")).toBe(true);
    const scoreOfD = ({ items }: typeof plain) => items.find(({ row }) => row === 3)!.score;
    expect(scoreOfD(boosted)).toBeCloseTo(3 * scoreOfD(plain), 5);
    expect((await ranking({ kind: "complement", itemIds: ["a"], filter: { brand: "Ondo" } })).ids).toBe("ce");
  });

  it("says what stands in where the release does not know", async () => {
    const fallbackOf = async (itemIds: string[], shard: Shard) => (await ranking({ kind: "complement", itemIds }, WARM, shard)).fallback;
    expect(await fallbackOf(["c"], SHARD)).toMatch(/looked at with them stands in/);
    expect(await fallbackOf(["f"], SHARD)).toMatch(/does not know what goes with these items/);
    expect(await fallbackOf(["a"], BASE)).toMatch(/does not know what goes with these items/);
    expect(await fallbackOf(["gone"], SHARD)).toMatch(/has none of the items/);
    expect((await ranking({ kind: "complement", itemIds: [] })).fallback).toMatch(/nothing in the cart/);
    expect((await ranking({ kind: "complement", itemIds: [] })).ids).toBe("abc");
    // Without a persona, what is like the items fills up.
    expect((await ranking({ kind: "complement", itemIds: ["f"] }, COLD_CONTEXT, BASE)).ids).toBe("edc");
  });
});

describe("what is in demand", () => {
  it("is what rose most, then what is popular, and each says which", async () => {
    const { ids, reasons, fallback } = await ranking({ kind: "trending", limit: 4 }, WARM);
    expect(ids).toBe("edab");
    expect(reasons).toEqual(["trending", "trending", "popular", "popular"]);
    expect(fallback).toBeUndefined();
    expect((await ranking({ kind: "trending", filter: { brand: "Ril" }, exclude: [{ id: "d" }] })).ids).toBe("bf");
  });

  it("is what is popular, and says so, where the release has no trends", async () => {
    const { ids, reasons, fallback } = await ranking({ kind: "trending" }, COLD_CONTEXT, BASE);
    expect(ids).toBe("abc");
    expect([...new Set(reasons)]).toEqual(["popular"]);
    expect(fallback).toMatch(/no trends yet/);
  });
});

describe("a search", () => {
  const words = (text: string) => text.toLowerCase().split(" ");
  const search = (term: string, vector: number[] | null) => ({ term, words: words(term), vector: vector && Float32Array.from(vector), wordsOf: words });

  it("leaves what has each of its words in some attribute, in the persona's order", async () => {
    const hats = await ranking({ kind: "recommend", limit: 6 }, { ...WARM, search: search("hat", at(75)) });
    expect(hats.ids).toBe("eb");
    expect(hats.candidates).toBe(2);
    expect(hats.items[0].reason).toEqual({ kind: "searched", label: "hat", share: 1 });
    expect((await ranking({ kind: "recommend" }, { ...COLD_CONTEXT, search: search("ondo shoes", null) })).ids).toBe("a");
    // Nothing has both: what has either.
    expect((await ranking({ kind: "recommend", limit: 6 }, { ...COLD_CONTEXT, search: search("socks hats", null) })).ids).toBe("bcef");
  });

  it("leaves what is near where no attribute has its words, and everything where nothing is known of them", async () => {
    const near = await ranking({ kind: "recommend", limit: 6 }, { ...COLD_CONTEXT, search: search("sneakers", at(0)) });
    expect(near.ids).toBe("abcd");
    expect(near.fallback).toBeUndefined();
    const unknown = await ranking({ kind: "recommend" }, { ...COLD_CONTEXT, search: search("qwertz", null) });
    expect([unknown.ids, unknown.candidates]).toEqual(["abc", 6]);
    expect(unknown.fallback).toMatch(/knows no word of “qwertz”/);
  });
});
