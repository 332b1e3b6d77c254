import type { Centroids } from "../../contract/partitions.js";
import { neighboursOf } from "./nearest.js";

/**
 * What a page fetches tells its host where its persona is, unless something else is fetched that could as well be it. The rule:
 *
 * 1. Each real fetch has `lanes` decoys, and whatever is fetched of a partition (vectors, prices, cards) is fetched of its decoys too.
 * 2. A pair stays what it is as long as it is remembered: asking again tells nothing new, and averaging over repetitions does not either.
 * 3. A fetch far from all earlier ones has a decoy drawn by interest (`mass`). Where shoppers' interests are so spread, each of the two is
 *    as likely the real one: p(a) p(b) = p(b) p(a).
 * 4. A fetch near an earlier one, its t-th neighbour, has as decoy the t-th neighbour of that one's decoy: the decoys lie together just as
 *    the real ones do, and are no outliers.
 */
export interface Decoys {
  /**
   * The decoys of a real fetch.
   * @param key which level this is, and below which group
   * @param real where the real fetch is made
   * @param lane where each lane's decoys are: the same level, or the decoy group of this group
   */
  of(key: string, real: { readonly level: Centroids; readonly at: number }, lane: (lane: number) => Centroids): readonly number[];
  /** The pairs, to be remembered with the device's owner's consent. */
  save(): string;
}

/** Beyond so many nearer ones a fetch counts as far: it is a new interest. */
const NEAR = 12;

type Pairs = Map<number, readonly number[]>;

/** By mass, without what is taken. −1 where nothing is left. */
function draw({ mass, count }: Centroids, taken: ReadonlySet<number>, random: () => number): number {
  let total = 0;
  for (let c = 0; c < count; c++) if (!taken.has(c)) total += mass[c];
  let rest = random() * total;
  let last = -1;
  for (let c = 0; c < count; c++) {
    if (taken.has(c)) continue;
    last = c;
    rest -= mass[c];
    if (rest < 0) break;
  }
  return last;
}

function readPairs(saved: string | null, lanes: number): Map<string, Pairs> {
  try {
    const read = JSON.parse(saved ?? "") as { readonly lanes: number; readonly pairs: [string, [number, number[]][]][] };
    if (read.lanes === lanes) return new Map(read.pairs.map(([key, pairs]) => [key, new Map(pairs)]));
  } catch {
    // Nothing was kept, or by another version.
  }
  return new Map();
}

/**
 * @param random 0 … 1, unpredictable
 * @param saved what `save` gave for the same release
 */
export function createDecoys(lanes: number, random: () => number, saved: string | null = null): Decoys {
  const levels = readPairs(saved, lanes);
  return {
    of(key, { level, at }, laneLevel) {
      let pairs = levels.get(key);
      if (!pairs) {
        pairs = new Map();
        levels.set(key, pairs);
      }
      const known = pairs.get(at);
      if (known) return known;
      const nearest = pairs.size > 0 ? neighboursOf(level, at).find((other) => pairs.has(other)) : undefined;
      const steps = nearest === undefined ? Number.POSITIVE_INFINITY : neighboursOf(level, nearest).indexOf(at);
      const decoys = Array.from({ length: lanes }, (_, lane) => {
        const own = laneLevel(lane);
        const taken = new Set([...pairs.values()].map((others) => others[lane]));
        // On one level decoys are not spent on what is fetched anyway.
        if (own === level) for (const real of [at, ...pairs.keys()]) taken.add(real);
        if (nearest === undefined || steps > NEAR) return draw(own, taken, random);
        const order = neighboursOf(own, Math.max(0, pairs.get(nearest)![lane]));
        const open = order.filter((other) => !taken.has(other));
        // As far from its neighbour as the real one, or the next that is left.
        const passed = order.slice(0, steps).filter((other) => !taken.has(other)).length;
        return open[Math.min(passed, open.length - 1)] ?? -1;
      });
      pairs.set(at, decoys);
      return decoys;
    },
    save: () => JSON.stringify({ lanes, pairs: Array.from(levels, ([key, pairs]) => [key, [...pairs]]) }),
  };
}
