import * as v from "valibot";
import { parseJson } from "./parse.js";

/** What became of a shown item, or (`view`) what a shopper opened next without a ranking's help. Weakest first. */
export const OUTCOMES = ["ignored", "dismissed", "view", "click", "cart", "purchase"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const SHARING_MODES = ["balanced", "session"] as const;
export type SharingMode = (typeof SHARING_MODES)[number];

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const position = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)));
const propensity = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1)));

const shown = {
  /** Index in the ranking, from 0; null for an organic view. */
  position,
  /** Probability with which the ranking put this item at this position; null for an organic view. */
  propensity,
};

/** Balanced mode: one context item, one target, nothing that joins two records of a shopper. */
const pair = v.object({ kind: v.literal("pair"), context: v.nullable(id), target: id, outcome: v.picklist(OUTCOMES), ...shown });

/** Session mode (opt-in): up to 16 context items in order and up to 20 impressions. */
const session = v.object({
  kind: v.literal("session"),
  context: v.pipe(v.array(v.object({ item: id, event: v.picklist(["view", "cart", "purchase"]) })), v.maxLength(16)),
  impressions: v.pipe(v.array(v.object({ item: id, outcome: v.picklist(OUTCOMES), ...shown })), v.maxLength(20)),
});

const record = v.variant("kind", [pair, session]);
export type PairRecord = v.InferOutput<typeof pair>;
export type SessionRecord = v.InferOutput<typeof session>;
export type FeedbackRecord = v.InferOutput<typeof record>;

export const MAX_BATCH_RECORDS = 100;
/** `fetch(…, { keepalive: true })` shares 64 KiB between all requests of a page (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch). */
export const MAX_BATCH_BYTES = 32 * 1024;

const batchSchema = v.object({
  format: v.literal("presently.feedback/1"),
  /** Idempotency key: random per batch, kept over retries, never reused. */
  key: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, "32 hex digits")),
  /** Version of the release that ranked; 0 when there was none. */
  release: v.pipe(v.number(), v.integer(), v.minValue(0)),
  mode: v.picklist(SHARING_MODES),
  records: v.pipe(v.array(record), v.minLength(1), v.maxLength(MAX_BATCH_RECORDS)),
  /** Spaces up to a multiple of one size, so that length tells nothing. */
  padding: v.optional(v.pipe(v.string(), v.regex(/^ *$/, "spaces only"))),
});
export type FeedbackBatch = v.InferOutput<typeof batchSchema>;

/** @throws PresentlyError `feedback/invalid` */
export function parseFeedbackBatch(text: string): FeedbackBatch {
  return parseJson(batchSchema, text, "feedback/invalid", "The feedback batch");
}
