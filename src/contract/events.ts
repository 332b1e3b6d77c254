import { PresentlyError } from "./errors.js";

/** GA4's names (https://developers.google.com/analytics/devguides/collection/ga4/reference/events), since every shop's dataLayer already speaks them. */
export const EVENT_NAMES = [
  "page_view",
  "view_item_list",
  "view_item",
  "select_item",
  "user_engagement",
  "search",
  "add_to_wishlist",
  "add_to_cart",
  "remove_from_cart",
  "begin_checkout",
  "purchase",
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** How a field is read: what it becomes, or undefined where it is not what it should be. Written out, since every page loads this first. */
interface Field<T> {
  readonly is: string;
  readonly read: (value: unknown) => T | undefined;
}

const text = (max: number): Field<string> => ({
  // Made when it is said: numbers of a page's start become texts slowly, and every page loads this.
  get is() {
    return `a text of 1 to ${max} characters`;
  },
  read(value) {
    const trimmed = typeof value === "string" ? value.trim() : "";
    return trimmed && trimmed.length <= max ? trimmed : undefined;
  },
});

const amount: Field<number> = {
  is: "a number of 0 or more",
  read: (value) => (typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY ? value : undefined),
};

const whole: Field<number> = { is: "a whole number of 0 or more", read: (value) => (Number.isSafeInteger(value) ? amount.read(value) : undefined) };

const oneOf = <T extends string>(...known: readonly T[]): Field<T> => ({
  is: `one of ${known.join(", ")}`,
  read: (value) => known.find((one) => one === value),
});

const word = text(256);
const long = text(512);

/** Ids come as numbers from many templates; the contract has strings. */
const itemId: Field<string> = {
  is: "a text of 1 to 256 characters, or a number",
  read: (value) => word.read(typeof value === "number" ? `${value}` : value),
};

const itemIds: Field<readonly string[]> = {
  is: "a list of at most 12 texts",
  read: (value) => (Array.isArray(value) && value.length <= 12 && value.every((entry) => long.read(entry) === entry) ? value : undefined),
};

const ITEM_FIELDS = {
  item_id: itemId,
  /** Other ids of the same item, and the path of its page ("/p/red-shoe"): the catalogue may know it by one of them. */
  item_ids: itemIds,
  item_name: long,
  item_brand: word,
  item_category: word,
  item_category2: word,
  item_category3: word,
  item_category4: word,
  item_category5: word,
  price: amount,
  quantity: amount,
  /** Position in the list it was shown in, from 0. */
  index: whole,
  item_list_id: word,
};

const EVENT_FIELDS = {
  name: oneOf(...EVENT_NAMES),
  /** Milliseconds since the epoch, filled in by the session when absent. */
  time: amount,
  search_term: word,
  /** How many items a search found, where the page tells: 0, nothing. */
  results: whole,
  /** Active, visible time in milliseconds (dwell). */
  engagement_time_msec: amount,
  /** How far the page was scrolled, 0 … 100. */
  percent_scrolled: amount,
  /** How often the item's pictures or variants were chosen. */
  interactions: whole,
  page_location: text(2048),
  page_title: long,
  /** What kind of page it is: the context of the ranking. */
  page_type: oneOf("home", "listing", "search", "product", "cart", "checkout", "other"),
  /** Category of the page (a listing's, say), as in the catalogue's path. */
  page_category: word,
  transaction_id: word,
  value: amount,
  currency: text(8),
  item_list_id: word,
  /** The ranking which this event answers, where it does. */
  ranking_id: text(64),
};

type Fields = Readonly<Record<string, Field<unknown>>>;
type Values<F extends Fields> = { [K in keyof F]?: (F[K] extends Field<infer T> ? T : never) | undefined };

export type EventItem = Values<typeof ITEM_FIELDS> & { item_id: string };

/** An event as the session keeps it: `time` known. */
export type PresentlyEvent = Omit<Values<typeof EVENT_FIELDS>, "name" | "time"> & { name: EventName; items?: EventItem[] | undefined; readonly time: number };

type ItemInput = Omit<EventItem, "item_id"> & { item_id: string | number };

/** What `track` takes: GA4's `items`, or one item's fields on the event itself. */
export type EventInput = Omit<PresentlyEvent, "time" | "items"> & { time?: number | undefined; items?: ItemInput[] | undefined } & Partial<
    Omit<ItemInput, "item_list_id">
  >;

const MAX_ITEMS = 200;
const NEEDS_ITEMS: readonly EventName[] = ["view_item", "select_item", "add_to_cart", "remove_from_cart", "add_to_wishlist"];

/** What a thrown message lists at most. */
const MAX_FAULTS = 3;

function readFields<F extends Fields>(fields: F, input: unknown, required: keyof F, path: string, faults: string[]): Values<F> {
  const values: Record<string, unknown> = {};
  const record = (typeof input === "object" && input !== null ? input : {}) as Record<string, unknown>;
  for (const [name, { is, read }] of Object.entries(fields)) {
    if (record[name] === undefined && name !== required) continue;
    values[name] = read(record[name]);
    if (values[name] === undefined) faults.push(`${path}${name}: has to be ${is}`);
  }
  return values as Values<F>;
}

/**
 * Checks an event and brings it into one form. `now` is used where the event has no time.
 * @throws PresentlyError `event/invalid` naming each wrong field
 */
export function parseEvent(input: unknown, now: number): PresentlyEvent {
  const faults: string[] = [];
  const record = (typeof input === "object" && input !== null ? input : {}) as Record<string, unknown>;
  const event = readFields(EVENT_FIELDS, record, "name", "", faults) as Omit<PresentlyEvent, "time"> & { time?: number };
  const alone = record.items === undefined && record.item_id !== undefined;
  const { item_list_id: _, ...own } = record;
  const items = alone ? [own] : record.items;
  if (Array.isArray(items) && items.length <= MAX_ITEMS)
    event.items = items.map((item, i) => readFields(ITEM_FIELDS, item, "item_id", alone ? "" : `items.${i}.`, faults) as EventItem);
  else if (items !== undefined) faults.push(`items: have to be a list of at most ${MAX_ITEMS}`);
  if (NEEDS_ITEMS.includes(event.name) && !event.items?.length) faults.push(`items: ${event.name} needs items: [{ item_id }]`);
  if (event.name === "search" && event.search_term === undefined && record.search_term === undefined) faults.push("search_term: a search needs one");
  if (faults.length > 0) throw new PresentlyError("event/invalid", `The event is not valid: ${faults.slice(0, MAX_FAULTS).join("; ")}`);
  return { ...event, time: event.time ?? now };
}
