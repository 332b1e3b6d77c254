/*
 * Understood here: which items were seen. A data-presently-item, or a card with the id that its shop system writes on it (data-product-id,
 * data-product_id, data-id-product, data-pid, data-entity-id, li.product.post-412), more than half of which was on screen for a second, becomes an item of
 * view_item_list, with its place in its list and the list's id. A page's own product, its cart lines, and lists which data-presently-event="view_item_list"
 * tells whole are left out. New cards are looked for after the page has changed, twice a second at most, however often it changes.
 */
import type { EventItem } from "../../contract/events.js";
import { attribute, clean, guard, ITEM, listOf, markedItem, text } from "../markup.js";
import type { Watched } from "./watch.js";

const CARDS: readonly (readonly [string, string])[] = [
  ["[data-entity-id]", "data-entity-id"],
  ["article[data-id-product]", "data-id-product"],
  ["li.product, .product-small.product", "class"],
  [".product[data-pid]", "data-pid"],
  [".product-item[data-productid]", "data-productid"],
  ["li [data-product-id]", "data-product-id"],
];
const SEEN_SHARE = 0.5;
const SEEN_FOR = 1_000;
const TELL_AFTER = 2_000;
const LOOK_AGAIN = 500;
/** Items that one page shows and that are told of it at most. */
const MOST = 300;
const A_LIST = 100;

function cardOf(element: Element): EventItem | null {
  if (element.matches(ITEM)) return markedItem(element);
  for (const [selector, name] of CARDS) {
    if (!element.matches(selector)) continue;
    const said = element.getAttribute(name) ?? "";
    const item_id = name === "class" ? /\bpost-(\d+)\b/.exec(said)?.[1] : text(said);
    if (item_id) return clean({ item_id, item_list_id: listOf(element) });
  }
  return null;
}

/** Its place among the cards around it, from 0. */
function placeOf(element: Element, cards: ReadonlySet<Element>): number | undefined {
  const list = element.closest("[data-presently-list], ul, ol, [class*=grid], [class*=products], [class*=listing], main, body");
  let place = 0;
  for (const card of cards) {
    if (card === element) return place;
    if (list?.contains(card)) place++;
  }
  return undefined;
}

export function watchImpressions(window: Window, { emit }: Watched): () => void {
  const { document } = window;
  const { IntersectionObserver, MutationObserver } = window as Window & typeof globalThis;
  if (typeof IntersectionObserver !== "function" || typeof MutationObserver !== "function") return () => {};
  const timers = new Map<unknown, number>();
  const cards = new Set<Element>();
  /** Seen, and not told yet: by list. */
  let seen: EventItem[] = [];
  const counted = new Set<string>();
  let address = window.location.href;

  function after(key: unknown, delay: number, work: () => void): void {
    if (timers.has(key)) return;
    timers.set(
      key,
      window.setTimeout(
        guard(() => {
          timers.delete(key);
          work();
        }),
        delay,
      ),
    );
  }
  function cancel(key: unknown): void {
    window.clearTimeout(timers.get(key));
    timers.delete(key);
  }

  const tell = guard(() => {
    cancel(tell);
    const lists = new Map<string | undefined, EventItem[]>();
    for (const item of seen) lists.set(item.item_list_id, [...(lists.get(item.item_list_id) ?? []), item]);
    seen = [];
    for (const [item_list_id, all] of lists)
      for (let start = 0; start < all.length; start += A_LIST)
        emit("markup", clean({ name: "view_item_list" as const, items: all.slice(start, start + A_LIST), item_list_id }));
  });

  function note(element: Element): void {
    const card = cardOf(element);
    if (!card || counted.size >= MOST) return;
    const item = clean({ ...card, index: card.index ?? placeOf(element, cards) });
    const key = `${item.item_list_id}|${item.item_id}`;
    if (counted.has(key)) return;
    counted.add(key);
    seen.push(item);
    after(tell, TELL_AFTER, tell);
  }

  const screen = new IntersectionObserver(
    guard((entries: IntersectionObserverEntry[]) => {
      for (const { target, isIntersecting, intersectionRatio } of entries) {
        if (isIntersecting && intersectionRatio >= SEEN_SHARE) {
          after(target, SEEN_FOR, () => {
            screen.unobserve(target);
            note(target);
          });
        } else cancel(target);
      }
    }),
    { threshold: SEEN_SHARE },
  );

  const isOther = (element: Element) =>
    element.matches('[data-presently-event="view_item"], [data-presently-page]') ||
    element.closest('[data-presently-event="view_item_list"], [data-presently-page="cart"], [data-presently-event="purchase"], presently-shelf') !== null ||
    attribute(element, "event") === "purchase";

  const look = guard(() => {
    if (window.location.href !== address) {
      tell();
      address = window.location.href;
      counted.clear();
    }
    for (const card of cards) if (!card.isConnected) cards.delete(card);
    for (const element of document.querySelectorAll([ITEM, ...CARDS.map(([selector]) => selector)].join())) {
      if (cards.size >= MOST) break;
      if (cards.has(element) || isOther(element) || !cardOf(element)) continue;
      cards.add(element);
      screen.observe(element);
    }
  });

  // Between two looks nothing is observed: a page may change thousands of times a second.
  const changes = new MutationObserver(
    guard(() => {
      changes.disconnect();
      after(look, LOOK_AGAIN, () => {
        look();
        listen();
      });
    }),
  );
  const listen = () => changes.observe(document.documentElement, { childList: true, subtree: true });
  look();
  listen();
  window.addEventListener("pagehide", tell, { capture: true });

  return () => {
    changes.disconnect();
    screen.disconnect();
    for (const timer of timers.values()) window.clearTimeout(timer);
    window.removeEventListener("pagehide", tell, { capture: true });
  };
}
