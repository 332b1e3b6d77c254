/*
 * Understood here, on any element:
 *
 *   data-presently-item="sku-42"          the element stands for this item (a card, a detail page, a cart line)
 *     data-presently-name="Red shoe"      and, all optional, what is known of it:
 *     data-presently-brand="Acme"
 *     data-presently-category="Shoes > Running"   path from the root
 *     data-presently-price="49.90"  data-presently-quantity="2"  data-presently-index="0"
 *   data-presently-list="sale"            on the item or around it: the list it is shown in
 *
 * The attributes of an item are read from the element itself.
 */
import type { EventInput, EventItem } from "../contract/events.js";

/** How all of capture listens, and until when: before the page's own handlers, which cannot hide an event so, and never holding one up. */
export interface Listening {
  readonly passive: true;
  readonly capture: true;
  readonly signal: AbortSignal;
}

export const ITEM = "[data-presently-item]";

/** "1,299.00", "1.299,00 €" and 1299 are the same price; undefined where there is no number. */
export function amount(value: unknown): number | undefined {
  if (typeof value === "number") return value >= 0 && Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const digits = value.replace(/[^\d.,]/g, "");
  const decimal = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  // A last separator before exactly three digits groups thousands, unless it is the only one and a dot ("1.250" kg prices do not occur; "0.125" does).
  const grouping = decimal >= 0 && digits.length - decimal === 4 && !(digits[decimal] === "." && digits.startsWith("0"));
  const number = grouping || decimal < 0 ? digits.replace(/\D/g, "") : `${digits.slice(0, decimal).replace(/\D/g, "")}.${digits.slice(decimal + 1)}`;
  return number && number !== "." ? Number(number) : undefined;
}

/** The nearest whole number, for places in lists. */
export function whole(value: unknown): number | undefined {
  const number = Math.round(amount(value) ?? Number.NaN);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Trimmed and short enough for the contract; undefined where nothing is left. */
export const trimmed = (string: string, max: number): string | undefined => string.trim().slice(0, max).trim() || undefined;

/** The same with single spaces. A page's first regular expression takes a third of a millisecond: not for nothing. */
export function text(value: unknown, max = 256): string | undefined {
  const string = typeof value === "string" ? value : typeof value === "number" ? `${value}` : "";
  return trimmed(["  ", "\n", "\t", "\u00a0"].some((odd) => string.includes(odd)) ? string.replace(/\s+/g, " ") : string, max);
}

/** Of "A > B > C", ["A", "B"] or "A/B", five at most. (Not by `reduce`: Prototype 1.6 puts another in its place.) */
export const categoryLevels = (path: unknown): string[] =>
  (Array.isArray(path) ? path : (text(path, 2048) ?? "").replaceAll(">", "/").replaceAll("›", "/").replaceAll("»", "/").split("/"))
    .flatMap((level) => text(level) ?? [])
    .slice(0, 5);

/** The levels as item_category … item_category5. */
export const categoryFields = (path: unknown): Partial<EventItem> =>
  Object.fromEntries(categoryLevels(path).map((level, i) => [`item_category${i ? i + 1 : ""}`, level]));

/** Without the fields that are undefined. */
export function clean<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}

export function attribute(element: Element | null | undefined, name: string): string | undefined {
  return text(element?.getAttribute(`data-presently-${name}`));
}

export function listOf(element: Element): string | undefined {
  return attribute(element.closest("[data-presently-list]"), "list");
}

export function markedItem(element: Element): EventItem | null {
  const item_id = attribute(element, "item");
  if (!item_id) return null;
  return clean({
    item_id,
    item_name: attribute(element, "name"),
    item_brand: attribute(element, "brand"),
    ...categoryFields(attribute(element, "category")),
    price: amount(attribute(element, "price")),
    quantity: amount(attribute(element, "quantity")),
    index: whole(attribute(element, "index")),
    item_list_id: listOf(element),
  });
}

/** Where events go: `source` tells two reports of one act apart from two acts. */
export type Emit = (source: "markup" | "form" | "click" | "datalayer", event: EventInput) => void;

/** Nothing of ours throws into the page. */
export function guard<A extends unknown[]>(work: (...args: A) => void): (...args: A) => void {
  return (...args) => {
    try {
      work(...args);
    } catch {
      // A page may hand us anything: what cannot be read is not an event.
    }
  };
}
