import type { TrainingSession } from "../train/data.js";
import { type DatedRecord, trainingSessions } from "./convert.js";
import type { Store } from "./store.js";

export interface Split {
  readonly train: readonly TrainingSession[];
  /** Newest last. Never trained on before: neither by the model to judge nor by the one it is compared with. */
  readonly heldOut: readonly TrainingSession[];
}

export interface SplitOptions {
  /** Most sessions to train on: the newest half of them, and a sample of older ones (replay). */
  readonly maxSessions: number;
  /** Most sessions to judge by. */
  readonly maxHeldOut: number;
}

/** One in ten, by the first byte of an id that is random or a hash. */
const isHeldOut = (id: Uint8Array) => id[0] < 26;

/** The newest of `all` last, at most `max`. */
const newest = <T extends { readonly time: number }>(all: T[], max: number): T[] => all.sort((a, b) => a.time - b.time).slice(-max);

/**
 * What is stored, parted into what to train on and what to judge by. A record's side follows from its id, so it is the same in every
 * run: a warm model has never seen what it is judged by.
 */
export function splitSessions(store: Store, { maxSessions, maxHeldOut }: SplitOptions): Split {
  const train: TrainingSession[] = [];
  const heldOut: TrainingSession[] = [];
  const records: { train: DatedRecord[]; heldOut: DatedRecord[] } = { train: [], heldOut: [] };
  for (const { id, day, record } of store.feedback.records()) records[isHeldOut(id) ? "heldOut" : "train"].push({ record, day });
  for (const session of trainingSessions(records.train)) train.push(session);
  for (const session of trainingSessions(records.heldOut)) heldOut.push(session);
  for (const { id, events, ignored, time } of store.sessions.sessions()) (isHeldOut(id) ? heldOut : train).push({ events, ignored, time, weight: 1 });
  const judged = newest(
    heldOut.filter(({ events }) => events.length > 1),
    maxHeldOut,
  );
  if (train.length <= maxSessions) return { train, heldOut: judged };
  const recent = newest([...train], Math.ceil(maxSessions / 2));
  const since = recent[0].time;
  const older = train.filter(({ time }) => time < since);
  const step = older.length / (maxSessions - recent.length);
  const replay = step > 1 ? Array.from({ length: maxSessions - recent.length }, (_, i) => older[Math.floor(i * step)]) : older;
  return { train: [...replay, ...recent], heldOut: judged };
}
