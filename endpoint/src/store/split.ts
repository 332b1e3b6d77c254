import type { TrainingSession } from "../train/data.js";
import { type DatedRecord, trainingSessions } from "./convert.js";
import type { Store } from "./store.js";

export interface Split {
  readonly train: readonly TrainingSession[];
  /** Newest last. Never trained on before: neither by the model to judge nor by the one it is compared with. */
  readonly heldOut: readonly TrainingSession[];
  /**
   * Held-out sessions of before `since`, where `heldOut` holds few of them: a large update could otherwise only be judged by what came with it.
   * Empty where `heldOut` reaches back far enough.
   */
  readonly earlier: readonly TrainingSession[];
}

export interface SplitOptions {
  /** Most sessions to train on: the newest half of them, and a sample of older ones (replay). */
  readonly maxSessions: number;
  /** Most sessions to judge by. */
  readonly maxHeldOut: number;
  /**
   * Share of all that is stored which the model to go on from has not learned from yet: as much of the rest is replayed, no more, for what every
   * training passes over is learned by heart. Absent for a model from nothing.
   */
  readonly fresh?: number | undefined;
  /** When the live release was made, milliseconds since the epoch. */
  readonly since?: number | undefined;
}

/** Fewer sessions than this are all trained on. */
const FEW = 2_000;

/** One in ten, by the first byte of an id that is random or a hash. */
const isHeldOut = (id: Uint8Array) => id[0] < 26;

/** The newest of `all` last, at most `max`. */
const newest = <T extends { readonly time: number }>(all: T[], max: number): T[] => all.sort((a, b) => a.time - b.time).slice(-max);

/** As many as `count`, from the first to the last. */
const spaced = <T>(all: readonly T[], count: number): T[] =>
  all.length <= count ? [...all] : Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]);

/** Sessions of before `since`; none where `judged` is made of them for half. */
function earlierThan(since: number | undefined, all: readonly TrainingSession[], judged: readonly TrainingSession[], max: number): TrainingSession[] {
  if (since === undefined || judged.filter(({ time }) => time < since).length * 2 >= judged.length) return [];
  return spaced(
    all.filter(({ time }) => time < since),
    max,
  );
}

/**
 * What is stored, parted into what to train on and what to judge by. A record's side follows from its id, so it is the same in every
 * run: a warm model has never seen what it is judged by.
 */
export function splitSessions(store: Store, { maxSessions, maxHeldOut, fresh, since }: SplitOptions): Split {
  const train: TrainingSession[] = [];
  const heldOut: TrainingSession[] = [];
  const records: { train: DatedRecord[]; heldOut: DatedRecord[] } = { train: [], heldOut: [] };
  for (const { id, day, record } of store.feedback.records()) records[isHeldOut(id) ? "heldOut" : "train"].push({ record, day });
  for (const session of trainingSessions(records.train)) train.push(session);
  for (const session of trainingSessions(records.heldOut)) heldOut.push(session);
  for (const { id, events, ignored, time } of store.sessions.sessions()) (isHeldOut(id) ? heldOut : train).push({ events, ignored, time, weight: 1 });
  const usable = heldOut.filter(({ events }) => events.length > 1);
  const judged = newest(usable, maxHeldOut);
  const parted = { heldOut: judged, earlier: earlierThan(since, usable, judged, maxHeldOut) };
  const most = fresh === undefined ? maxSessions : Math.min(maxSessions, Math.max(FEW, Math.ceil(2 * fresh * train.length)));
  if (train.length <= most) return { train, ...parted };
  const recent = newest([...train], Math.ceil(most / 2));
  const oldest = recent[0].time;
  const older = train.filter(({ time }) => time < oldest);
  const replay = spaced(older, most - recent.length);
  return { train: [...replay, ...recent], ...parted };
}
