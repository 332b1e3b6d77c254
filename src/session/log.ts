import type { PresentlyEvent } from "../contract/events.js";

/** An event on its way through tabs and disk. `id` tells copies of one event apart from equal events; it never leaves the device. */
export interface LoggedEvent {
  readonly id: string;
  readonly event: PresentlyEvent;
}

export function isLogged(value: unknown): value is LoggedEvent {
  const { id, event } = (value ?? {}) as Partial<LoggedEvent>;
  return typeof id === "string" && typeof event?.name === "string" && typeof event.time === "number";
}

/**
 * One session's events from several sources: by time, each once, the newest `limit`, and nothing from before
 * the last pause longer than `idle` (GA4's session timeout, https://support.google.com/analytics/answer/9191807).
 */
export function currentSession(entries: readonly LoggedEvent[], now: number, idle: number, limit: number): LoggedEvent[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const sorted = [...byId.values()].sort((a, b) => a.event.time - b.event.time);
  let start = sorted.length;
  for (let next = now; start > 0 && next - sorted[start - 1].event.time <= idle; start--) next = sorted[start - 1].event.time;
  return sorted.slice(Math.max(start, sorted.length - limit));
}

/** Item ids in the cart: added minus removed minus purchased, in the order in which they came in. */
export function cartItems(events: readonly PresentlyEvent[]): readonly string[] {
  const quantities = new Map<string, number>();
  for (const { name, items } of events) {
    if (name === "purchase" && !items?.length) quantities.clear();
    const sign = name === "add_to_cart" ? 1 : name === "remove_from_cart" || name === "purchase" ? -1 : 0;
    for (const { item_id, quantity = 1 } of sign ? (items ?? []) : []) {
      const left = (quantities.get(item_id) ?? 0) + sign * quantity;
      if (left > 0) quantities.set(item_id, left);
      else quantities.delete(item_id);
    }
  }
  return [...quantities.keys()];
}
