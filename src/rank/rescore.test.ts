import { describe, expect, it } from "vitest";
import { type ShardRow, shardOf } from "../../testing/shards.js";
import { TINY_CONFIG } from "../../testing/tiny-encoder.js";
import type { RankingHead } from "../contract/encoder.js";
import { parseRankingRequest, type RankingRequestInput } from "../contract/ranking.js";
import { DEMAND_STEPS, type Shard } from "../contract/shard.js";
import { seededRandom } from "./explore.js";
import { HEAD_FEATURES, type HeadCandidates, headFeatures, headLogits, headSession, readyHead } from "./head.js";
import { createKernel } from "./kernel/index.js";
import type { EachNeighbour } from "./neighbours.js";
import { createRanker, type RankContext } from "./ranker.js";
import { rescorer } from "./rescore.js";
import { createRuleSteps } from "./rule-steps.js";

const at = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
const ROWS: ShardRow[] = [..."abcdefgh"].map((id, i) => ({ id, vector: at(8 * i), prior: 0.5, brand: ["Ondo", "Ril"][i % 2] }));
/** Demand for f and g has grown. */
const SHARD: Shard = { ...shardOf(ROWS, 2), demand: Int8Array.from("abcdefgh", (id) => (id === "f" ? 2 : id === "g" ? 1 : 0) * DEMAND_STEPS) };
/** One unit, which passes one feature on. */
const passing = (feature: number, factor: number): RankingHead => ({
  hidden: Array.from({ length: HEAD_FEATURES }, (_, f) => (f === feature ? 1 : 0)),
  bias: [0],
  output: [factor],
});
const DEMAND = 7;
const CANDIDATE = { row: 0, score: 0.5, cosine: 0.5, share: 0, toNewest: 0, toPrevious: 0, demand: 0, prior: 0.5 };
const columnsOf = (candidates: readonly (typeof CANDIDATE)[]): HeadCandidates => {
  const column = (name: keyof typeof CANDIDATE) => candidates.map((one) => one[name]);
  return {
    rows: column("row"),
    scores: column("score"),
    cosines: column("cosine"),
    shares: column("share"),
    toNewest: column("toNewest"),
    toPrevious: column("toPrevious"),
    demand: column("demand"),
    prior: column("prior"),
  };
};
const TEMPERATURE = 0.07;

async function ranked(
  head: RankingHead | undefined,
  input: Partial<RankingRequestInput> = {},
  repeats: ReadonlyMap<number, number> = new Map(),
  seen: readonly number[] = [...repeats.keys()],
) {
  const kernel = await createKernel(SHARD);
  const context: RankContext = {
    persona: Float32Array.from(at(0)),
    confidence: 1,
    tokens: [],
    seen,
    boosts: new Map(Array.from(repeats, ([row, logit]) => [row, TEMPERATURE * logit])),
    temperature: TEMPERATURE,
    neighbourWeight: 0,
    rescore: rescorer({ shard: SHARD, encoder: { config: { ...TINY_CONFIG, temperature: TEMPERATURE }, head } }, seen, repeats),
    random: () => 0.5,
  };
  const { items } = createRanker(SHARD, kernel, createRuleSteps(SHARD, kernel)).rank(parseRankingRequest({ kind: "recommend", limit: 3, ...input }), context);
  return { ids: items.map(({ row }) => SHARD.id(row)).join(""), scores: new Map(items.map(({ row, score }) => [SHARD.id(row), score])) };
}

describe("the second stage", () => {
  it("raises what the head likes from behind the list's end, by its logit times the temperature", async () => {
    expect((await ranked(undefined)).ids).toBe("abc");
    const whole = await ranked(undefined, { limit: 8 });
    const { ids, scores } = await ranked(passing(DEMAND, 6));
    expect(ids).toBe("fga");
    expect(scores.get("f")).toBeCloseTo(whole.scores.get("f")! + TEMPERATURE * 12, 4);
    expect(scores.get("a")).toBeCloseTo(whole.scores.get("a")!, 4);
  });

  it("knows what the session holds, and which of it is the newest", async () => {
    const repeats = new Map([
      [4, 0],
      [5, 0],
    ]);
    expect((await ranked(passing(4, 9), {}, repeats)).ids).toBe("efa");
    expect((await ranked(passing(5, 9), {}, repeats)).ids).toBe("fab");
    expect((await ranked(passing(6, 9), {}, repeats)).ids).toBe("eab");
  });

  it("knows what came beside an earlier look at the newest item, and what is like it and the one before", async () => {
    const seen = ["d", "f", "h", "c", "f"].map((id) => "abcdefgh".indexOf(id));
    const repeats = new Map(seen.map((row) => [row, 0]));
    const best = async (feature: number, factor = 9) => (await ranked(passing(feature, factor), {}, repeats, seen)).ids;
    expect(await best(11)).toBe("fcd");
    expect((await best(12)).slice(0, 1)).toBe("h");
    expect((await best(13)).slice(0, 2)).toBe("cd");
    expect((await best(14, 90)).slice(0, 1)).toBe("f");
    expect((await best(15, 90)).slice(0, 1)).toBe("c");
  });

  it("obeys the rules, and goes on page by page", async () => {
    const head = passing(DEMAND, 6);
    expect((await ranked(head, { filter: { brand: "Ondo" } })).ids).toBe("gac");
    expect((await ranked(head, { excludeIds: ["f"] })).ids).toBe("gab");
    expect((await ranked(head, { offset: 3, limit: 5 })).ids).toBe("bcdeh");
    expect((await ranked(head, { kind: "rerank", itemIds: ["h", "g", "b"] })).ids).toBe("gbh");
  });

  it("does without a head that is none, or is made for other features", async () => {
    for (const head of [
      undefined,
      { ...passing(DEMAND, 6), hidden: [1, 2] },
      { ...passing(DEMAND, 6), bias: "0" as unknown as number[] },
      passing(DEMAND, NaN),
    ])
      expect((await ranked(head)).ids).toBe("abc");
  });

  it("adds output · max(0, hidden · features + bias), for any number of units", () => {
    const number = seededRandom(3);
    const some = (length: number) => Array.from({ length }, () => 2 * number() - 1);
    for (const units of [1, 4, 5]) {
      const head = { hidden: some(units * HEAD_FEATURES), bias: some(units), output: some(units) };
      const features = Float32Array.from({ length: 3 * HEAD_FEATURES }, () => (number() < 0.3 ? 0 : 2 * number() - 1));
      const logits = headLogits(readyHead(head)!, features);
      expect(logits).toHaveLength(3);
      logits.forEach((logit, i) => {
        const unit = (h: number) =>
          head.bias[h] +
          head.hidden.slice(h * HEAD_FEATURES).reduce((sum, weight, f) => (f < HEAD_FEATURES ? sum + weight * features[i * HEAD_FEATURES + f] : sum), 0);
        expect(logit).toBeCloseTo(
          head.output.reduce((sum, weight, h) => sum + weight * Math.max(0, unit(h)), 0),
          10,
        );
      });
    }
  });

  it("has features of the order of one for whatever a page may meet", () => {
    const long = Array.from({ length: 32 }, (_, i) => i % 3);
    const demand = -1.2;
    for (const seen of [[], [1], [1, 2], long])
      for (const share of [0, 0.01, 1])
        for (const prior of [0, 1]) {
          const session = headSession(seen, new Map(seen.map((one) => [one, 1.5])), [0, 0.5, 1], (_, visit) => visit(2, share));
          const near = (cosine: number) => ({ toNewest: seen.length > 0 ? cosine : 0, toPrevious: seen.length > 1 ? 1 : 0 });
          const candidates = [0.98, 0.2].map((cosine, row) => ({ row: 2 + 5 * row, score: cosine, cosine, share, ...near(cosine), demand, prior }));
          for (const value of headFeatures(columnsOf(candidates), session, { logZ: 12, temperature: TEMPERATURE })) expect(Math.abs(value)).toBeLessThan(4);
        }
    expect([...headLogits(readyHead(passing(DEMAND, 6))!, new Float32Array(2 * HEAD_FEATURES))]).toEqual([0, 0]);
  });

  it("holds nothing against an item that nobody has met", () => {
    const [a, b, news] = [
      { ...CANDIDATE, share: 0.1, prior: 0.4 },
      { ...CANDIDATE, row: 1, prior: 0.8 },
      { ...CANDIDATE, row: 2, prior: 0 },
    ];
    const beside: EachNeighbour = (row, visit) => {
      if (row === 0) visit(1, 0.3);
    };
    const features = headFeatures(columnsOf([a, news, b]), headSession([], new Map(), [], beside), { logZ: 12, temperature: TEMPERATURE });
    for (const f of [2, 8, 17, 18]) {
      const [low, mean, high] = [0, 1, 2].map((i) => features[i * HEAD_FEATURES + f]);
      expect(mean).toBeCloseTo((low + high) / 2, 5);
      expect(low).not.toBeCloseTo(high, 1);
    }
  });

  it("knows what the likely ones lead on to, and what leads on to them", () => {
    // The first is likely; it leads on to the third, and the second to it.
    const candidates = [0.9, 0.1, 0.1, 0.1].map((score, i) => ({ ...CANDIDATE, row: 10 + i, score }));
    const beside: EachNeighbour = (row, visit) => {
      if (row === 10) visit(12, 0.5);
      if (row === 11) visit(10, 0.5);
      // No candidate, though its lowest bits are those of one.
      if (row === 13) visit(10 + 1024, 0.5);
    };
    const features = headFeatures(columnsOf(candidates), headSession([], new Map(), [], beside), { logZ: 12, temperature: TEMPERATURE });
    const column = (f: number) => candidates.map((_, i) => features[i * HEAD_FEATURES + f]);
    const [none, half] = [0.003, 0.503].map((share) => Math.log(share) / 2 + 2);
    for (const [i, value] of column(17).entries()) expect(value).toBeCloseTo(i === 2 ? half : none, 2);
    for (const [i, value] of column(18).entries()) expect(value).toBeCloseTo(i === 1 ? half : none, 2);
  });
});
