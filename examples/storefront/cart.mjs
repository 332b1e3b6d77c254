import { randomBytes } from "node:crypto";

const MOST_CARTS = 10_000;
const MOST_OF_ONE = 20;

/**
 * The shop's carts and orders, in memory, by the id in the shop's own session cookie. The oldest carts go when there are too many.
 * Nothing here knows of Presently.
 */
export function createCarts() {
  const carts = new Map();
  const orders = new Map();
  const bound = (map) => map.size > MOST_CARTS && map.delete(map.keys().next().value);

  return {
    /** Id → quantity; empty for a visitor without a cart. */
    of: (id) => carts.get(id) ?? new Map(),
    /** Adds, or with `quantity` 0 removes. @returns the session's id, a new one where there was none */
    set(id, item, quantity) {
      const session = carts.has(id) ? id : randomBytes(16).toString("hex");
      const cart = carts.get(session) ?? new Map();
      if (quantity <= 0) cart.delete(item);
      else cart.set(item, Math.min(MOST_OF_ONE, quantity));
      carts.set(session, cart);
      bound(carts);
      return session;
    },
    /** Turns the cart into an order. @returns its number, or null where the cart is empty */
    order(id) {
      const cart = carts.get(id);
      if (!cart?.size) return null;
      const number = `HP-${randomBytes(4).toString("hex").toUpperCase()}`;
      orders.set(number, cart);
      carts.delete(id);
      bound(orders);
      return number;
    },
    ordered: (number) => orders.get(number),
  };
}
