import type { PresentlyEvent } from "../contract/events.js";
import { cartItems } from "./log.js";

/** What rules know of a session. */
export interface SessionFacts {
  readonly cart: readonly string[];
  /** Opened items, and seconds since the last time. */
  readonly viewed: ReadonlyMap<string, number>;
  readonly bought: readonly string[];
}

/** `now`: milliseconds since the epoch. */
export function sessionFacts(events: readonly PresentlyEvent[], now: number): SessionFacts {
  const viewed = new Map<string, number>();
  const bought = new Set<string>();
  let cart: readonly string[] = [];
  let before = 0;
  for (const { name, time, items = [] } of events) {
    // A purchase that does not list what was bought: it is what the cart had.
    if (name === "purchase" && items.length === 0) cart = cartItems(events.slice(0, before));
    before++;
    for (const id of name === "purchase" && items.length === 0 ? cart : items.map(({ item_id }) => item_id)) {
      if (name === "view_item") viewed.set(id, Math.max(0, now - time) / 1000);
      if (name === "purchase") bought.add(id);
    }
  }
  return { cart: cartItems(events), viewed, bought: [...bought] };
}
