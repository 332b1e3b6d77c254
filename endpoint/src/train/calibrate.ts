import * as tf from "@tensorflow/tfjs-core";
import type { EncoderConfig, RankingHead } from "presently/contract";
import { encode, type NamedArray, transposeLast } from "presently/model";
import { NORMALIZER, neighbourShares } from "presently/rank";
import { candidateList, type ItemFacts } from "./candidates.js";
import { encoderBatch, encoderTensors, type TokenColumns } from "./encoder-batch.js";
import type { Example } from "./examples.js";
import { fitHead } from "./head.js";
import { fitMixture, LEAST_PREDICTIONS, type Mixture, type Prediction, prediction } from "./mixture.js";
import { type NeighbourGraph, neighboursOf } from "./neighbours.js";

/** How neighbours, repeat head and cosines go together, what weighs their best once more, and what the spread's bias is to be moved by. */
export interface Calibration extends Mixture {
  /** Undefined where there are too few predictions. */
  readonly head: RankingHead | undefined;
  readonly spreadShift: number;
}

/** Predictions looked at: as many as the sessions kept back have, about. */
const MAX_POSITIONS = 32_000;
/** The mixture has four numbers to choose, and takes longest to: of so many, evenly spread, it sees as much as of all. */
const MIXTURE_POSITIONS = 8_000;
/** Tokens that are encoded at once, and cosines that this may give. */
const BATCH_TOKENS = 256;
const MAX_SCORES = 2 ** 22;

/** Rows of the `k` best scores, best first. */
function best(scores: Float32Array, k: number): number[] {
  const rows: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    if (rows.length === k && scores[i] <= scores[rows[k - 1]]) continue;
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (scores[rows[middle]] >= scores[i]) low = middle + 1;
      else high = middle;
    }
    rows.splice(low, 0, i);
    if (rows.length > k) rows.pop();
  }
  return rows;
}

const softplus = (x: number) => (x > 30 ? x : Math.log1p(Math.exp(x)));

/**
 * How far the spread's logits have to move for its mean to be that of the distances: what is learned by heart seems nearer than what comes
 * next in a session never seen.
 */
export function spreadShift(spreads: readonly number[], distances: readonly number[]): number {
  const logits = spreads.map((spread) => (spread > 30 ? spread : Math.log(Math.expm1(Math.max(spread, 1e-6)))));
  const wanted = distances.reduce((sum, distance) => sum + distance, 0);
  let [low, high] = [-3, 3];
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (logits.reduce((sum, logit) => sum + softplus(logit + middle), 0) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

export interface CalibrationInput {
  /** At the end of the sessions trained on. */
  readonly facts: Pick<ItemFacts, "demand" | "prior">;
  readonly config: EncoderConfig;
  readonly encoder: ReadonlyMap<string, NamedArray>;
  /** Unit item vectors [items, dims]. */
  readonly vectors: Float32Array;
  /** Of the sessions trained on, not of the examples. */
  readonly graph: NeighbourGraph;
  readonly textVector: (text: number) => Float32Array;
  /** What stays where too few sessions are there to tell. */
  readonly fallback: Pick<Mixture, "temperature" | "neighbourWeight">;
  readonly random: () => number;
}

/** Of these examples as many, oldest first, as make MAX_POSITIONS predictions. */
function enough(examples: readonly Example[]): readonly Example[] {
  let positions = 0;
  const end = examples.findIndex(({ targets }) => {
    const before = positions;
    positions += targets.reduce((sum, target) => sum + (target < 0 ? 0 : 1), 0);
    return before >= MAX_POSITIONS;
  });
  return end < 0 ? examples : examples.slice(0, end);
}

/** Places of examples that are as long, so that none is padded, `tokens` of them at most. */
function* ofOneLength(examples: readonly Example[], tokens: number): Generator<number[]> {
  const byLength = new Map<number, number[]>();
  examples.forEach(({ rows: { length } }, i) => {
    const alike = byLength.get(length);
    if (alike) alike.push(i);
    else byLength.set(length, [i]);
  });
  for (const [length, all] of byLength) {
    const size = Math.max(1, Math.floor(tokens / length));
    for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
  }
}

/** A prediction with the session's items before it, newest last, the spread that the encoder expects, and the distance that it meets. */
interface Held {
  readonly prediction: Prediction;
  readonly seen: readonly number[];
  readonly spread: number;
  readonly distance: number;
}

/** What the encoder predicts of sessions that it has not been trained on, in their order. */
function heldPredictions({ config, encoder, vectors, graph, textVector }: CalibrationInput, examples: readonly Example[]): Held[] {
  const { dims: d } = config;
  const count = vectors.length / d;
  const eachNeighbour = neighboursOf(graph);
  const found: Held[][] = examples.map(() => []);
  tf.tidy(() => {
    const weights = encoderTensors(encoder);
    const items = transposeLast(tf.tensor2d(vectors, [count, d]));
    for (const places of ofOneLength(examples, Math.min(BATCH_TOKENS, MAX_SCORES / count))) {
      const B = places.length;
      const T = examples[places[0]].rows.length;
      const outputs = tf.tidy(() => {
        const sessions = places.map((place): TokenColumns => {
          const { rows, types, dwells, gaps } = examples[place];
          return { types, dwells, gaps, vectors: Array.from(rows, (row) => (row < 0 ? textVector(-1 - row) : vectors.subarray(row * d, (row + 1) * d))) };
        });
        const result = encode(weights, encoderBatch(sessions, d), config);
        return [tf.matMul(tf.reshape(result.persona, [B * T, d]), items), result.repeat, result.spread];
      });
      const [scores, repeat, spread] = outputs.map((one) => one.dataSync<"float32">());
      tf.dispose(outputs);
      places.forEach((place, b) => {
        const { rows, targets } = examples[place];
        for (let t = 0; t < T; t++) {
          if (targets[t] < 0) continue;
          const at = b * T + t;
          const own = scores.subarray(at * count, (at + 1) * count);
          const seen = [...rows.subarray(0, t + 1)].filter((row) => row >= 0);
          const repeats = new Map<number, number>();
          for (let s = 0; s <= t; s++) if (rows[s] >= 0) repeats.set(rows[s], repeat[at * T + s]);
          found[place].push({
            prediction: prediction(own, best(own, NORMALIZER), targets[t], neighbourShares(eachNeighbour, seen), repeats),
            seen,
            spread: spread[at],
            distance: 1 - own[targets[t]],
          });
        }
      });
    }
  });
  return found.flat();
}

/**
 * What is learned by heart comes out too sure of itself: in training the next item is often one that the vectors remember, so a return, or
 * what was merely met together, looks less likely beside it than it is for sessions never seen. The mixture is therefore chosen on sessions
 * that are not trained on yet.
 */
export function calibrate(input: CalibrationInput, examples: readonly Example[]): Calibration {
  const { config, vectors, graph, facts, fallback, random } = input;
  // Pairs, where they are nearly all there is, say nothing of returns, but what was met together they do.
  const whole = examples.filter(({ pair }) => !pair);
  const known = whole.reduce((sum, { targets }) => sum + targets.length, 0) >= LEAST_PREDICTIONS;
  const held = heldPredictions(input, enough(known ? whole : examples));
  if (held.length < LEAST_PREDICTIONS) return { scale: 1, offset: 0, ...pick(fallback), head: undefined, spreadShift: 0 };
  const every = Math.ceil(held.length / MIXTURE_POSITIONS);
  const sample = held.flatMap((one, i) => (i % every === 0 ? [one.prediction] : []));
  const mixture = fitMixture(sample, config.temperature, known);
  const told = { ...facts, vectors, eachNeighbour: neighboursOf(graph) };
  // Of pairs nothing is known of returns, nor of longer sessions.
  const lists = known ? held.map((one) => candidateList(one.prediction, one.seen, mixture, told)) : [];
  const [spreads, distances] = [held.map(({ spread }) => spread), held.map(({ distance }) => distance)];
  return { ...mixture, head: fitHead(lists, random), spreadShift: spreadShift(spreads, distances) };
}

const pick = ({ temperature, neighbourWeight }: CalibrationInput["fallback"]) => ({ temperature, neighbourWeight });
