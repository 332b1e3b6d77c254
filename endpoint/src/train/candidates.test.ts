import { DEMAND_STEPS, parseRankingRequest, type RankingHead } from "presently/contract";
import { createKernel, createRanker, HEAD_DEPTH, HEAD_FEATURES, NORMALIZER, neighbourShares, type RankContext, rescorer } from "presently/rank";
import { describe, expect, it } from "vitest";
import { shardOf, unitVectors } from "../../../testing/shards.js";
import { candidateList } from "./candidates.js";
import { prediction } from "./mixture.js";
import { neighboursOf } from "./neighbours.js";
import { seededRandom } from "./random.js";

const ITEMS = 150;
const DIMS = 16;
const TEMPERATURE = 0.1;
const NEIGHBOUR_WEIGHT = 0.3;
/** Features that are the same for all candidates: what is the session's. */
const OF_THE_SESSION = new Set([9, 10, 16]);
const SEEN = [3, 9, 12, 9, 40, 9];

const random = seededRandom(4);
const vectors = unitVectors(ITEMS, DIMS, random);
/** Of one in ten nothing is known. */
const prior = Float32Array.from({ length: ITEMS }, () => Math.max(0, 1.1 * random() - 0.1));
const demand = Int8Array.from({ length: ITEMS }, () => 40 * random() - 20);
/** Each row was met with the three after it. */
const neighbours = {
  offsets: Uint32Array.from({ length: ITEMS + 1 }, (_, row) => 3 * row),
  rows: Uint16Array.from({ length: 3 * ITEMS }, (_, at) => (Math.floor(at / 3) + 1 + (at % 3)) % ITEMS),
  weights: Uint8Array.from({ length: 3 * ITEMS }, () => 90 * random()),
};
const eachNeighbour = neighboursOf({
  offsets: Int32Array.from(neighbours.offsets),
  rows: Int32Array.from(neighbours.rows),
  counts: Float32Array.from(neighbours.weights),
  mass: new Float32Array(ITEMS).fill(255),
});
const shard = {
  ...shardOf(
    vectors.map((vector, i) => ({ id: `${i}`, vector, prior: prior[i] })),
    DIMS,
  ),
  demand,
  neighbours,
};
const persona = Float32Array.from(vectors[9].map((value, d) => 0.8 * value + 0.6 * vectors[40][d]));
const repeats = new Map(SEEN.map((row, i) => [row, i / 4 - 1]));

/** What a page ranks, by row. */
async function scoresOnPage(head?: RankingHead): Promise<Map<number, number>> {
  const context: RankContext = {
    persona,
    confidence: 1,
    tokens: [],
    seen: SEEN,
    boosts: new Map(Array.from(repeats, ([row, logit]) => [row, TEMPERATURE * logit])),
    temperature: TEMPERATURE,
    neighbourWeight: NEIGHBOUR_WEIGHT,
    rescore: rescorer({ shard, encoder: { config: { temperature: TEMPERATURE } as never, head } }, SEEN, repeats),
    random,
  };
  const request = parseRankingRequest({ kind: "recommend", limit: HEAD_DEPTH });
  const { items } = createRanker(shard, await createKernel(shard)).rank(request, context);
  return new Map(items.map(({ row, score }) => [row, score]));
}

describe("candidateList", () => {
  const cosines = Float32Array.from(vectors, (vector) => vector.reduce((sum, value, d) => sum + value * persona[d], 0));
  const best = [...cosines.keys()].sort((a, b) => cosines[b] - cosines[a]).slice(0, NORMALIZER);
  const mixture = { scale: 1, offset: 0, neighbourWeight: NEIGHBOUR_WEIGHT, temperature: TEMPERATURE };
  const facts = { demand: Float32Array.from(demand, (step) => step / DEMAND_STEPS), prior, vectors: Float32Array.from(vectors.flat()), eachNeighbour };
  const list = candidateList(prediction(cosines, best, best[7], neighbourShares(eachNeighbour, SEEN), repeats), SEEN, mixture, facts);

  it("has the candidates of a page with their logits", async () => {
    const onPage = [...(await scoresOnPage()).values()];
    expect(list.logits).toHaveLength(HEAD_DEPTH);
    // Vectors are int8 on the page.
    for (const [i, logit] of list.logits.entries()) expect(Math.abs(logit - onPage[i] / TEMPERATURE)).toBeLessThan(0.1);
    expect(list.target).toBeGreaterThanOrEqual(0);
  });

  it("tells the head, feature by feature, what the page tells it", async () => {
    const plain = await scoresOnPage();
    const byLogit = [...plain].sort(([, a], [, b]) => b - a).map(([row]) => row);
    for (let feature = 0; feature < HEAD_FEATURES; feature++) {
      const unit = (sign: number) => Array.from({ length: HEAD_FEATURES }, (_, f) => (f === feature ? sign : 0));
      // ReLU(x) − ReLU(−x) = x
      const passing: RankingHead = { hidden: [...unit(1), ...unit(-1)], bias: [0, 0], output: [1, -1] };
      const passed = await scoresOnPage(passing);
      const told = Float32Array.from(byLogit, (row) => (passed.get(row)! - plain.get(row)!) / TEMPERATURE);
      const learned = Float32Array.from(byLogit, (_, i) => list.features[i * HEAD_FEATURES + feature]);
      // Neighbours in rank may have changed their places.
      for (const values of [told, learned]) values.sort();
      for (const [i, value] of told.entries()) expect(Math.abs(value - learned[i]), `feature ${feature}`).toBeLessThan(0.1);
      if (!OF_THE_SESSION.has(feature)) expect(learned[0]).toBeLessThan(learned.at(-1)!);
    }
  });
});
