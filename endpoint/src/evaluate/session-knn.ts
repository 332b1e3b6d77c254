import { seededRandom, shuffle } from "../train/random.js";
import { type DetailedMetrics, type DetailedSum, LIST } from "./metrics.js";

export interface KnnSession {
  readonly rows: readonly number[];
  /** Milliseconds, or anything that grows. */
  readonly time: number;
}

export interface KnnPrefix {
  readonly seen: readonly number[];
  readonly target: number;
}

type Method = "vsknn" | "stan";

interface Setting {
  /** Neighbours, and the newest sessions of each item from which they are chosen. */
  readonly k: number;
  readonly sample: number;
  /** How far back in the session an item still counts: e^(−distance / λ1) for STAN, 1 − distance / λ1 for V-SkNN. */
  readonly lambda1: number;
  /** STAN: age of a neighbour, as a share of all sessions; 0 where age is ignored. */
  readonly lambda2: number;
  /** STAN: distance in the neighbour between its item and the one it shares. V-SkNN: steps since the shared item of the session. */
  readonly lambda3: number;
  /** How much rare items are preferred (V-SkNN's idf weighting). */
  readonly idf: number;
  /** What the shared item itself counts, beside the others of the neighbour: returns are real. */
  readonly own: number;
}

export interface TunedKnn {
  readonly metrics: DetailedMetrics;
  readonly setting: Readonly<Record<string, number>>;
}

const START: Readonly<Record<Method, Setting>> = {
  vsknn: { k: 500, sample: 1000, lambda1: 10, lambda2: 0, lambda3: 10, idf: 1, own: 1 },
  stan: { k: 500, sample: 1000, lambda1: 2, lambda2: 0.5, lambda3: 2, idf: 0, own: 1 },
};
/** Tried one after the other, each time keeping the best; λ2 = 0 ignores age. */
const GRID: readonly { readonly [Key in keyof Setting]?: readonly number[] }[] = [
  { lambda1: [0.7, 1, 2, 4, 10] },
  { lambda3: [0.7, 1, 2, 4, 10] },
  { own: [0, 0.25, 0.5, 1] },
  { lambda2: [0, 0.1, 0.25, 0.5, 1] },
  { k: [100, 200, 500, 1500] },
  { sample: [500, 1000, 2500, 5000] },
  { idf: [0, 1, 3] },
  { lambda1: [0.7, 1, 2, 4, 10] },
];
const TUNING_PREFIXES = 1500;
const MAX_HELD_OUT = 2000;

/** Sessions by the items they hold, newest last. */
class Neighbours {
  private readonly offsets: Int32Array;
  private readonly postings: Int32Array;
  private readonly similarity: Float64Array;
  /** Place of an item in the session at hand, counted from 1; 0: not there. */
  private readonly place: Int32Array;
  private readonly scores: Float64Array;
  private readonly idf: Float64Array;
  private readonly popular: readonly number[];

  constructor(
    private readonly sessions: readonly KnnSession[],
    items: number,
  ) {
    this.offsets = new Int32Array(items + 1);
    const distinct = sessions.map(({ rows }) => [...new Set(rows)]);
    const count = new Float64Array(items);
    for (const rows of distinct) for (const row of rows) count[row]++;
    for (let row = 0; row < items; row++) this.offsets[row + 1] = this.offsets[row] + count[row];
    this.postings = new Int32Array(this.offsets[items]);
    const next = this.offsets.slice();
    distinct.forEach((rows, session) => {
      for (const row of rows) this.postings[next[row]++] = session;
    });
    this.similarity = new Float64Array(sessions.length);
    this.place = new Int32Array(items);
    this.scores = new Float64Array(items);
    this.idf = count.map((n) => Math.log((sessions.length + 1) / (n + 1)) / Math.log(sessions.length + 1));
    this.popular = Array.from(count.keys())
      .sort((a, b) => count[b] - count[a] || a - b)
      .slice(0, LIST);
  }

  /** The k nearest sessions, newest first among equals. Leaves their similarities where `list` reads them. */
  private nearest(seen: readonly number[], method: Method, { k, sample, lambda1, lambda2 }: Setting): Int32Array {
    const touched: number[] = [];
    const { similarity, sessions } = this;
    for (const row of new Set(seen)) {
      const distance = seen.length - this.place[row];
      const weight = method === "stan" ? Math.exp(-distance / lambda1) : Math.max(0, 1 - distance / lambda1);
      if (weight === 0) continue;
      for (let at = this.offsets[row + 1] - 1; at >= Math.max(this.offsets[row], this.offsets[row + 1] - sample); at--) {
        const session = this.postings[at];
        if (similarity[session] === 0) touched.push(session);
        similarity[session] += weight;
      }
    }
    if (method === "stan")
      for (const session of touched) {
        similarity[session] /= Math.sqrt(seen.length * sessions[session].rows.length);
        if (lambda2 > 0) similarity[session] *= Math.exp(-(sessions.length - session) / sessions.length / lambda2);
      }
    const all = Int32Array.from(touched);
    if (all.length <= k) return all;
    const sorted = Float64Array.from(all, (session) => similarity[session]).sort();
    const threshold = sorted[sorted.length - k];
    const above = all.filter((session) => similarity[session] > threshold);
    const equal = all.filter((session) => similarity[session] === threshold).sort((a, b) => b - a);
    for (const session of all) if (similarity[session] < threshold) similarity[session] = 0;
    for (const session of equal.subarray(k - above.length)) similarity[session] = 0;
    return Int32Array.of(...above, ...equal.subarray(0, k - above.length));
  }

  list(seen: readonly number[], method: Method, setting: Setting): number[] {
    const { place, scores, similarity, sessions } = this;
    seen.forEach((row, i) => {
      place[row] = i + 1;
    });
    const touched: number[] = [];
    for (const session of this.nearest(seen, method, setting)) {
      const { rows } = sessions[session];
      // The shared item which the session at hand has seen last.
      let shared = 0;
      for (let i = 1; i < rows.length; i++) if (place[rows[i]] >= place[rows[shared]]) shared = i;
      const step = seen.length - place[rows[shared]];
      const weight = method === "vsknn" ? Math.max(0, 1 - step / setting.lambda3) * similarity[session] : similarity[session];
      for (let i = 0; i < rows.length; i++) {
        const share = i === shared ? setting.own : 1;
        if (share === 0) continue;
        if (scores[rows[i]] === 0) touched.push(rows[i]);
        scores[rows[i]] += share * (method === "stan" ? Math.exp(-Math.abs(i - shared) / setting.lambda3) : 1) * weight * (1 + setting.idf * this.idf[rows[i]]);
      }
      similarity[session] = 0;
    }
    const best: number[] = [];
    for (const row of touched) {
      if (best.length === LIST && scores[row] < scores[best[LIST - 1]]) continue;
      let at = best.length;
      while (at > 0 && (scores[best[at - 1]] < scores[row] || (scores[best[at - 1]] === scores[row] && best[at - 1] > row))) at--;
      best.splice(at, 0, row);
      if (best.length > LIST) best.pop();
    }
    for (const row of touched) scores[row] = 0;
    for (const row of seen) place[row] = 0;
    return [...best, ...this.popular.filter((row) => !best.includes(row))].slice(0, LIST);
  }
}

/**
 * Tuned session kNN: V-SkNN (Ludewig & Jannach, UMUAI 2018) or STAN (Garg et al., SIGIR 2019). Its parameters are chosen one after the other on
 * the newest sessions of train by MRR@20 plus a third of Recall@20; what is measured then uses all of train.
 */
export function tunedSessionKnn(method: Method, train: readonly KnnSession[], prefixes: readonly KnnPrefix[], items: number, sum: () => DetailedSum): TunedKnn {
  const sessions = [...train].sort((a, b) => a.time - b.time);
  const heldOut = Math.min(MAX_HELD_OUT, Math.ceil(sessions.length / 20));
  const all = sessions.slice(-heldOut).flatMap(({ rows }) => rows.slice(1).map((target, i): KnnPrefix => ({ seen: rows.slice(0, i + 1), target })));
  const order = Int32Array.from(all.keys());
  shuffle(order, seededRandom(11));
  const tuning = Array.from(order.subarray(0, TUNING_PREFIXES), (i) => all[i]);
  const older = new Neighbours(sessions.slice(0, -heldOut), items);
  const quality = (setting: Setting) =>
    tuning.reduce((total, { seen, target }) => {
      const rank = older.list(seen, method, setting).indexOf(target) + 1;
      return total + (rank > 0 ? 1 / rank + 1 / 3 : 0);
    }, 0);
  let setting = START[method];
  let reached = quality(setting);
  for (const axis of GRID)
    for (const [name, values] of Object.entries(axis)) {
      if (method === "vsknn" && name === "lambda2") continue;
      for (const value of values) {
        const tried = { ...setting, [name]: value };
        const own = quality(tried);
        if (own > reached) [setting, reached] = [tried, own];
      }
    }
  const neighbours = new Neighbours(sessions, items);
  const total = sum();
  for (const { seen, target } of prefixes) total.add(neighbours.list(seen, method, setting), target, seen);
  return { metrics: total.result(), setting: { ...setting } };
}
