import { type CatalogItem, PresentlyError } from "presently/contract";
import type { TrainingSession } from "../train/data.js";
import { seededRandom, shuffle } from "../train/random.js";
import type { Dataset } from "./dataset.js";

/** What the trainer sees of a session: all of it, or what a privacy mode lets leave the page. */
export const PRIVACY = ["off", "balanced", "session"] as const;
export type Privacy = (typeof PRIVACY)[number];

/** As the modes of src/feedback have them. */
const MOST_PAIRS = 5;
const MOST_CONTEXT = 16;

const itemEvents = ({ events }: TrainingSession) => events.filter(({ items }) => items?.length === 1);

/**
 * Training sessions as a mode's records would bring them. Balanced: at most five pairs of an item and the one before, which nothing joins;
 * which five of a longer session, is drawn (on a page: the first). Session: the first sixteen items. Times are the day's order alone.
 */
export function throughWire(sessions: readonly TrainingSession[], mode: Privacy, seed: number): readonly TrainingSession[] {
  if (mode === "off") return sessions;
  const random = seededRandom(seed ^ 0x9e37);
  return sessions.flatMap((session) => {
    const events = itemEvents(session);
    if (mode === "session") return [{ ...session, events: events.slice(0, MOST_CONTEXT) }];
    const targets = Int32Array.from({ length: Math.max(0, events.length - 1) }, (_, i) => i + 1);
    shuffle(targets, random);
    return Array.from(targets.subarray(0, MOST_PAIRS), (target) => ({ ...session, events: [events[target - 1], events[target]] }));
  });
}

/** The dataset without any interaction of a share of its items in training; they stay in the catalogue, with what it says of them. */
export function holdBack({ train, ...rest }: Dataset, share: number, seed: number): { readonly data: Dataset; readonly cold: ReadonlySet<string> } {
  const order = Int32Array.from(train.items, (_, row) => row);
  shuffle(order, seededRandom(seed ^ 0xc01d));
  const cold = new Set(Array.from(order.subarray(0, Math.round(order.length * share)), (row) => train.items[row].item_id));
  const sessions = train.sessions.map((session) => ({ ...session, events: session.events.filter(({ items: [one] = [] }) => !one || !cold.has(one.item_id)) }));
  if (!sessions.some(({ events }) => events.length > 1))
    throw new PresentlyError("evaluate/empty", "With so many items held back, no training session has two events");
  return { data: { ...rest, train: { items: train.items, sessions } }, cold };
}

/** 1: never in a training session. [items] */
export function unmet(items: readonly CatalogItem[], sessions: readonly TrainingSession[]): Uint8Array {
  const met = new Set(sessions.flatMap(({ events }) => events.flatMap(({ items: own = [] }) => own.map(({ item_id }) => item_id))));
  return Uint8Array.from(items, ({ item_id }) => (met.has(item_id) ? 0 : 1));
}
