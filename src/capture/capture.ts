/*
 * The page as events. What markup is understood stands at the top of each file. At once, in the script itself: markup.ts (items), address.ts (page
 * type, category, search address), actions.ts (clicks, forms that say what they do), navigation.ts (SPA), dwell.ts, frame.ts. From reader/, a file of
 * its own that comes when a page has a data layer or does not say by attributes what it is, and else after two seconds: datalayer.ts (GA4, UA; what was
 * pushed before is still there), JSON-LD, microdata, shop systems, Open Graph, the trail; whether the shopper is there (reader/engagement.ts); what was
 * seen, search forms, unmarked carts, galleries and variants (reader/watch.ts).
 *
 * Understood here, when a page is shown, on elements that are no button:
 *
 *   data-presently-event="view_item"       with data-presently-item: the page's product
 *   data-presently-event="view_item_list"  the data-presently-item elements within were listed
 *   data-presently-event="search"          with data-presently-search="red shoes": the page answers this search; data-presently-results="0": with nothing
 *   data-presently-event="begin_checkout"  the checkout has begun, with the data-presently-item elements within
 *   data-presently-event="purchase"        with data-presently-transaction="T-1", data-presently-value="99.80", data-presently-currency="EUR":
 *                                          bought, with the data-presently-item elements within; once per transaction
 */
import type { EventInput, EventItem, EventName } from "../contract/events.js";
import { watchActions } from "./actions.js";
import { declared, detailOf, markedCategory, searchTerm, typeOfAddress } from "./address.js";
import type { DataLayer } from "./datalayer.js";
import { watchDwell } from "./dwell.js";
import { pageAround } from "./frame.js";
import { amount, attribute, categoryLevels, clean, type Emit, guard, ITEM, type Listening, listOf, markedItem, trimmed, whole } from "./markup.js";
import { onNavigation } from "./navigation.js";
import type { ReportDwell } from "./reader/engagement.js";
import type { Product, Reader, Reading } from "./reader/page-reader.js";
import type { PageType } from "./types.js";

/** A router swaps the page's content some time after its address. */
const LAST_LOOK = 2_000;
const LOOKS = [150, 600, LAST_LOOK];
/** Two sources that report one act do it within this time. */
const SAME_ACT = 1_500;
/** At most once per page view, and of one source; a purchase's transaction also in the whole session, which sees to that. */
const ONCE: readonly EventName[] = ["view_item", "view_item_list", "search", "begin_checkout", "purchase"];
const STATES: readonly EventName[] = ["view_item_list", "search", "begin_checkout", "purchase"];

export interface CaptureOptions {
  track: (event: EventInput) => void;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Query parameters that hold a search term, besides the common ones. */
  searchParameters?: readonly string[] | undefined;
  /** What reads pages that do not say by attributes what they are; loaded when the first of them is shown. */
  load?: (() => Promise<Reader> | Reader) | undefined;
  /** The reader could not be loaded: such pages are told by their addresses alone. */
  onProblem?: ((cause: unknown) => void) | undefined;
}

const idsOf = (event: EventInput) => (event.items ?? []).map((item) => item.item_id).join();

/** What a page says of itself without being read. */
interface Quick {
  readonly type?: PageType | undefined;
  readonly category?: string | undefined;
  readonly product: EventItem | null;
  /** There is nothing that reading would add. */
  readonly whole: boolean;
}

/** `null`: the page could not be read. */
type TellPage = (reading: Reading | null, quick?: Quick) => void;

function quickly(document: Document): Quick {
  const detail = detailOf(document);
  const product = detail && markedItem(detail);
  const type = declared(document) ?? (product ? "product" : undefined);
  const category = markedCategory(document) ?? attribute(detail, "category");
  const whole = type === "product" ? product !== null : type === "listing" ? category !== undefined : type !== undefined;
  return { type, category: categoryLevels(category).at(-1), product, whole };
}

/** Starts to watch the page; returns its own stop. Nothing of it throws into the page. */
export function startCapture(
  window: Window,
  { track, now, searchParameters, onProblem, load = () => import("./reader/page-reader.js") }: CaptureOptions,
): () => void {
  const { document, location } = window;
  const recent = new Map<string, { source: string; time: number }>();
  const abort = new AbortController();
  const { signal } = abort;
  // In the capture phase: before the page's own listeners, and before what keeps events for the next page.
  const listening: Listening = { passive: true, capture: true, signal };
  const stops = [() => abort.abort()];
  let timers: number[] = [];
  /** What this page has told of itself. */
  let told = new Set<string>();
  let product: Product | null = null;
  /** The product that stood in the markup when the address changed: it may still stand there. */
  let stale: string | null = null;
  /** The page view, while what kind of page it is has still to be read. */
  let pending: TellPage | null = null;
  /** Not yet: the address has changed, but what is shown may still be the page before. */
  let begun = true;
  let reader: Reader | null = null;
  let loading = false;

  const send = guard(track);

  const emit: Emit = (source, given) => {
    const event = product && reader ? reader.known(given, product) : given;
    const key = [event.name, event.transaction_id ?? idsOf(event), event.search_term].join("|");
    const last = recent.get(key);
    const before = told.has(key);
    if (ONCE.includes(event.name)) told.add(key);
    if (before || (last && last.source !== source && now() - last.time < SAME_ACT)) return;
    recent.set(key, { source, time: now() });
    if (event.name === "view_item") dwell.view(String(event.items?.[0]?.item_id ?? "") || null);
    send(event);
  };

  const reportDwell: ReportDwell = (item_id, engagement_time_msec, more) =>
    send({ name: "user_engagement", items: [{ item_id }], engagement_time_msec, ...more });
  const dwell = watchDwell(window, now, LAST_LOOK, reportDwell);
  let dataLayer: DataLayer | null = null;

  function attach(): void {
    if (dataLayer) dataLayer.attach();
    else if ((window as Window & { dataLayer?: unknown }).dataLayer) loadReader();
  }

  function view(found: Product, currency?: string): void {
    if (found.item.item_id === stale) return;
    stale = null;
    // Another source was faster, and used another of its ids: that one stays.
    const first = found.ids.find((id) => told.has(["view_item", id, ""].join("|")));
    product = first === undefined ? found : { ...found, item: { ...found.item, item_id: first } };
    const around = pageAround(window);
    const shown = around && (quickly(around.document).product ?? reader?.read(around, { again() {} }).product?.item)?.item_id;
    if (first === undefined && !(shown && found.ids.includes(String(shown))))
      emit("markup", clean({ name: "view_item" as const, items: [found.item], currency }));
  }

  /** What the markup says at any time. */
  function look({ product: item }: Quick): void {
    attach();
    if (item) view({ item, ids: [item.item_id] });
    for (const element of document.querySelectorAll("[data-presently-event]:not(form,a,button,input)")) {
      const name = STATES.find((state) => state === attribute(element, "event"));
      if (!name) continue;
      const items = [...(element.matches(ITEM) ? [element] : element.querySelectorAll(ITEM))].slice(0, 200).flatMap((one) => markedItem(one) ?? []);
      const search_term = attribute(element, "search");
      if (name === "search" ? !search_term : name === "view_item_list" && !items.length) continue;
      emit(
        "markup",
        clean({
          name,
          items: items.length ? items : undefined,
          search_term,
          results: name === "search" ? whole(attribute(element, "results")) : undefined,
          transaction_id: attribute(element, "transaction"),
          value: amount(attribute(element, "value")),
          currency: attribute(element, "currency"),
          item_list_id: listOf(element),
        }),
      );
    }
  }

  /** The page view of the page that is shown now; a router may have gone on by the time that it is told. */
  function pageView(): TellPage {
    const address = new URL(location.href);
    const page_location = trimmed(address.origin + address.pathname + address.search, 2048);
    const { title } = document;
    const searched = searchTerm(address, searchParameters);
    const before = quickly(document);
    return (reading, quick = before) => {
      // A frame with the tag is a part of its page.
      if (pageAround(window)) return;
      send(
        clean({
          name: "page_view" as const,
          page_location,
          page_title: trimmed(reading ? document.title : title, 512),
          page_type: reading?.type ?? quick.type ?? typeOfAddress(address, searched !== undefined, false),
          page_category: reading ? reading.category.at(-1) : quick.category,
        }),
      );
      const search_term = reading ? reading.search : searched;
      if (search_term) emit("markup", clean({ name: "search" as const, search_term, results: reading?.results }));
    };
  }

  const settle: TellPage = (reading, quick) => {
    const tell = pending;
    pending = null;
    tell?.(reading, quick);
  };

  function read(): void {
    if (signal.aborted || !reader || !begun) return;
    const quick = quickly(document);
    const reading = reader.read(window, { searchParameters, again: readInIdle });
    settle(reading);
    look(quick);
    if (reading.product && !quick.product) view(reading.product, reading.currency);
    else if (!reading.product && !quick.product) stale = null;
  }

  /** Reading costs milliseconds, and nothing waits for it. */
  const readInIdle = guard(() => {
    if (typeof window.requestIdleCallback === "function") window.requestIdleCallback(guard(read), { timeout: 300 });
    else read();
  });

  const loaded = guard((module: Reader) => {
    if (signal.aborted) return;
    reader = module;
    dwell.follow(module.watchEngagement(window, now, reportDwell));
    dataLayer = module.followDataLayer(window, emit);
    dataLayer.also(module.enhanced);
    dataLayer.attach();
    stops.push(module.watch(window, { emit, product: () => product, interest: dwell.note, now, searchParameters }));
    if (pending || !quickly(document).whole) readInIdle();
  });

  function loadReader(): void {
    if (loading) return;
    loading = true;
    const module = load();
    // Not instanceof: a page may have another Promise than the one that import() gives.
    if ("then" in module)
      module.then(loaded, (cause: unknown) => {
        settle(null);
        onProblem?.(cause);
      });
    else loaded(module);
  }

  /** `first`: the page has just been shown, so that nothing in it is another's. */
  function consider(first: boolean, last = false): void {
    const quick = quickly(document);
    const { whole } = quick;
    if (whole) settle(null, quick);
    look(quick);
    if (whole && !quick.product) stale = null;
    if (!whole && (pending || !product)) {
      if (reader) first ? read() : readInIdle();
      else loadReader();
    } else if (last) {
      // What watches the page is not needed in the first seconds.
      loadReader();
    }
  }

  const open = guard((first: boolean) => {
    settle(null);
    for (const timer of timers) window.clearTimeout(timer);
    // A page left before its product came leaves the one before it in the markup.
    stale = first ? null : (product?.item.item_id ?? stale);
    told = new Set();
    product = null;
    dwell.view(null);
    begun = false;
    const begin = guard(() => {
      begun = true;
      pending = pageView();
      consider(first);
    });
    if (first) begin();
    timers = LOOKS.map((delay, i) => window.setTimeout(first || i ? guard(() => consider(false, i === LOOKS.length - 1)) : begin, delay));
  });

  const start = guard(() => {
    watchActions(window, { product: () => product, emit }, listening);
    onNavigation(window, () => open(false), listening);
    const onPageShow = guard((event: Event) => (event as PageTransitionEvent).persisted && open(true));
    const onPageHide = guard(() => {
      settle(null);
      dwell.view(null);
    });
    window.addEventListener("pageshow", onPageShow, listening);
    window.addEventListener("pagehide", onPageHide, listening);
    document.addEventListener("click", guard(attach), listening);
    open(true);
  });

  // A page that is still being parsed has no product yet.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true, signal });
  else start();

  return guard(() => {
    for (const stop of stops) stop();
    for (const timer of timers) window.clearTimeout(timer);
    dataLayer?.stop();
    dwell.stop();
  });
}
