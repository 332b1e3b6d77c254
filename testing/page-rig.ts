import { setMaxListeners } from "node:events";
import { Window as HappyWindow } from "happy-dom";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { type CaptureOptions, startCapture } from "../src/capture/index.js";
import * as reader from "../src/capture/reader/page-reader.js";
import { type EventInput, parseEvent } from "../src/contract/events.js";

// All of capture listens until one signal, and Node takes more than ten for a leak.
setMaxListeners(50);

let running = () => {};

/** The page's timers run on the test's clock, and its capture ends with the test. */
export function captureInEachTest(): void {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
  });
}

export const stop = () => running();

export interface OpenOptions {
  url?: string;
  head?: string;
  before?: (window: Window) => void;
  /** What loads the page's reader; it is there at once by default. */
  load?: CaptureOptions["load"];
  onProblem?: (cause: unknown) => void;
}

/** A page with this body, watched; all events it gives, each as the contract reads it. */
export function open(body: string, { url = "https://shop.example/", head = "", before, load = () => reader, onProblem }: OpenOptions = {}) {
  const happy = new HappyWindow({ url, settings: { disableJavaScriptEvaluation: true } });
  const window = happy as unknown as Window & { dataLayer?: unknown[] };
  const { document } = window;
  document.head.innerHTML = head;
  document.body.innerHTML = body;
  window.setTimeout = setTimeout as never;
  window.clearTimeout = clearTimeout as never;
  window.requestIdleCallback = undefined as never;
  before?.(window);
  const events: EventInput[] = [];
  running = startCapture(window, {
    now: () => Date.now(),
    load,
    onProblem,
    track: (event) => {
      events.push(event);
      const { time: _, ...rest } = parseEvent(event, 0);
      expect(rest).toEqual(event);
    },
  });
  const element = (selector: string) => document.querySelector(selector) as HTMLElement;
  const fire = (target: EventTarget, type: string, more: object = {}) =>
    target.dispatchEvent(Object.assign(new happy.Event(type, { bubbles: true, cancelable: true }) as unknown as Event, more));
  return {
    window,
    events,
    element,
    fire,
    click: (selector: string) => fire(element(selector), "click", { button: 0 }),
    /** Without the first page view. */
    acts: () => events.filter(({ name }) => name !== "page_view"),
    names: () => events.map(({ name }) => name),
    visibility(state: "hidden" | "visible") {
      Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
      fire(document, "visibilitychange");
    },
    go(path: string, content?: string) {
      window.history.pushState(null, "", path);
      if (content !== undefined) document.body.innerHTML = content;
      fire(window, "popstate");
      vi.advanceTimersByTime(3_000);
    },
  };
}

/** Blocks of structured data for a page's head. */
export const jsonLd = (...things: object[]) => things.map((thing) => `<script type="application/ld+json">${JSON.stringify(thing)}</script>`).join("");

export const product = { "@context": "https://schema.org", "@type": "Product", sku: "sku-1", name: "Red shoe", brand: { "@type": "Brand", name: "Acme" } };
