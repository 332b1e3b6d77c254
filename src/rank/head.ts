import type { RankingHead } from "../contract/encoder.js";
import { type EachNeighbour, logSum } from "./neighbours.js";

export const HEAD_FEATURES = 19;

/** What all candidates of a session's ranking have in common. */
export interface HeadSession {
  /** Rows of its items, newest last. */
  readonly seen: readonly number[];
  /** Logits of a return to them, by row. */
  readonly repeats: ReadonlyMap<number, number>;
  /** How often it holds each of them. */
  readonly times: ReadonlyMap<number, number>;
  /** Rows that came directly after, and before, an earlier look at the newest. */
  readonly after: ReadonlySet<number>;
  readonly before: ReadonlySet<number>;
  /** Mean popularity of its items. */
  readonly popularity: number;
  readonly eachNeighbour: EachNeighbour;
}

/** Normalizer's logarithm and temperature of the softmax that the logits are of. */
export interface HeadSoftmax {
  readonly logZ: number;
  readonly temperature: number;
}

/** The first stage's best rows, and what is known of each. [candidates] each */
export interface HeadCandidates {
  readonly rows: ArrayLike<number>;
  /** The mixture's scores, and the cosines alone, in units of the cosine. */
  readonly scores: ArrayLike<number>;
  readonly cosines: ArrayLike<number>;
  /** Cosines to the session's newest item and to the one before it; 0 where there is none. */
  readonly toNewest: ArrayLike<number>;
  readonly toPrevious: ArrayLike<number>;
  /** How often each was met together with the session's items. */
  readonly shares: ArrayLike<number>;
  /** How demand for it has risen, log of a ratio; its popularity, 0 … 1, 0 where nobody has met it. */
  readonly demand: ArrayLike<number>;
  readonly prior: ArrayLike<number>;
}

/** Columns to fill. */
export function candidateColumns(rows: ArrayLike<number>, scores: ArrayLike<number>) {
  const column = () => new Float32Array(rows.length);
  return { rows, scores, cosines: column(), toNewest: column(), toPrevious: column(), shares: column(), demand: column(), prior: column() };
}

/** Below this a share is none. */
const LEAST_SHARE = 0.003;

/** `prior`: popularity of every row, 0 … 1. */
export function headSession(
  seen: readonly number[],
  repeats: ReadonlyMap<number, number>,
  prior: ArrayLike<number>,
  eachNeighbour: EachNeighbour,
): HeadSession {
  const times = new Map<number, number>();
  const [after, before] = [new Set<number>(), new Set<number>()];
  const newest = seen.length - 1;
  let popularity = 0;
  seen.forEach((row, i) => {
    times.set(row, (times.get(row) ?? 0) + 1);
    popularity += prior[row] / seen.length;
    if (row !== seen[newest]) return;
    if (i < newest) after.add(seen[i + 1]);
    if (i > 0) before.add(seen[i - 1]);
  });
  return { seen, repeats, times, after, before, popularity, eachNeighbour };
}

/**
 * The head's features of all candidates, each of the order of one. [candidates, HEAD_FEATURES] What nobody has met is taken for as popular, and as
 * often met beside the session's items and the other candidates, as the others are: no next item ever taught the head of one that is new.
 */
export function headFeatures(candidates: HeadCandidates, session: HeadSession, { logZ, temperature }: HeadSoftmax): Float32Array {
  const { rows, scores, cosines, shares, toNewest, toPrevious, demand, prior } = candidates;
  const { seen, repeats, times, after, before, popularity } = session;
  const { to, from } = secondSteps(candidates, session, temperature);
  const [company, ledTo, leading] = [Float64Array.from(shares), to, from].map((column) => column.map(logOf));
  const popular = Float64Array.from(prior);
  for (const column of [company, ledTo, leading, popular]) completeNew(column, prior);
  const [newest, previous] = [seen[seen.length - 1], seen[seen.length - 2]];
  const length = Math.log(seen.length + 1) - 1;
  // Who has returned often returns again.
  const returns = Math.log(seen.length - times.size + 1);
  const out = new Float32Array(rows.length * HEAD_FEATURES);
  for (let i = 0, at = 0; i < rows.length; i++) {
    const row = rows[i];
    const repeat = repeats.get(row);
    out[at++] = (scores[i] / temperature - logZ) / 4 + 1;
    out[at++] = (cosines[i] / temperature - logZ) / 4 + 1;
    out[at++] = company[i];
    out[at++] = repeat ?? 0;
    out[at++] = repeat === undefined ? 0 : 1;
    out[at++] = row === newest ? 1 : 0;
    out[at++] = row === previous ? 1 : 0;
    out[at++] = demand[i];
    out[at++] = 4 * popular[i] - 2;
    out[at++] = length;
    out[at++] = returns;
    out[at++] = Math.log((times.get(row) ?? 0) + 1);
    out[at++] = after.has(row) ? 1 : 0;
    out[at++] = before.has(row) ? 1 : 0;
    out[at++] = 2.5 * toNewest[i] - 1;
    out[at++] = 2.5 * toPrevious[i] - 1;
    out[at++] = 4 * popularity - 2;
    out[at++] = ledTo[i];
    out[at++] = leading[i];
  }
  return out;
}

const logOf = (share: number) => Math.log(share + LEAST_SHARE) / 2 + 2;

/** Gives what nobody has met the mean of the others. */
function completeNew(column: Float64Array, prior: ArrayLike<number>): void {
  let [sum, met] = [0, 0];
  for (let i = 0; i < column.length; i++) {
    if (prior[i] === 0) continue;
    sum += column[i];
    met++;
  }
  for (let i = 0; i < column.length; i++) if (prior[i] === 0) column[i] = sum / Math.max(1, met);
}

/** Places of the rows, −1 for others: by a table of their lowest bits, in which most others meet an empty place, instead of a map. */
function placesOf(rows: ArrayLike<number>): (row: number) => number {
  const size = 2 ** Math.ceil(Math.log2(4 * rows.length + 1));
  const places = new Int32Array(size).fill(-1);
  const slot = (row: number) => {
    let at = row % size;
    while (places[at] >= 0 && rows[places[at]] !== row) at = (at + 1) % size;
    return at;
  };
  for (let i = 0; i < rows.length; i++) places[slot(rows[i])] = i;
  return (row) => places[slot(row)];
}

/** How often what is likely next leads on `to` each candidate, and how often that leads on to what is likely: `from` it. Shares, [candidates] each. */
function secondSteps({ rows, scores }: HeadCandidates, { eachNeighbour }: HeadSession, temperature: number) {
  const placeOf = placesOf(rows);
  const logZ = logSum(scores, temperature);
  const [likely, to, from] = [new Float64Array(rows.length), new Float64Array(rows.length), new Float64Array(rows.length)];
  for (let i = 0; i < rows.length; i++) likely[i] = Math.exp(scores[i] / temperature - logZ);
  for (let i = 0; i < rows.length; i++)
    eachNeighbour(rows[i], (other, share) => {
      const place = placeOf(other);
      if (place < 0) return;
      to[place] += likely[i] * share;
      from[i] += likely[place] * share;
    });
  return { to, from };
}

/** A head as its products read it; units come in fours, those that are not there are zeros. */
export interface ReadyHead {
  /** [features, units] */
  readonly hidden: Float64Array;
  /** [units] each. */
  readonly bias: Float64Array;
  readonly output: Float64Array;
}

const known = new WeakMap<RankingHead, ReadyHead | null>();

/** Once for a head. Null where it is none, or is made for other features: another version's. */
export function readyHead(head: RankingHead): ReadyHead | null {
  let ready = known.get(head);
  if (ready === undefined) {
    ready = isHead(head) ? turned(head) : null;
    known.set(head, ready);
  }
  return ready;
}

const isHead = ({ hidden, bias, output }: RankingHead): boolean =>
  [hidden, bias, output].every((values) => Array.isArray(values) && values.every(Number.isFinite)) &&
  hidden.length === bias.length * HEAD_FEATURES &&
  output.length === bias.length;

function turned(head: RankingHead): ReadyHead {
  const units = Math.ceil(head.bias.length / 4) * 4;
  const hidden = new Float64Array(HEAD_FEATURES * units);
  head.hidden.forEach((weight, i) => {
    hidden[(i % HEAD_FEATURES) * units + Math.floor(i / HEAD_FEATURES)] = weight;
  });
  const padded = (values: readonly number[]) => Float64Array.from({ length: units }, (_, h) => values[h] ?? 0);
  return { hidden, bias: padded(head.bias), output: padded(head.output) };
}

/**
 * output · max(0, hidden · features + bias): what the head adds to each candidate's logit. [candidates] Four units at a time, over the features that
 * are not 0, which most of those that tell of the session's own items are: half the time of all of them (bench/LOG.md).
 */
export function headLogits({ hidden, bias, output }: ReadyHead, features: Float32Array): Float64Array {
  const logits = new Float64Array(features.length / HEAD_FEATURES);
  const starts = new Int32Array(HEAD_FEATURES);
  const values = new Float64Array(HEAD_FEATURES);
  for (let i = 0; i < logits.length; i++) {
    let count = 0;
    for (let f = 0; f < HEAD_FEATURES; f++) {
      const value = features[i * HEAD_FEATURES + f];
      if (value === 0) continue;
      starts[count] = f * bias.length;
      values[count++] = value;
    }
    for (let h = 0; h < bias.length; h += 4) {
      let a = bias[h];
      let b = bias[h + 1];
      let c = bias[h + 2];
      let d = bias[h + 3];
      for (let f = 0; f < count; f++) {
        const x = values[f];
        const w = starts[f] + h;
        a += x * hidden[w];
        b += x * hidden[w + 1];
        c += x * hidden[w + 2];
        d += x * hidden[w + 3];
      }
      if (a > 0) logits[i] += output[h] * a;
      if (b > 0) logits[i] += output[h + 1] * b;
      if (c > 0) logits[i] += output[h + 2] * c;
      if (d > 0) logits[i] += output[h + 3] * d;
    }
  }
  return logits;
}
