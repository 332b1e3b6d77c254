import { type EncoderConfig, PresentlyError } from "presently/contract";
import { DEFAULT_CONFIG, encoderWeights, type NamedArray } from "presently/model";
import { AdamW, schedule } from "./adam.js";
import { startTensors } from "./backend.js";
import { CategoryVectors } from "./categories.js";
import type { TrainedModel, TrainingSet } from "./data.js";
import { batches, type SessionText, trainingExamples } from "./examples.js";
import { ItemTable } from "./items.js";
import { fillNormal, seededRandom } from "./random.js";
import { CandidateSampler } from "./sample.js";
import { trainingStep } from "./step.js";
import { tuneSeenBoost } from "./tune.js";

export interface TrainProgress {
  readonly step: number;
  readonly steps: number;
  /** Mean over the last steps. */
  readonly loss: number;
  readonly seconds: number;
}

export interface TrainOptions {
  readonly seed: number;
  readonly epochs: number;
  readonly config?: Partial<EncoderConfig>;
  /** Uniform negatives, shared by a batch. */
  readonly negatives?: number;
  readonly onProgress?: (progress: TrainProgress) => void;
  readonly signal?: AbortSignal;
  /** The learning rate's schedule is compressed to end in time. */
  readonly maxSeconds?: number;
}

export const DEFAULT_NEGATIVES = 8192;
/** Tokens a batch. Few sessions make smaller ones, so that an epoch is not over after a handful of steps. */
const BATCH_TOKENS = 1024;
const LEAST_BATCH_TOKENS = 64;
const STEPS_AN_EPOCH = 50;
const ITEM_RATE = 8e-3;
const ENCODER_RATE = 2e-3;
const WEIGHT_DECAY = 0.01;
const CLIP = 1;
const DROPOUT = { input: 0.2, hidden: 0.1 };
/** Share of the candidates whose free embedding is left out of a step, so that metadata alone learns to speak. */
const ID_DROPOUT = 0.05;
const MAX_HELD_OUT = 2000;

/** Buckets of the metadata table: about as many as the catalogue has distinct words, as a power of two. */
const bucketsFor = (items: number) => Math.min(32768, Math.max(2048, 2 ** Math.ceil(Math.log2(items + 1))));

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
 * @throws PresentlyError `train/empty`, `train/aborted`, `train/diverged`
 */
export async function trainModel(set: TrainingSet, options: TrainOptions, warm?: TrainedModel): Promise<TrainedModel> {
  await startTensors();
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const random = seededRandom(options.seed);
  const config = { ...DEFAULT_CONFIG, ...warm?.config, ...options.config };
  const negatives = options.negatives ?? DEFAULT_NEGATIVES;
  const { items } = set;
  if (items.length === 0) throw new PresentlyError("train/empty", "There are no items to train on: import a catalogue first");
  const rowOf = new Map(items.map(({ item_id }, row) => [item_id, row]));
  const row = (id: string) => rowOf.get(id) ?? -1;

  const sessions = [...set.sessions].sort((a, b) => a.time - b.time);
  const heldOut = Math.min(MAX_HELD_OUT, Math.floor(sessions.length / 50));
  const texts: SessionText[] = [];
  const { examples, positions } = trainingExamples(sessions.slice(0, sessions.length - heldOut), row, config.maxTokens, texts);
  const validation = trainingExamples(sessions.slice(sessions.length - heldOut), row, config.maxTokens, texts).examples;
  if (positions === 0)
    throw new PresentlyError("train/empty", "No session has two events with items of the catalogue: import sessions whose item ids are the catalogue's");

  const popularity = new Float32Array(items.length);
  const met = new Set<number>();
  let interactions = 0;
  for (const { events } of set.sessions)
    for (const event of events)
      for (const { item_id } of event.items ?? []) {
        const at = row(item_id);
        if (at < 0) continue;
        met.add(at);
        popularity[at]++;
        interactions++;
      }

  const buckets = warm?.buckets ?? bucketsFor(items.length);
  const table = new ItemTable(items, texts, buckets, config.dims, random, warm);
  table.start(met, random, warm);
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
  const perEpoch = batches(examples, batchTokens, seededRandom(options.seed)).length;
  const steps = Math.ceil(perEpoch * options.epochs);
  let queue: ReturnType<typeof batches> = [];
  let loss = Number.NaN;
  for (let step = 0; step < steps; step++) {
    const progress = Math.max(step / steps, options.maxSeconds ? seconds() / options.maxSeconds : 0);
    if (progress >= 1) break;
    if (options.signal?.aborted)
      throw new PresentlyError("train/aborted", "Training was stopped before its end; the model before stays live", { cause: options.signal.reason });
    if (step % 200 === 0) categories.refresh();
    if (queue.length === 0) queue = batches(examples, batchTokens, random);
    const batch = queue.pop()!;
    const drawn = sampler.draw(batch);
    const kept = Uint8Array.from(drawn.rows, (one) => (one < items.length && table.hasMetadata(one) && random() < ID_DROPOUT ? 0 : 1));
    const vectors = table.forward(drawn.rows, kept);
    const result = trainingStep({
      batch,
      weights,
      config,
      candidates: vectors.vectors,
      predictable: drawn.predictable,
      slot: drawn.slot,
      constant: (one) => categories.vector(-1 - one),
      logQ: drawn.logQ,
      dropout: { ...DROPOUT, seed: Math.floor(random() * 2 ** 30) },
    });
    if (!Number.isFinite(result.loss))
      throw new PresentlyError("train/diverged", `The loss is ${result.loss} at step ${step}: check the sessions' weights and times`);
    const rate = schedule(progress);
    table.backward(vectors, result.candidates, ITEM_RATE * rate);
    clip(result.weights);
    for (const [name, gradient] of result.weights) optimizer.step(name, weights.get(name)!, gradient, ENCODER_RATE * rate);
    loss = Number.isNaN(loss) ? result.loss : loss * 0.98 + result.loss * 0.02;
    if (step % 20 === 0 || step === steps - 1) {
      options.onProgress?.({ step: step + 1, steps, loss, seconds: seconds() });
      // The server that trains beside serving has its turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const vectors = table.all();
  const trained: TrainedModel = {
    config,
    encoder: weights,
    ids: items.map(({ item_id }) => item_id),
    vectors,
    embeddings: table.embeddings,
    features: table.features,
    buckets,
    popularity,
  };
  categories.refresh();
  const one = Uint8Array.of(1);
  const textVector = (text: number) =>
    texts[text].kind === "category" ? categories.vector(text) : table.forward(Int32Array.of(items.length + text), one).vectors;
  return { ...trained, config: { ...config, seenBoost: tuneSeenBoost(trained, validation, textVector) } };
}
