import { DEFAULT_CONFIG, encoderWeights } from "presently/model";
import { beforeAll, describe, expect, it } from "vitest";
import { startTensors } from "./backend.js";
import type { Example } from "./examples.js";
import { sampledSoftmax } from "./loss.js";
import { fillNormal, seededRandom } from "./random.js";
import { readNow } from "./reading.js";
import { type StepInput, trainingStep } from "./step.js";

const random = seededRandom(5);
const normal = (length: number, deviation = 1) => {
  const out = new Float32Array(length);
  fillNormal(out, deviation, random);
  return out;
};

/** Unit rows, as the item table gives them. */
function unit(count: number, dims: number): Float32Array {
  const rows = normal(count * dims);
  for (let r = 0; r < count; r++) {
    const length = Math.hypot(...rows.subarray(r * dims, (r + 1) * dims));
    for (let d = 0; d < dims; d++) rows[r * dims + d] /= length;
  }
  return rows;
}

/** Compares a gradient with central differences at a few places; `loss` reads the array that is changed. */
async function checkGradient(values: Float32Array, gradient: Float32Array, loss: () => number | Promise<number>, step: number): Promise<void> {
  const largest = gradient.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-3);
  for (let i = 0; i < values.length; i += Math.max(1, Math.floor(values.length / 12))) {
    const value = values[i];
    values[i] = value + step;
    const above = await loss();
    values[i] = value - step;
    const below = await loss();
    values[i] = value;
    expect(Math.abs((above - below) / (2 * step) - gradient[i])).toBeLessThan(0.02 * largest);
  }
}

describe("gradients", () => {
  beforeAll(startTensors);

  it("of the sampled softmax agree with finite differences, with the formula's own loss", async () => {
    const [P, C, d] = [4, 9, 5];
    const input = {
      personas: unit(P, d),
      candidates: unit(C, d),
      dims: d,
      targets: Int32Array.of(0, 3, 3, 8),
      weights: Float32Array.of(0.1, 0.2, 0.3, 0.4),
      logQ: normal(C).map((value) => -Math.abs(value)),
      temperature: 0.5,
      alternatives: [{ position: 0, candidate: 7, share: 0.3 }],
      cells: [
        { position: 2, candidate: 5, logit: 1.1 },
        { position: 1, candidate: 3, logit: -0.4 },
        { position: 1, candidate: 3, logit: 0.9 },
      ],
    };
    const { loss, personas, candidates, cells } = readNow(sampledSoftmax(input));
    let expected = 0;
    for (let p = 0; p < P; p++) {
      const terms = Array.from(input.logQ, (q, c) => {
        let dot = 0;
        for (let k = 0; k < d; k++) dot += input.personas[p * d + k] * input.candidates[c * d + k];
        const own = input.cells.filter(({ position, candidate }) => position === p && candidate === c);
        const correction = c === input.targets[p] || (p === 0 && c === 7) || own.length > 0 ? 0 : -q;
        return Math.exp(dot / input.temperature + correction + own.reduce((sum, { logit }) => sum + logit, 0));
      });
      const sum = terms.reduce((a, b) => a + b);
      const share = p === 0 ? 0.3 : 0;
      expected -= input.weights[p] * ((1 - share) * Math.log(terms[input.targets[p]] / sum) + share * Math.log(terms[7] / sum));
    }
    expect(loss).toBeCloseTo(expected, 5);
    await checkGradient(input.personas, personas, () => readNow(sampledSoftmax(input)).loss, 1e-2);
    await checkGradient(input.candidates, candidates, () => readNow(sampledSoftmax(input)).loss, 1e-2);
    const logits = Float32Array.from(input.cells, ({ logit }) => logit);
    const moved = () => readNow(sampledSoftmax({ ...input, cells: input.cells.map((cell, i) => ({ ...cell, logit: logits[i] })) })).loss;
    await checkGradient(logits, cells, moved, 1e-2);
  });

  it("of a whole step agree with finite differences, for items and for every weight", async () => {
    const config = { ...DEFAULT_CONFIG, dims: 8, feedForward: 16, maxTokens: 4, temperature: 0.5 };
    const example = (rows: number[], targets: number[]): Example => ({
      rows: Int32Array.from(rows),
      targets: Int32Array.from(targets),
      types: Int32Array.from(rows, (_, i) => i % 3),
      dwells: Int32Array.from(rows, (_, i) => i % 2),
      gaps: Int32Array.from(rows, (_, i) => i),
      weights: Float32Array.from(rows, () => 1),
      ignored: [],
      pair: false,
    });
    const weights = new Map(
      encoderWeights(config).map(({ name, shape }) => [
        name,
        {
          shape,
          data: normal(
            shape.reduce((a, b) => a * b, 1),
            0.4,
          ),
        },
      ]),
    );
    const candidates = unit(6, 8);
    const input: StepInput = {
      batch: [example([0, 1, 2], [1, 2, 3]), example([4, 4], [-1, 5])],
      weights,
      config,
      candidates,
      predictable: 6,
      slot: (row) => row,
      constant: () => new Float32Array(8),
      logQ: new Float32Array(6),
      afterNext: 0.2,
      dropout: undefined,
    };
    const { candidates: toCandidates, weights: toWeights } = await trainingStep(input);
    const lossOf = async () => (await trainingStep(input)).loss;
    await checkGradient(candidates, toCandidates, lossOf, 1e-2);
    // The spread's weights have a loss of their own, through which nothing else learns.
    for (const [name, { data }] of weights) if (!name.startsWith("spread/")) await checkGradient(data, toWeights.get(name)!, lossOf, 1e-2);
    expect(toWeights.get("spread/hidden")!.some((value) => value !== 0)).toBe(true);

    // The persona of a single item is that item's vector whatever the encoder does, and a pair holds no return.
    const ofPairs = await trainingStep({ ...input, batch: [{ ...example([0], [1]), pair: true }] });
    for (const [name, gradient] of ofPairs.weights) if (!name.startsWith("spread/")) expect(Math.max(...gradient.map(Math.abs)), name).toBeLessThan(1e-6);
    expect(ofPairs.candidates.some((value) => value !== 0)).toBe(true);
  });
});
