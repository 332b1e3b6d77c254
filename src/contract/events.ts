import * as v from "valibot";
import { parseWith } from "./parse.js";

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

const text = (max: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(max));
const amount = v.pipe(v.number(), v.finite(), v.minValue(0));

/** Ids come as numbers from many templates; the contract has strings. */
const itemId = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform((id) => String(id).trim()),
  v.minLength(1),
  v.maxLength(256),
);

const itemFields = {
  item_id: itemId,
  item_name: v.optional(text(512)),
  item_brand: v.optional(text(256)),
  item_category: v.optional(text(256)),
  item_category2: v.optional(text(256)),
  item_category3: v.optional(text(256)),
  item_category4: v.optional(text(256)),
  item_category5: v.optional(text(256)),
  price: v.optional(amount),
  quantity: v.optional(amount),
  /** Position in the list it was shown in, from 0. */
  index: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  item_list_id: v.optional(text(256)),
};

const eventItem = v.object(itemFields);
export type EventItem = v.InferOutput<typeof eventItem>;

const eventSchema = v.object({
  name: v.picklist(EVENT_NAMES),
  /** Milliseconds since the epoch, filled in by the session when absent. */
  time: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  items: v.optional(v.pipe(v.array(eventItem), v.maxLength(200))),
  search_term: v.optional(text(256)),
  /** Active, visible time in milliseconds (dwell). */
  engagement_time_msec: v.optional(amount),
  page_location: v.optional(text(2048)),
  page_title: v.optional(text(512)),
  /** What kind of page it is: the context of the ranking. */
  page_type: v.optional(v.picklist(["home", "listing", "search", "product", "cart", "checkout", "other"])),
  /** Category of the page (a listing's, say), as in the catalogue's path. */
  page_category: v.optional(text(256)),
  transaction_id: v.optional(text(256)),
  value: v.optional(amount),
  currency: v.optional(text(8)),
  item_list_id: v.optional(text(256)),
  /** The ranking which this event answers, where it does. */
  ranking_id: v.optional(text(64)),
});

/** An event as the session keeps it: `time` known. */
export type PresentlyEvent = Omit<v.InferOutput<typeof eventSchema>, "time"> & { readonly time: number };

/** What `track` takes: GA4's `items`, or one item's fields on the event itself. */
export type EventInput = v.InferInput<typeof eventSchema> & Partial<Omit<v.InferInput<typeof eventItem>, "item_list_id">>;

const NEEDS_ITEMS: ReadonlySet<EventName> = new Set(["view_item", "select_item", "add_to_cart", "remove_from_cart", "add_to_wishlist"]);

/**
 * Checks an event and brings it into one form. `now` is used where the event has no time.
 * @throws PresentlyError `event/invalid` naming each wrong field
 */
export function parseEvent(input: unknown, now: number): PresentlyEvent {
  let candidate = input;
  if (typeof input === "object" && input !== null && "item_id" in input && !("items" in input)) {
    const item: Record<string, unknown> = {};
    const rest: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(input)) (key in itemFields && key !== "item_list_id" ? item : rest)[key] = value;
    candidate = { ...rest, items: [item] };
  }
  const event = parseWith(eventSchema, candidate, "event/invalid", "The event");
  if (NEEDS_ITEMS.has(event.name) && !event.items?.length) {
    return parseWith(
      v.object({ items: v.pipe(v.array(eventItem), v.minLength(1, `${event.name} needs items: [{ item_id }]`)) }),
      { items: [] },
      "event/invalid",
      "The event",
    ) as never;
  }
  if (event.name === "search" && !event.search_term) {
    return parseWith(v.object({ search_term: text(256) }), { search_term: event.search_term }, "event/invalid", "The event") as never;
  }
  return { ...event, time: event.time ?? now };
}
