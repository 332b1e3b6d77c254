import type { RankingRequest } from "../contract/ranking.js";
import type { Shard } from "../contract/shard.js";
import { createDiversity } from "./diversity.js";
import { columnOf } from "./fields.js";
import type { Candidate } from "./scorers.js";

export interface Placing extends Candidate {
  readonly pinned: boolean;
}

export interface PlaceRules {
  /** Places to fill, from … to − 1. */
  readonly from: number;
  readonly to: number;
  /** First place of the page that is asked for, and places of a page: caps count by page. */
  readonly page: number;
  readonly limit: number;
  readonly pins: ReadonlyMap<number, Candidate>;
  readonly caps: Caps;
  readonly diversity: number;
  /** Rows on the pages before. */
  readonly shown: readonly number[];
}

/** Counts of attribute values in lists, and whether one more is too many. */
export interface Caps {
  counter(): { allows(row: number): boolean; add(row: number): void };
}

/** Items without a value are not counted. @throws PresentlyError `rank/unknown-field` */
export function capsOf(shard: Shard, caps: RankingRequest["caps"] = []): Caps {
  const columns = caps.map(({ field, most }) => ({ codes: columnOf(shard, field, "The cap").codes, most }));
  return {
    counter() {
      const counts = columns.map(() => new Map<number, number>());
      return {
        allows: (row) => columns.every(({ codes, most }, c) => codes[row] === 0 || (counts[c].get(codes[row]) ?? 0) < most),
        add(row) {
          columns.forEach(({ codes }, c) => {
            counts[c].set(codes[row], (counts[c].get(codes[row]) ?? 0) + 1);
          });
        },
      };
    },
  };
}

/**
 * Pins to places: the first one that asks for a place has it, a later one the next free place. Pins of pages before are left out.
 * `find` gives the pinned rows that may be shown.
 */
export function pinnedPlaces(shard: Shard, pins: RankingRequest["pins"] = [], from: number, find: (rows: readonly number[]) => readonly Candidate[]) {
  const wanted = pins.filter(({ position }) => position >= from).map(({ id, position }) => ({ row: shard.row(id), position }));
  const places = new Map<number, Candidate>();
  if (wanted.length === 0) return places;
  const allowed = new Map(find(wanted.map(({ row }) => row)).map((candidate) => [candidate.row, candidate]));
  for (const { row, position } of wanted) {
    const candidate = allowed.get(row);
    if (!candidate) continue;
    allowed.delete(row);
    let place = position;
    while (places.has(place)) place++;
    places.set(place, candidate);
  }
  return places;
}

/** Fills the places: pins where they belong, elsewhere the best that the caps allow, by score or by MMR. Ends early where nothing is left. */
export function arrange(shard: Shard, candidates: readonly Candidate[], rules: PlaceRules): { list: Placing[]; rest: Candidate[] } {
  const { from, to, page, limit, pins, caps, diversity, shown } = rules;
  const pinned = new Set(Array.from(pins.values(), ({ row }) => row));
  const open: (Candidate | null)[] = candidates.filter(({ row }) => !pinned.has(row));
  const marginal =
    diversity > 0
      ? createDiversity(
          shard,
          open.map((candidate) => candidate!.row),
          diversity,
        )
      : null;
  for (const row of shown) marginal?.take(row);
  const counters = new Map<number, ReturnType<Caps["counter"]>>();
  const counterAt = (place: number) => {
    const window = Math.floor((place - page) / limit);
    const known = counters.get(window) ?? caps.counter();
    counters.set(window, known);
    return known;
  };
  for (const [place, { row }] of pins) {
    if (place >= to) continue;
    counterAt(place).add(row);
    marginal?.take(row);
  }

  function next(place: number): number {
    const counter = counterAt(place);
    let best = -1;
    let bestValue = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < open.length; i++) {
      const candidate = open[i];
      if (!candidate || !counter.allows(candidate.row)) continue;
      if (!marginal) return i;
      const value = marginal.value(i, candidate.score);
      if (value > bestValue) {
        best = i;
        bestValue = value;
      }
    }
    return best;
  }

  const list: Placing[] = [];
  for (let place = from; place < to; place++) {
    const pin = pins.get(place);
    const i = pin ? -1 : next(place);
    const chosen = pin ?? open[i];
    // Nothing is left: later pins move up.
    if (!chosen) break;
    list.push({ ...chosen, pinned: pin !== undefined });
    if (pin) continue;
    open[i] = null;
    counterAt(place).add(chosen.row);
    marginal?.take(chosen.row);
  }
  if (list.length < to - from)
    for (const [place, pin] of [...pins].sort(([a], [b]) => a - b))
      if (place >= from + list.length && place < to && !list.some(({ row }) => row === pin.row)) list.push({ ...pin, pinned: true });
  return { list, rest: open.filter((candidate) => candidate !== null) };
}
