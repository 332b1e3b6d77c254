import { type EncoderConfig, PresentlyError } from "presently/contract";
import { DEFAULT_CONFIG, encoderWeights, type NamedArray } from "presently/model";
import { AdamW, schedule } from "./adam.js";
import { type Device, stepDevice } from "./backend.js";
import { type Calibration, calibrate } from "./calibrate.js";
import { CategoryVectors } from "./categories.js";
import { columnsFor } from "./columns.js";
import type { TrainedModel, TrainingSet } from "./data.js";
import { demandOf } from "./demand.js";
import { batches, type SessionText, trainingExamples } from "./examples.js";
import { hasText, ItemTable } from "./items.js";
import { neighbourGraph } from "./neighbours.js";
import { orderMatters } from "./order.js";
import { interactionsOf, priorOf } from "./popularity.js";
import { fillNormal, seededRandom } from "./random.js";
import { CandidateSampler } from "./sample.js";
import { trainingStep } from "./step.js";
import { togetherGraph } from "./together.js";
import { trendOf } from "./trend.js";

export interface TrainProgress {
  readonly step: number;
  readonly steps: number;
  /** Mean over the last steps. */
  readonly loss: number;
  readonly seconds: number;
  /** What steps run on: "CPU" or the GPU's name. */
  readonly device: string;
}

export interface TrainOptions {
  readonly seed: number;
  /** Passes over the sessions; by default 7, or more where there are few sessions, and 4 where items have few interactions. */
  readonly epochs?: number | undefined;
  readonly config?: Partial<EncoderConfig>;
  /** Uniform negatives, shared by a batch. */
  readonly negatives?: number;
  readonly onProgress?: (progress: TrainProgress) => void;
  readonly signal?: AbortSignal;
  /** The learning rate's schedule is compressed to end in time. */
  readonly maxSeconds?: number;
  /** Where steps run: by default on a GPU, if there is one. */
  readonly device?: Device | undefined;
}

export const DEFAULT_NEGATIVES = 8192;
/** Tokens a batch. Few sessions make smaller ones, so that an epoch is not over after a handful of steps. */
const BATCH_TOKENS = 1024;
const LEAST_BATCH_TOKENS = 64;
const STEPS_AN_EPOCH = 50;
/** Passes over the sessions, and more where these are so few that training would end before the learning rate has done anything. */
const EPOCHS = { least: 7, most: 16, steps: 2500 };
/**
 * Few interactions of an item are learned by heart before they are learned from: so many passes for each of them at most, and still fewer where
 * an item has next to none.
 */
const PASSES_AN_INTERACTION = 2;
const FEW_INTERACTIONS = 4;
const PASSES_OVER_FEW = 4;
const ITEM_RATE = 8e-3;
const ENCODER_RATE = 2e-3;
const WEIGHT_DECAY = 0.01;
const CLIP = 1;
/**
 * The item after the next one shares the target, for what is near in a session is alike: but not where one item leads to a certain other
 * (bench/LOG.md: Diginetica gains, Yoochoose loses).
 */
const AFTER_NEXT = 0.2;
const DROPOUT = { input: 0.2, hidden: 0.1, candidate: 0.15 };
/** Share of the candidates whose free embedding is left out of a step, so that metadata alone learns to speak. */
const ID_DROPOUT = { text: 0.1, other: 0.05 };
/** The newest sessions are kept back to calibrate on until this share of the training is over, and then trained on so many times an epoch. */
const CALIBRATE_AT = 0.85;
const LATE_COPIES = 3;
/**
 * Share of the sessions kept back, and how many at most: what is chosen on few predictions is chosen by chance, and the second stage learns from
 * nothing else. Twice as many are worth .1 of recall and .3 of MRR on Yoochoose's last days; where sessions are few, it makes no difference
 * (bench/LOG.md).
 */
const heldOut = (sessions: number) => Math.min(MAX_HELD_OUT, Math.floor(sessions / (sessions < FEW_SESSIONS ? 20 : 12)));
const FEW_SESSIONS = 10_000;
const MAX_HELD_OUT = 8000;

/** Buckets of the metadata table: about as many as the catalogue has distinct words, as a power of two. */
const bucketsFor = (items: number) => Math.min(32768, Math.max(2048, 2 ** Math.ceil(Math.log2(items + 1))));

function passes(stepsAnEpoch: number, interactionsAnItem: number): number {
  if (interactionsAnItem < FEW_INTERACTIONS) return PASSES_OVER_FEW;
  return Math.min(Math.max(EPOCHS.least, Math.min(EPOCHS.most, EPOCHS.steps / stepsAnEpoch)), PASSES_AN_INTERACTION * interactionsAnItem);
}

function startEncoder(config: EncoderConfig, random: () => number, warm?: TrainedModel): Map<string, NamedArray> {
  return new Map(
    encoderWeights(config).map(({ name, shape, init }) => {
      const before = warm?.encoder.get(name);
      if (before && before.shape.join() === shape.join()) return [name, { shape, data: before.data.slice() }];
      const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
      if ("constant" in init) data.fill(init.constant);
      else fillNormal(data, init.deviation, random);
      return [name, { shape, data }];
    }),
  );
}

function clip(gradients: ReadonlyMap<string, Float32Array>): void {
  let square = 0;
  for (const gradient of gradients.values()) for (const value of gradient) square += value * value;
  const factor = CLIP / Math.sqrt(square);
  if (factor < 1) for (const gradient of gradients.values()) for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
}

/**
 * Trains item vectors and persona encoder together. A step costs the same for any catalogue. `warm` goes on from a model before: known
 * items keep their vectors, new ones start from their metadata.
 * @throws PresentlyError `train/empty`, `train/aborted`, `train/diverged`, `train/no-gpu`
 */
export async function trainModel(set: TrainingSet, options: TrainOptions, warm?: TrainedModel): Promise<TrainedModel> {
  const device = await stepDevice(options.device ?? "auto");
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const random = seededRandom(options.seed);
  // A release's temperature is what its calibration found; training's own is always the same.
  const config = { ...DEFAULT_CONFIG, ...warm?.config, temperature: DEFAULT_CONFIG.temperature, ...options.config };
  const negatives = options.negatives ?? DEFAULT_NEGATIVES;
  const { items } = set;
  if (items.length === 0) throw new PresentlyError("train/empty", "There are no items to train on: import a catalogue first");
  const rowOf = new Map(items.map(({ item_id }, row) => [item_id, row]));
  const row = (id: string) => rowOf.get(id) ?? -1;

  const sessions = [...set.sessions].sort((a, b) => a.time - b.time);
  const older = sessions.length - heldOut(sessions.length);
  const texts: SessionText[] = [];
  const first = trainingExamples(sessions.slice(0, older), row, config.maxTokens, texts);
  const late = trainingExamples(sessions.slice(older), row, config.maxTokens, texts);
  const positions = first.positions + late.positions;
  if (positions === 0)
    throw new PresentlyError("train/empty", "No session has two events with items of the catalogue: import sessions whose item ids are the catalogue's");

  const popularity = interactionsOf(sessions, row, items.length);
  const earlier = warm && columnsFor(warm, items)(warm.popularity);
  const met = new Set(items.flatMap((_, at) => (popularity[at] > 0 ? [at] : [])));
  const interactions = popularity.reduce((sum, count) => sum + count, 0);

  const buckets = warm?.buckets ?? bucketsFor(items.length);
  const table = new ItemTable(items, texts, buckets, config.dims, random, warm, set.pictures);
  table.start(met, random, warm);
  const idDropout = hasText(items) || table.looks ? ID_DROPOUT.text : ID_DROPOUT.other;
  const categories = new CategoryVectors(items, texts, table);
  const weights = startEncoder(config, random, warm);
  const optimizer = new AdamW(WEIGHT_DECAY);
  const frequency = popularity.map((count) => count / interactions);
  const sampler = new CandidateSampler(
    items.length,
    texts.length,
    Int32Array.from(met).sort(),
    negatives,
    frequency,
    random,
    (text) => texts[text].kind === "query",
  );

  const batchTokens = Math.min(BATCH_TOKENS, Math.max(LEAST_BATCH_TOKENS, Math.ceil(positions / STEPS_AN_EPOCH)));
  const perEpoch = batches([...first.examples, ...late.examples], batchTokens, seededRandom(options.seed)).length;
  const epochs = options.epochs ?? passes(perEpoch, positions / met.size);
  const steps = Math.ceil(perEpoch * epochs);
  const afterNext = orderMatters(first.examples, late.examples, items.length) ? 0 : AFTER_NEXT;
  const textVector = (text: number) =>
    texts[text].kind === "category" ? categories.vector(text) : table.forward(Int32Array.of(items.length + text), Uint8Array.of(1)).vectors;
  /** What the older sessions teach, measured on the newest, which then join them. */
  const calibrateNow = () => {
    categories.refresh();
    const known = sessions.slice(0, older);
    const met = interactionsOf(known, row, items.length);
    return calibrate(
      {
        config,
        encoder: weights,
        vectors: table.all(),
        graph: neighbourGraph(known, row, items.length),
        facts: { demand: demandOf(known, row, items.length), prior: priorOf(met.map((count, one) => Math.max(count, earlier?.[one] ?? 0))) },
        textVector,
        fallback: warm?.config ?? config,
        random: seededRandom(options.seed),
      },
      late.examples,
    );
  };
  let calibration: Calibration | undefined;
  let examples = first.examples;
  let queue: ReturnType<typeof batches> = [];
  let loss = Number.NaN;
  for (let step = 0; step < steps; step++) {
    const progress = Math.max(step / steps, options.maxSeconds ? seconds() / options.maxSeconds : 0);
    if (progress >= 1) break;
    if (options.signal?.aborted)
      throw new PresentlyError("train/aborted", "Training was stopped before its end; the model before stays live", { cause: options.signal.reason });
    if (step % 200 === 0) categories.refresh();
    if (!calibration && (progress >= CALIBRATE_AT || examples.length === 0)) {
      calibration = calibrateNow();
      examples = [...examples, ...Array<typeof examples>(LATE_COPIES).fill(late.examples).flat()];
      queue = [];
    }
    if (queue.length === 0) queue = batches(examples, batchTokens, random);
    const batch = queue.pop()!;
    const drawn = sampler.draw(batch);
    const kept = Uint8Array.from(drawn.rows, (one) => (one < items.length && table.hasMetadata(one) && random() < idDropout ? 0 : 1));
    const vectors = table.forward(drawn.rows, kept);
    const result = await device.with(() =>
      trainingStep({
        batch,
        weights,
        config,
        candidates: vectors.vectors,
        predictable: drawn.predictable,
        slot: drawn.slot,
        constant: (one) => categories.vector(-1 - one),
        logQ: drawn.logQ,
        afterNext,
        dropout: { ...DROPOUT, seed: Math.floor(random() * 2 ** 30) },
      }),
    );
    if (!Number.isFinite(result.loss))
      throw new PresentlyError("train/diverged", `The loss is ${result.loss} at step ${step}: check the sessions' weights and times`);
    const rate = schedule(progress);
    table.backward(vectors, result.candidates, ITEM_RATE * rate);
    clip(result.weights);
    for (const [name, gradient] of result.weights) optimizer.step(name, weights.get(name)!, gradient, ENCODER_RATE * rate);
    loss = Number.isNaN(loss) ? result.loss : loss * 0.98 + result.loss * 0.02;
    if (step % 20 === 0 || step === steps - 1) {
      options.onProgress?.({ step: step + 1, steps, loss, seconds: seconds(), device: device.name });
      // The server that trains beside serving has its turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const { scale, offset, neighbourWeight, temperature, head, spreadShift } = calibration ?? calibrateNow();
  const query = weights.get("repeat/query")!.data;
  const distance = weights.get("repeat/distance")!.data;
  for (let i = 0; i < query.length; i++) query[i] *= scale;
  for (let i = 0; i < distance.length; i++) distance[i] = scale * distance[i] + offset;
  weights.get("spread/bias")!.data[0] += spreadShift;
  return {
    config: { ...config, neighbourWeight, temperature },
    encoder: weights,
    ids: items.map(({ item_id }) => item_id),
    vectors: table.all(),
    embeddings: table.embeddings,
    features: table.features,
    looks: table.looks,
    buckets,
    neighbours: neighbourGraph(sessions, row, items.length),
    together: togetherGraph(sessions, row, items.length),
    trend: trendOf(sessions, row, items.length),
    demand: demandOf(sessions, row, items.length),
    head: head ?? warm?.head,
    popularity,
  };
}
