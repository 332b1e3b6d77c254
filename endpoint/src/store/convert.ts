import type { FeedbackRecord, Outcome, PairRecord, PresentlyEvent, SessionRecord } from "presently/contract";
import type { IgnoredImpression, TrainingSession } from "../train/data.js";

/** Records carry no times; their events lie as far apart as page views usually do. */
const STEP_MS = 30_000;
/**
 * A shown item that was taken was chosen among others, a view without a ranking only came next: so much more it says (bench/LOG.md; weights by
 * the inverse of propensity and place, which would undo the ranking's hand in it, cost more by their variance than they mend).
 */
const CHOSEN_WEIGHT = 3;
/** Ignored impressions that one session may carry. */
const MAX_IGNORED = 5;

const EVENT: Readonly<Record<Exclude<Outcome, "ignored" | "dismissed">, PresentlyEvent["name"]>> = {
  view: "view_item",
  click: "select_item",
  cart: "add_to_cart",
  purchase: "purchase",
};

const isIgnored = (outcome: Outcome): outcome is "ignored" | "dismissed" => outcome === "ignored" || outcome === "dismissed";
const event = (name: PresentlyEvent["name"], item_id: string, time: number): PresentlyEvent => ({ name, time, items: [{ item_id }] });

interface Shown {
  readonly propensity: number | null;
  readonly position: number | null;
}
const impression = (item_id: string, { propensity, position }: Shown): IgnoredImpression => ({ item_id, propensity, position });

function fromSession({ context, impressions }: SessionRecord, time: number): TrainingSession {
  const names = { view: "view_item", cart: "add_to_cart", purchase: "purchase" } as const;
  const events = context.map(({ item, event: name }, i) => event(names[name], item, time + i * STEP_MS));
  for (const { item, outcome } of impressions) if (!isIgnored(outcome)) events.push(event(EVENT[outcome], item, time + events.length * STEP_MS));
  return { events, ignored: impressions.filter(({ outcome }) => isIgnored(outcome)).map((one) => impression(one.item, one)), weight: 1, time };
}

export interface DatedRecord<T = FeedbackRecord> {
  readonly record: T;
  /** Days since the epoch. */
  readonly day: number;
}

/**
 * Records as sessions to train on. A positive pair is a session of two events; a pair without context tells only that its target is
 * liked. An ignored pair has nothing to be predicted from but its context, and nothing joins it to a positive one of the same shopper:
 * it becomes a negative of positive pairs with the same context, whoever's they are, which is what the encoder can tell apart.
 */
export function trainingSessions(records: Iterable<DatedRecord>): TrainingSession[] {
  const sessions: TrainingSession[] = [];
  const positive: DatedRecord<PairRecord>[] = [];
  const ignoredBy = new Map<string, IgnoredImpression[]>();
  for (const { record, day } of records) {
    if (record.kind === "session") {
      if (record.context.length + record.impressions.length > 0) sessions.push(fromSession(record, day * 86_400_000));
    } else if (!isIgnored(record.outcome)) positive.push({ record, day });
    else if (record.context !== null) {
      const list = ignoredBy.get(record.context);
      const one = impression(record.target, record);
      if (list) list.push(one);
      else ignoredBy.set(record.context, [one]);
    }
  }
  for (const { record, day } of positive) {
    const { context, target, outcome, position } = record;
    const time = day * 86_400_000;
    const name = EVENT[outcome as keyof typeof EVENT];
    const waiting = context === null ? undefined : ignoredBy.get(context);
    const ignored = waiting?.splice(-MAX_IGNORED).filter(({ item_id }) => item_id !== target) ?? [];
    const events = context === null ? [event(name, target, time)] : [event("view_item", context, time), event(name, target, time + STEP_MS)];
    sessions.push({ events, ignored, weight: position === null ? 1 : CHOSEN_WEIGHT, time, pair: true });
  }
  return sessions;
}
