import { seededRandom, shuffle } from "../train/random.js";
import { type DetailedMetrics, DetailedSum } from "./metrics.js";
import { createLister } from "./session-knn/lister.js";
import { type Method, STAN, type Stan, VSKNN, type Vsknn } from "./session-knn/methods.js";
import { type KnnSession, SessionIndex } from "./session-knn/session-index.js";

export type { KnnSession } from "./session-knn/session-index.js";

export interface KnnPrefix {
  readonly seen: readonly number[];
  readonly target: number;
}

export interface TunedKnn {
  readonly metrics: DetailedMetrics;
  readonly setting: Readonly<Record<string, number | string>>;
  /** What the search for the setting took. */
  readonly tuned_seconds: number;
}

const TUNING_PREFIXES = 6000;

/** The newest twentieth of the sessions, at most 2,000. */
const heldOut = (sessions: number) => Math.min(2000, Math.ceil(sessions / 20));

/** Coordinate search on the newest sessions, with the others as neighbours: MRR@20 plus a third of Recall@20. */
function tune<Setting extends object>({ start, grid, weights }: Method<Setting>, sessions: readonly KnnSession[], items: number): Setting {
  const older = sessions.length - heldOut(sessions.length);
  const all = sessions.slice(older).flatMap(({ rows }) => rows.slice(1).map((target, i) => ({ seen: rows.slice(0, i + 1), target })));
  const order = Int32Array.from(all.keys());
  shuffle(order, seededRandom(11));
  const prefixes = Array.from(order.subarray(0, TUNING_PREFIXES), (i) => all[i]);
  const index = new SessionIndex(sessions.slice(0, older), items);
  const quality = (setting: Setting) => {
    const list = createLister(index, weights(setting));
    return prefixes.reduce((sum, { seen, target }) => {
      const rank = list(seen).indexOf(target) + 1;
      return sum + (rank > 0 ? 1 / rank + 1 / 3 : 0);
    }, 0);
  };
  let [setting, reached] = [start, quality(start)];
  for (const axis of grid)
    for (const [name, values] of Object.entries(axis) as [keyof Setting, readonly Setting[keyof Setting][]][]) {
      const before = setting[name];
      for (const value of values) {
        if (value === before) continue;
        const tried = { ...setting, [name]: value };
        const own = quality(tried);
        if (own > reached) [setting, reached] = [tried, own];
      }
    }
  return setting;
}

function interactions(sessions: readonly KnnSession[], items: number): Float64Array {
  const counts = new Float64Array(items);
  for (const { rows } of sessions) for (const row of rows) counts[row]++;
  return counts;
}

/**
 * Session kNN, tuned on the newest sessions of train (never on the prefixes) and measured with all of train as neighbours.
 * `vsknn`: Ludewig & Jannach, UMUAI 2018. `stan`: Garg et al., SIGIR 2019; λ2 is in shares of train and not in days, as times may be an order
 * alone. How old the session of the prefix is does not matter: it scales all neighbours alike. Both may also weigh by idf (as V-STAN, Ludewig
 * et al., UMUAI 2021) and lessen the matched item; with idf 0, session_idf 0 and own 1 they are as published. What was seen stays in the lists,
 * which popular items fill up to 20.
 * @param sum an empty one for the lists to go to
 */
export function tunedSessionKnn(
  method: "vsknn" | "stan",
  train: readonly KnnSession[],
  prefixes: readonly KnnPrefix[],
  items: number,
  sum: () => DetailedSum = () => new DetailedSum(interactions(train, items)),
): TunedKnn {
  const sessions = [...train].sort((a, b) => a.time - b.time);
  const measured = <Setting extends Vsknn | Stan>(of: Method<Setting>): TunedKnn => {
    const started = performance.now();
    const setting = tune(of, sessions, items);
    const seconds = (performance.now() - started) / 1000;
    const list = createLister(new SessionIndex(sessions, items), of.weights(setting));
    const total = sum();
    for (const { seen, target } of prefixes) total.add(list(seen), target, seen);
    return { metrics: total.result(), setting: { ...setting }, tuned_seconds: Math.round(seconds * 10) / 10 };
  };
  return method === "stan" ? measured(STAN) : measured(VSKNN);
}
