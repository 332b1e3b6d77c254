import type { FeedbackRecord, Outcome } from "../contract/feedback.js";
import type { Storage } from "../contract/storage.js";
import type { Impression } from "./impressions.js";

/** A pause longer than this ends the visit that the caps count for. */
export const VISIT = 30 * 60_000;

/** All of it in the transaction that writes the record: a page that dies in between has done all or nothing. */
export interface RecordOptions {
  /** Number of the note that the record takes the place of. Where it is gone, another page has recorded it, and nothing is written. */
  readonly note?: number | undefined;
  /** What to keep beside the queue, by the record's number. */
  readonly remember?: (seq: number) => readonly [key: string, value: unknown];
}

export interface RecorderTools {
  readonly storage: Storage;
  readonly now: number;
  /** The note that tells of this. */
  readonly note?: number | undefined;
  /** Puts a record into the queue. */
  enqueue(record: FeedbackRecord, release: number, options?: RecordOptions): Promise<void>;
  /** Takes a record back that is not sealed yet; false where it is on its way. */
  withdraw(seq: number): Promise<boolean>;
}

/** How a sharing mode turns what happened into records. Its state is in the storage, so that a visit may go over several pages. */
export interface Recorder {
  /** What became of a shown item. */
  impression(tools: RecorderTools, impression: Impression, outcome: Outcome): Promise<void>;
  /** The shopper opened, carted or bought an item, wherever it stood. */
  interaction(tools: RecorderTools, item: string, context: string | null, outcome: "view" | "cart" | "purchase", release: number): Promise<void>;
  /** The page is left or time has passed. */
  settle(tools: RecorderTools, release: number): Promise<void>;
}
