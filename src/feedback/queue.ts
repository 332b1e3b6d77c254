import { type FeedbackBatch, type FeedbackRecord, MAX_BATCH_BYTES, MAX_BATCH_RECORDS, type Outcome, type SharingMode } from "../contract/feedback.js";
import { json } from "../contract/json.js";
import type { Storage } from "../contract/storage.js";
import type { Impression } from "./impressions.js";
import { hex, type RandomSource, shuffled } from "./random.js";
import type { RecordOptions } from "./recorder.js";

/** All that waits, as JSON: beyond this the oldest goes. */
export const QUEUE_BYTES = 256 * 1024;
/** Every batch of a mode has a multiple of these bytes; all but a few exactly this. */
export const BATCH_BYTES: Readonly<Record<SharingMode, number>> = { balanced: 4_096, session: 8_192 };

/** What the ledger says of a record. Stays on the device. */
export interface Described {
  readonly time: number;
  readonly text: string;
  readonly record: FeedbackRecord;
}

export interface WaitingRecord extends Described {
  readonly kind: "record";
  readonly mode: SharingMode;
  readonly release: number;
  /** Not sent before this time, so that the moment of a batch is not the moment of an act. */
  readonly due: number;
}

/** Key and bytes are fixed once and for all when a batch is sealed: a retry repeats them. */
export interface SealedBatch {
  readonly kind: "batch";
  readonly key: string;
  readonly body: string;
  readonly records: readonly Described[];
  /** Queue entries which this batch stands for: if they are still there, a crash came between. */
  readonly replaces: readonly number[];
}

/** What became of an impression, not yet made into a record: a page that is being left has time for one write, and this is it. */
export interface Note {
  readonly kind: "note";
  readonly mode: SharingMode;
  readonly time: number;
  readonly impression: Impression;
  readonly outcome: Outcome;
}

type Queued<T> = T & { readonly seq: number };

export interface Queue {
  readonly records: readonly Queued<WaitingRecord>[];
  readonly batches: readonly Queued<SealedBatch>[];
  readonly notes: readonly Queued<Note>[];
  /** Oldest first, with their size. */
  readonly sizes: readonly (readonly [seq: number, bytes: number])[];
}

export async function readQueue(storage: Storage): Promise<Queue> {
  const records: Queued<WaitingRecord>[] = [];
  const batches: Queued<SealedBatch>[] = [];
  const notes: Queued<Note>[] = [];
  const junk: number[] = [];
  const sizes: [number, number][] = [];
  for (const { seq, value } of await storage.read("feedback")) {
    const entry = (value ?? {}) as WaitingRecord | SealedBatch | Note;
    if (entry.kind === "record") records.push({ ...entry, seq });
    else if (entry.kind === "batch") batches.push({ ...entry, seq });
    else if (entry.kind === "note") notes.push({ ...entry, seq });
    else junk.push(seq);
    sizes.push([seq, JSON.stringify(value ?? null).length]);
  }
  const replaced = new Set(batches.flatMap((batch) => batch.replaces));
  const gone = new Set([...junk, ...records.map(({ seq }) => seq).filter((seq) => replaced.has(seq))]);
  if (gone.size) await storage.remove("feedback", [...gone]);
  return { records: records.filter(({ seq }) => !gone.has(seq)), batches, notes, sizes: sizes.filter(([seq]) => !gone.has(seq)) };
}

export const countQueued = ({ records, batches }: Queue) => records.length + batches.flatMap((batch) => batch.records).length;

/** Appends, `note` and `remember` as in `Recorder`, and drops the oldest entries beyond the limit. */
export async function enqueueRecord(storage: Storage, record: WaitingRecord, { note, remember }: RecordOptions = {}): Promise<number | null> {
  const { sizes } = await readQueue(storage);
  let total = JSON.stringify(record).length;
  for (const [, bytes] of sizes) total += bytes;
  const dropped: number[] = [];
  for (const [seq, bytes] of sizes) {
    if (total <= QUEUE_BYTES) break;
    if (seq === note) continue;
    dropped.push(seq);
    total -= bytes;
  }
  if (dropped.length) await storage.remove("feedback", dropped);
  return storage.exchange("feedback", note === undefined ? [] : [note], record, remember);
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

function batchBody(mode: SharingMode, release: number, key: string, records: readonly FeedbackRecord[]): string {
  const batch: FeedbackBatch = { format: "presently.feedback/1", key, release, mode, records: [...records], padding: "" };
  const size = bytesOf(json(batch));
  const unit = BATCH_BYTES[mode];
  return json({ ...batch, padding: " ".repeat((unit - (size % unit)) % unit) });
}

/** Records of one mode and release, in parts that fit one padded size. */
function* parts(records: readonly Queued<WaitingRecord>[]): Generator<Queued<WaitingRecord>[]> {
  const byKind = new Map<string, Queued<WaitingRecord>[]>();
  for (const record of records) {
    const kind = `${record.mode} ${record.release}`;
    byKind.set(kind, [...(byKind.get(kind) ?? []), record]);
  }
  for (const group of byKind.values()) {
    const limit = Math.min(BATCH_BYTES[group[0].mode], MAX_BATCH_BYTES) - 200;
    let part: Queued<WaitingRecord>[] = [];
    let size = 0;
    for (const one of group) {
      const bytes = bytesOf(JSON.stringify(one.record)) + 1;
      if (part.length && (size + bytes > limit || part.length === MAX_BATCH_RECORDS)) {
        yield part;
        part = [];
        size = 0;
      }
      part.push(one);
      size += bytes;
    }
    yield part;
  }
}

/** Turns what is due (or all) into batches: shuffled, padded, keyed. The batch is on disk before its records go. */
export async function sealBatches(storage: Storage, random: RandomSource, due: (record: WaitingRecord) => boolean): Promise<Queue> {
  const { records } = await readQueue(storage);
  for (const part of parts(shuffled(random, records.filter(due)))) {
    const key = hex(random, 16);
    const body = batchBody(
      part[0].mode,
      part[0].release,
      key,
      part.map(({ record }) => record),
    );
    const replaces = part.map(({ seq }) => seq);
    const batch: SealedBatch = { kind: "batch", key, body, records: part.map(({ time, text, record }) => ({ time, text, record })), replaces };
    await storage.append("feedback", batch);
    await storage.remove("feedback", replaces);
  }
  return readQueue(storage);
}

/** Takes everything to another storage; what was sealed keeps key and bytes. */
export async function moveQueue(from: Storage, to: Storage): Promise<void> {
  const { records, batches, notes } = await readQueue(from);
  for (const { seq, ...entry } of batches) {
    await to.append("feedback", { ...entry, replaces: [] });
    await from.remove("feedback", [seq]);
  }
  for (const { seq, ...entry } of [...records, ...notes]) {
    await to.append("feedback", entry);
    await from.remove("feedback", [seq]);
  }
}
