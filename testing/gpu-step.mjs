/*
 * The same training step on the CPU and on a GPU, in a process of its own, whose environment names the driver: prints what device it was and by
 * how much, relative to the largest value, loss and gradients differ.
 */
const train = (name) => import(new URL(`../endpoint/dist/train/${name}.js`, import.meta.url).href);
const { stepDevice } = await train("backend");
const { trainingStep } = await train("step");
const { seededRandom, fillNormal } = await train("random");
const { DEFAULT_CONFIG, encoderWeights } = await import("presently/model");

const config = { ...DEFAULT_CONFIG, dims: 16, feedForward: 32, maxTokens: 8 };
const random = seededRandom(3);
const normal = (length, deviation) => {
  const out = new Float32Array(length);
  fillNormal(out, deviation, random);
  return out;
};
const CANDIDATES = 40;
const candidates = normal(CANDIDATES * config.dims, 1);
for (let c = 0; c < CANDIDATES; c++) {
  const own = candidates.subarray(c * config.dims, (c + 1) * config.dims);
  const length = Math.hypot(...own);
  own.forEach((value, k) => {
    own[k] = value / length;
  });
}
const example = (rows, ignored = []) => ({
  rows: Int32Array.from(rows.slice(0, -1)),
  targets: Int32Array.from(rows.slice(1)),
  types: Int32Array.from(rows.slice(1), (_, i) => i % 3),
  dwells: Int32Array.from(rows.slice(1), (_, i) => i % 2),
  gaps: Int32Array.from(rows.slice(1), (_, i) => i),
  weights: Float32Array.from(rows.slice(1), () => 1),
  ignored,
  pair: false,
});
const input = {
  batch: [example([0, 1, 2, 1, 3]), example([4, 5, 4], [{ row: 9, weight: 2 }]), example([7, 8])],
  weights: new Map(
    encoderWeights(config).map(({ name, shape }) => [
      name,
      {
        shape,
        data: normal(
          shape.reduce((a, b) => a * b, 1),
          0.3,
        ),
      },
    ]),
  ),
  config,
  candidates,
  predictable: CANDIDATES,
  slot: (row) => row,
  constant: () => new Float32Array(config.dims),
  logQ: normal(CANDIDATES, 1).map((value) => -Math.abs(value)),
  afterNext: 0.2,
  dropout: { input: 0.2, hidden: 0.1, candidate: 0.1, seed: 11 },
};

const [cpu, gpu] = [await stepDevice("cpu"), await stepDevice("gpu")];
const [expected, actual] = [await cpu.with(() => trainingStep(input)), await gpu.with(() => trainingStep(input))];
const difference = (a, b) => {
  let [largest, most] = [0, 0];
  a.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(value));
    most = Math.max(most, Math.abs(value - b[i]));
  });
  return most / Math.max(largest, 1e-3);
};
const weights = [...expected.weights].map(([name, gradient]) => difference(gradient, actual.weights.get(name)));
console.log(
  JSON.stringify({
    device: gpu.name,
    loss: Math.abs(expected.loss - actual.loss) / expected.loss,
    candidates: difference(expected.candidates, actual.candidates),
    weights: Math.max(...weights),
    moved: expected.candidates.some((value) => value !== 0),
  }),
);
process.exit(0);
