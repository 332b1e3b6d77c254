/*
 * The page as events. What markup is understood stands at the top of each file: markup.ts (items), page.ts (page type, category, search
 * address), structured.ts (JSON-LD, Open Graph), actions.ts (clicks, forms), datalayer.ts (GA4), navigation.ts (SPA), engagement.ts (dwell).
 *
 * Understood here, when a page is shown, on elements that are no button:
 *
 *   data-presently-event="view_item"       with data-presently-item: the page's product
 *   data-presently-event="view_item_list"  the data-presently-item elements within were listed
 *   data-presently-event="search"          with data-presently-search="red shoes": the page answers this search
 *   data-presently-event="begin_checkout"  the checkout has begun, with the data-presently-item elements within
 *   data-presently-event="purchase"        with data-presently-transaction="T-1", data-presently-value="99.80", data-presently-currency="EUR":
 *                                          bought, with the data-presently-item elements within; once per transaction
 */
import type { EventInput, EventItem, EventName } from "../contract/events.js";
import { watchActions } from "./actions.js";
import { followDataLayer } from "./datalayer.js";
import { watchEngagement } from "./engagement.js";
import { amount, attribute, clean, type Emit, guard, ITEM, listOf, markedItem } from "./markup.js";
import { onNavigation } from "./navigation.js";
import { type Page, pageView, readPage } from "./page.js";

/** A router swaps the page's content some time after its address. */
const LOOKS = [150, 600, 2_000];
/** Two sources that report one act do it within this time. */
const SAME_ACT = 1_500;
/** At most once per page view, and of one source. */
const ONCE: readonly EventName[] = ["view_item", "view_item_list", "search", "begin_checkout"];
const STATES: readonly EventName[] = ["view_item_list", "search", "begin_checkout", "purchase"];

export interface CaptureOptions {
  track: (event: EventInput) => void;
  /** Milliseconds since the epoch. */
  now: () => number;
}

const idsOf = (event: EventInput) => (event.items ?? []).map((item) => item.item_id).join();

/** Starts to watch the page; returns its own stop. Nothing of it throws into the page. */
export function startCapture({ window }: { window: Window }, { track, now }: CaptureOptions): () => void {
  const { document } = window;
  const recent = new Map<string, { source: string; time: number }>();
  const transactions = new Set<string>();
  const stops: (() => void)[] = [];
  const timers = new Set<number>();
  /** What this page has told of itself. */
  let told = new Set<string>();
  let product: EventItem | null = null;
  /** The product that stood in the markup when the address changed: it may still stand there. */
  let stale: string | null = null;

  const send = guard(track);

  const emit: Emit = (source, event) => {
    const key = [event.name, idsOf(event), event.search_term].join("|");
    if (event.name === "purchase") {
      const transaction = event.transaction_id ?? key;
      if (transactions.has(transaction)) return;
      transactions.add(transaction);
    } else {
      const last = recent.get(key);
      const known = told.has(key);
      if (ONCE.includes(event.name)) told.add(key);
      if (known || (last && last.source !== source && now() - last.time < SAME_ACT)) return;
      recent.set(key, { source, time: now() });
    }
    if (event.name === "view_item") engagement.view(String(event.items?.[0]?.item_id ?? "") || null);
    send(event);
  };

  const engagement = watchEngagement(window, now, (item_id, engagement_time_msec) =>
    send({ name: "user_engagement", items: [{ item_id }], engagement_time_msec }),
  );
  const dataLayer = followDataLayer(window, emit);

  function look(page: Page): void {
    dataLayer.attach();
    if (page.product && page.product.item_id !== stale) {
      stale = null;
      product = page.product;
      emit("markup", { name: "view_item", items: [product] });
    } else if (!page.product) stale = null;
    if (page.search) emit("markup", { name: "search", search_term: page.search });
    for (const element of document.querySelectorAll("[data-presently-event]")) {
      const name = STATES.find((state) => state === attribute(element, "event"));
      if (!name || /^(a|button|form|input)$/.test(element.localName)) continue;
      const items = [...(element.matches(ITEM) ? [element] : element.querySelectorAll(ITEM))].slice(0, 200).flatMap((one) => markedItem(one) ?? []);
      const search_term = attribute(element, "search");
      if (name === "search" ? !search_term : name === "view_item_list" && !items.length) continue;
      emit(
        "markup",
        clean({
          name,
          items: items.length ? items : undefined,
          search_term,
          transaction_id: attribute(element, "transaction"),
          value: amount(attribute(element, "value")),
          currency: attribute(element, "currency"),
          item_list_id: listOf(element),
        }),
      );
    }
  }

  const lookAgain = guard(() => look(readPage(document, window.location)));

  const open = guard((first: boolean) => {
    for (const timer of timers) window.clearTimeout(timer);
    timers.clear();
    stale = first ? null : (product?.item_id ?? null);
    told = new Set();
    product = null;
    engagement.view(null);
    const begin = guard(() => {
      const page = readPage(document, window.location);
      send(pageView(page, document, window.location));
      look(page);
    });
    if (first) begin();
    LOOKS.forEach((delay, i) => {
      timers.add(window.setTimeout(first || i ? lookAgain : begin, delay));
    });
  });

  const start = guard(() => {
    stops.push(watchActions(window, () => product, emit));
    stops.push(onNavigation(window, () => open(false)));
    const onPageShow = guard((event: Event) => (event as PageTransitionEvent).persisted && open(true));
    const onClick = guard(() => dataLayer.attach());
    window.addEventListener("pageshow", onPageShow);
    document.addEventListener("click", onClick, { passive: true, capture: true });
    stops.push(() => {
      window.removeEventListener("pageshow", onPageShow);
      document.removeEventListener("click", onClick, { capture: true });
    });
    open(true);
  });

  /** A prerendered page is not seen by anybody yet; one that is still being parsed has no product yet. */
  const abort = new AbortController();
  stops.push(() => abort.abort());
  const whenParsed = guard(() => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true, signal: abort.signal });
    else start();
  });
  if ((document as Document & { prerendering?: boolean }).prerendering) {
    document.addEventListener("prerenderingchange", whenParsed, { once: true, signal: abort.signal });
  } else whenParsed();

  return guard(() => {
    for (const stop of stops) stop();
    for (const timer of timers) window.clearTimeout(timer);
    dataLayer.stop();
    engagement.stop();
  });
}
