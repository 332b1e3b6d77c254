import { HEAD_FEATURES as F, headLogit } from "presently/rank";
import { describe, expect, it } from "vitest";
import { type CandidateList, fitHead, listQuality, trainHead } from "./head.js";
import { seededRandom } from "./random.js";

const CANDIDATES = 30;
/** Lists in which first-stage logits say nothing and the next item is the one whose features `wanted` likes best. */
function lists(count: number, seed: number, wanted: (features: Float32Array, at: number) => number): CandidateList[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const features = Float32Array.from({ length: CANDIDATES * F }, () => 2 * random() - 1);
    const likings = Array.from({ length: CANDIDATES }, (_, i) => wanted(features, i * F));
    return { logits: Float32Array.from({ length: CANDIDATES }, () => random()), features, target: likings.indexOf(Math.max(...likings)) };
  });
}

describe("the ranking head", () => {
  it("learns what a sum of features cannot say", () => {
    const product = (features: Float32Array, at: number) => features[at + 1] * features[at + 7];
    const head = trainHead(lists(2500, 1, product), seededRandom(2));
    const unseen = lists(300, 3, product);
    expect(listQuality(unseen, head)).toBeGreaterThan(1.7 * listQuality(unseen, undefined));
  });

  it("descends along its gradient: nothing learned is nothing added", () => {
    const nothing = trainHead([], seededRandom(1));
    expect(headLogit(nothing, new Float32Array(F).fill(1), 0)).toBe(0);
  });

  it("is left out where the newest lists gain nothing by it, and where there are few", () => {
    const noise = seededRandom(4);
    const told = lists(2000, 5, (_, at) => -at);
    // What comes next is what the first stage says: there is nothing to learn.
    const perfect = told.map((list) => ({ ...list, logits: list.logits.map((_, i) => (i === list.target ? 9 : 0)) }));
    expect(fitHead(perfect, noise)).toBeUndefined();
    expect(
      fitHead(
        lists(499, 6, (features, at) => features[at]),
        noise,
      ),
    ).toBeUndefined();
    expect(
      fitHead(
        lists(1000, 6, (features, at) => features[at]),
        noise,
      ),
    ).toBeDefined();
  });
});
