/*
 * Understood here: `window.dataLayer`, past and future pushes, in GA4's two forms
 * (https://developers.google.com/analytics/devguides/collection/ga4/ecommerce):
 *
 *   dataLayer.push({ event: "add_to_cart", ecommerce: { currency, value, items: [{ item_id, item_name, price, … }] } })
 *   gtag("event", "add_to_cart", { items: […] })        (an arguments object in the same array)
 *
 * Events: view_item_list, view_item, select_item, search (also view_search_results), add_to_wishlist, add_to_cart, remove_from_cart,
 * begin_checkout, purchase. Universal Analytics' entries: reader/enhanced.ts. Page views and dwell are measured by ourselves. Tag managers replace `push` on this one array, and so do we: theirs
 * is called first.
 */
import type { EventInput, EventItem, EventName } from "../contract/events.js";
import { amount, clean, type Emit, guard, text, whole } from "./markup.js";

const NAMES: readonly EventName[] = [
  "view_item_list",
  "view_item",
  "select_item",
  "search",
  "add_to_wishlist",
  "add_to_cart",
  "remove_from_cart",
  "begin_checkout",
  "purchase",
];
const WORDS = ["item_brand", "item_category", "item_category2", "item_category3", "item_category4", "item_category5", "item_list_id"] as const;
type Fields = Record<string, unknown>;

export const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});

function readItem(value: unknown): EventItem | [] {
  const item = fieldsOf(value);
  const item_id = text(item.item_id ?? item.id);
  if (!item_id) return [];
  return clean({
    item_id,
    item_name: text(item.item_name ?? item.name, 512),
    ...Object.fromEntries(WORDS.map((name) => [name, text(item[name])])),
    price: amount(item.price),
    quantity: amount(item.quantity),
    index: whole(item.index),
  });
}

const readItems = (items: unknown) => (Array.isArray(items) ? items.slice(0, 200).flatMap(readItem) : []);

/** One pushed entry; null where it is none of ours, or none of GA4's. */
export function readEntry(entry: unknown): EventInput | null {
  if (typeof entry !== "object" || entry === null) return null;
  const call = entry as ArrayLike<unknown>;
  const isCall = call[0] === "event";
  const message = entry as Fields;
  const said = isCall ? call[1] : message.event;
  const name = NAMES.find((one) => one === (said === "view_search_results" ? "search" : said));
  if (!name) return null;
  const fields = fieldsOf(isCall ? call[2] : (message.ecommerce ?? message.eventModel ?? message));
  const items = readItems(fields.items);
  return clean({
    name,
    items: items.length ? items : undefined,
    search_term: text(fields.search_term ?? message.search_term),
    transaction_id: text(fields.transaction_id),
    value: amount(fields.value),
    currency: text(fields.currency, 8),
    item_list_id: text(fields.item_list_id),
  });
}

export interface DataLayer {
  /** Follows `window.dataLayer` where it is new or was replaced. */
  attach(): void;
  /** What reads the entries that are none of GA4's; given before it is attached. */
  also(read: (entry: unknown) => readonly EventInput[]): void;
  stop(): void;
}

export function followDataLayer(window: Window, emit: Emit): DataLayer {
  let layer: unknown[] | null = null;
  let stopped = false;
  let others: ((entry: unknown) => readonly EventInput[]) | null = null;
  const read = guard((entry: unknown) => {
    if (stopped) return;
    const event = readEntry(entry);
    if (event) emit("datalayer", event);
    for (const other of event?.items ? [] : (others?.(entry) ?? [])) emit("datalayer", other);
  });

  return {
    attach: guard(() => {
      const found = (window as Window & { dataLayer?: unknown }).dataLayer;
      if (stopped || found === layer || !Array.isArray(found)) return;
      layer = found;
      for (const entry of [...found]) read(entry);
      const original = found.push;
      // Defined, not assigned: that would throw where a page has frozen Array.prototype.
      Object.defineProperty(found, "push", {
        configurable: true,
        enumerable: true,
        writable: true,
        value: function push(...entries: unknown[]) {
          const length = original.apply(found, entries);
          for (const entry of entries) read(entry);
          return length;
        },
      });
    }),
    also(reader) {
      others = reader;
    },
    // Someone may have wrapped our push meanwhile: it stays, and reads nothing more.
    stop() {
      stopped = true;
    },
  };
}
