import { logSum, mixed } from "presently/rank";

/** What a ranking weighs beside the cosines: scale and offset of the repeat logits, κ of the neighbours, τ of the softmax. */
export interface Mixture {
  readonly scale: number;
  readonly offset: number;
  readonly neighbourWeight: number;
  readonly temperature: number;
}

/** A held-out session's next item among those that may come before it. */
export interface Prediction {
  /** Rows of the best cosines, best first, and these, for the softmax's normalizer too. */
  readonly best: Int32Array;
  readonly top: Float32Array;
  /** Cosines of the best rows which are neither neighbours nor of the session, best first. */
  readonly others: Float32Array;
  /** Neighbours and the session's items, which are scored apart: cosines, shares, and logits of a return, NaN where the session does not hold the row. */
  readonly rows: Int32Array;
  readonly cosines: Float32Array;
  readonly shares: Float64Array;
  readonly repeats: Float32Array;
  /** The next item's row, its place in these, −1 where it is none of them, and its cosine. */
  readonly target: number;
  readonly targetPlace: number;
  readonly targetCosine: number;
}

/** Fewer predictions choose by chance. */
export const LEAST_PREDICTIONS = 100;
/** Places of a list that count. */
export const LIST = 20;
/** What a place is worth, from 1: MRR@20 and a third of Recall@20. */
export const worthOf = (rank: number): number => (rank <= LIST ? 1 / rank + 1 / 3 : 0);
/** Multiples of the training temperature: vectors are surer of sessions that they were trained on than of others. */
const TEMPERATURES = [0.85, 1, 1.1, 1.2, 1.35, 1.5, 1.8];
const NEIGHBOUR_WEIGHTS = [0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.45, 0.6, 0.9];
const SCALES = [0, 0.25, 0.5, 0.75, 1];
const OFFSETS = [-3, -1.5, -0.75, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3];
const ROUNDS = 4;

/** Some of the values, in a third of the time of Float32Array.from. */
function gathered(values: Float32Array, rows: readonly number[]): Float32Array {
  const found = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) found[i] = values[rows[i]];
  return found;
}

/** `cosines` of all items with their `best` rows, best first. */
export function prediction(
  cosines: Float32Array,
  best: readonly number[],
  target: number,
  shares: ReadonlyMap<number, number>,
  repeats: ReadonlyMap<number, number>,
): Prediction {
  const apart = [...new Set([...shares.keys(), ...repeats.keys()])];
  const moved = new Set(apart);
  return {
    best: Int32Array.from(best),
    top: gathered(cosines, best),
    others: gathered(cosines, best.filter((row) => !moved.has(row)).slice(0, LIST)),
    rows: Int32Array.from(apart),
    cosines: gathered(cosines, apart),
    shares: Float64Array.from(apart, (row) => shares.get(row) ?? 0),
    repeats: Float32Array.from(apart, (row) => repeats.get(row) ?? Number.NaN),
    target,
    targetPlace: apart.indexOf(target),
    targetCosine: cosines[target],
  };
}

type Kappa = Pick<Mixture, "neighbourWeight" | "temperature">;

/** What cosine and share of the i-th row that is scored apart come to, in units of the cosine. */
const met = ({ cosines, shares }: Prediction, i: number, { neighbourWeight, temperature }: Kappa, logZ: number) =>
  shares[i] > 0 ? mixed(cosines[i], neighbourWeight * shares[i], logZ, temperature) : cosines[i];

/** The same with what a return is worth, which NaN says there is none of. */
const returned = (score: number, repeat: number, { scale, offset, temperature }: Mixture) =>
  Number.isNaN(repeat) ? score : score + (scale * repeat + offset) * temperature;

/** The score of the i-th row that is scored apart. */
export const firstStage = (one: Prediction, i: number, mixture: Mixture, logZ: number): number => returned(met(one, i, mixture, logZ), one.repeats[i], mixture);

/** `met` of all rows of all predictions, one after another. */
function allMet(predictions: readonly Prediction[], kappa: Kappa): Float64Array {
  const all = new Float64Array(predictions.reduce((sum, { rows }) => sum + rows.length, 0));
  let at = 0;
  for (const one of predictions) {
    const logZ = logSum(one.top, kappa.temperature);
    for (let i = 0; i < one.rows.length; i++) all[at++] = met(one, i, kappa, logZ);
  }
  return all;
}

/** MRR@20 plus a third of Recall@20, summed. `scores`: `allMet` of these. */
export function quality(predictions: readonly Prediction[], mixture: Mixture, scores = allMet(predictions, mixture)): number {
  let sum = 0;
  let from = 0;
  for (const { others, rows, repeats, targetPlace, targetCosine } of predictions) {
    const score = (i: number) => returned(scores[from + i], repeats[i], mixture);
    const wanted = targetPlace < 0 ? targetCosine : score(targetPlace);
    let rank = 1;
    for (let i = 0; i < others.length && others[i] > wanted; i++) rank++;
    for (let i = 0; i < rows.length && rank <= LIST; i++) if (i !== targetPlace && score(i) > wanted) rank++;
    sum += worthOf(rank);
    from += rows.length;
  }
  return sum;
}

/**
 * The mixture of most quality, one part after the other until none gains. What depends on each other most, a return's offset and the
 * neighbours' weight, is tried in pairs. Without `returns` the repeat logits stay as they are. What neighbours come to is most of the work, and the
 * same for all offsets and scales.
 */
export function fitMixture(predictions: readonly Prediction[], temperature: number, returns: boolean): Mixture {
  let last: Kappa & { readonly scores: Float64Array } = { neighbourWeight: Number.NaN, temperature, scores: new Float64Array(0) };
  const of = (mixture: Mixture) => {
    const { neighbourWeight, temperature } = mixture;
    if (last.neighbourWeight !== neighbourWeight || last.temperature !== temperature)
      last = { neighbourWeight, temperature, scores: allMet(predictions, mixture) };
    return quality(predictions, mixture, last.scores);
  };
  let found: Mixture = { scale: 1, offset: 0, neighbourWeight: 0, temperature };
  let reached = of(found);
  const offsets = returns ? OFFSETS : [0];
  const axes: readonly (readonly Partial<Mixture>[])[] = [
    NEIGHBOUR_WEIGHTS.flatMap((neighbourWeight) => offsets.map((offset) => ({ offset, neighbourWeight }))),
    TEMPERATURES.map((factor) => ({ temperature: factor * temperature })),
    returns ? SCALES.map((scale) => ({ scale })) : [],
  ];
  for (let round = 0; round < ROUNDS; round++) {
    const before = reached;
    for (const axis of axes)
      for (const part of axis) {
        const tried = { ...found, ...part };
        const own = of(tried);
        if (own > reached) [found, reached] = [tried, own];
      }
    if (reached === before) break;
  }
  return found;
}
