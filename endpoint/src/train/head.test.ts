import { HEAD_FEATURES as F, headLogits, readyHead } from "presently/rank";
import { beforeAll, describe, expect, it } from "vitest";
import { startTensors } from "./backend.js";
import type { CandidateList } from "./candidates.js";
import { fitHead, gradientsOf, listQuality, type Parameters, trainHead } from "./head.js";
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
  beforeAll(startTensors);

  it("learns what a sum of features cannot say", () => {
    const product = (features: Float32Array, at: number) => features[at + 1] * features[at + 7];
    const head = trainHead(lists(2500, 1, product), seededRandom(2));
    const unseen = lists(300, 3, product);
    const quality = (one: typeof head | undefined) => unseen.reduce((sum, list) => sum + listQuality(list, one), 0);
    expect(quality(head)).toBeGreaterThan(1.7 * quality(undefined));
  });

  it("has gradients that agree with finite differences", () => {
    const random = seededRandom(8);
    const of = (length: number) => Float32Array.from({ length }, () => random() - 0.5);
    const weights: Parameters = { hidden: of(4 * F), bias: of(4), output: of(4) };
    const [longer, other] = lists(2, 7, (features, at) => features[at]);
    const shorter = { ...other, logits: other.logits.slice(0, 12), target: 3 };
    const lossOf = ({ logits, features, target }: CandidateList) => {
      const head = { hidden: [...weights.hidden], bias: [...weights.bias], output: [...weights.output] };
      const added = headLogits(readyHead(head)!, features);
      const scores = Array.from(logits, (logit, i) => logit + added[i]);
      return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[target];
    };
    const loss = () => (lossOf(longer) + lossOf(shorter)) / 2;
    const gradients = gradientsOf([longer, shorter], weights);
    for (const name of ["hidden", "bias", "output"] as const)
      weights[name].forEach((value, i) => {
        const at = (step: number) => {
          weights[name][i] = value + step;
          return loss();
        };
        const slope = (at(1e-3) - at(-1e-3)) / 2e-3;
        weights[name][i] = value;
        expect(Math.abs(gradients[name][i] - slope)).toBeLessThan(5e-3);
      });
    expect(gradients.hidden.some((slope) => Math.abs(slope) > 0.05)).toBe(true);
  });

  it("adds nothing before it has learned anything", () => {
    const nothing = trainHead([], seededRandom(1));
    expect(headLogits(readyHead(nothing)!, new Float32Array(F).fill(1))[0]).toBe(0);
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
