import { expect, it } from "vitest";
import { COLD_CONTEXT } from "../../testing/rank-context.js";
import { shardOf } from "../../testing/shards.js";
import { parseRankingRequest } from "../contract/ranking.js";
import { createKernel } from "./kernel/index.js";
import { logSum, mixed, neighbourShares, neighboursIn } from "./neighbours.js";
import { createRanker, type RankContext } from "./ranker.js";

const at = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
/** Item 0 was met with item 4 nine times out of ten, item 1 with 4 and 2. */
const SHARD = {
  ...shardOf(
    [0, 10, 20, 30, 90].map((degrees) => ({ vector: at(degrees) })),
    2,
  ),
  neighbours: { offsets: Uint32Array.of(0, 1, 3, 3, 3, 3), rows: Uint16Array.of(4, 4, 2), weights: Uint8Array.of(230, 51, 51) },
};
const CONTEXT: RankContext = { ...COLD_CONTEXT, persona: Float32Array.from(at(0)), confidence: 1, seen: [0], neighbourWeight: 1, random: () => 0 };

it("adds up what was met with the session's items, the newest counting most", () => {
  const shares = neighbourShares(neighboursIn(SHARD), [0, 1]);
  expect([...shares.keys()]).toEqual([4, 2]);
  expect(shares.get(4)).toBeCloseTo(((1 / 4) * 230 + (3 / 4) * 51) / 255, 6);
});

it("mixes softmax and neighbours as probabilities do", () => {
  const cosines = [0.9, 0.5, -0.2];
  const logZ = logSum(cosines, 0.07);
  const softmax = (cosine: number) => Math.exp(cosine / 0.07 - logZ);
  for (const cosine of cosines) {
    expect(mixed(cosine, 0, logZ, 0.07)).toBe(cosine);
    expect(Math.exp(mixed(cosine, 0.3, logZ, 0.07) / 0.07 - logZ)).toBeCloseTo(softmax(cosine) + 0.3, 9);
  }
});

it("brings what was met together to the top, whatever its vector, and only where it may stand", async () => {
  const ranker = createRanker(SHARD, await createKernel(SHARD));
  const rows = (context: RankContext, more = {}) =>
    ranker.rank(parseRankingRequest({ kind: "recommend", limit: 3, ...more }), context).items.map(({ row }) => row);
  expect(rows({ ...CONTEXT, neighbourWeight: 0 })).toEqual([0, 1, 2]);
  expect(rows(CONTEXT)).toEqual([4, 0, 1]);
  expect(rows(CONTEXT, { excludeIds: ["item-4"] })).toEqual([0, 1, 2]);
  expect(rows({ ...CONTEXT, boosts: new Map([[0, -5]]) })).toEqual([4, 1, 2]);
  expect(rows({ ...CONTEXT, seen: [] })).toEqual([0, 1, 2]);
});
