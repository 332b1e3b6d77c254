import type { FeedbackRecord, Outcome } from "../contract/feedback.js";
import type { Storage } from "../contract/storage.js";
import type { Impression } from "./impressions.js";

/** A pause longer than this ends the visit that the caps count for. */
export const VISIT = 30 * 60_000;

export interface RecorderTools {
  readonly storage: Storage;
  readonly now: number;
  /** Puts a record into the queue; gives its number there. */
  enqueue(record: FeedbackRecord, release: number): Promise<number>;
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
