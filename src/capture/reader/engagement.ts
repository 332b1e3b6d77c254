/*
 * Understood here: dwell. The time for which an item's page is visible and its shopper is there: the window has the focus or is being
 * used, and the last scroll, key, pointer or touch is not longer ago than IDLE. Reported on hide, on navigation and at the end,
 * in parts, as GA4 does (`user_engagement`), with how far the page was scrolled (`percent_scrolled`, as GA4's scroll event has it) and how
 * often the item's pictures or variants were used (`interactions`; interest.ts says what counts). Until this is there: ../dwell.ts.
 */
import type { EventInput } from "../../contract/events.js";
import { SHORTEST } from "../dwell.js";
import { clean, guard } from "../markup.js";

/** Someone who reads does not move for this long; after that nobody is assumed to be there. */
export const IDLE = 30_000;
const ACTIVITY = ["scroll", "pointermove", "pointerdown", "keydown", "touchstart", "wheel"];

/** `milliseconds` of an item's page, told in parts. */
export type ReportDwell = (itemId: string, milliseconds: number, more: Interest) => void;
type Interest = Pick<EventInput, "percent_scrolled" | "interactions">;

export interface Engagement {
  /** The item on screen from then on (now, by default); reports what the last one got. */
  view(itemId: string | null, from?: number): void;
  /** Pictures or variants of the item were chosen, or more of its page was seen. */
  note(interactions: number, percentScrolled: number): void;
  stop(): void;
}

export function watchEngagement(window: Window, now: () => number, report: ReportDwell): Engagement {
  const { document } = window;
  const abort = new AbortController();
  let item: string | null = null;
  let total = 0;
  let more: Interest = {};
  /** Since when time counts; null while it does not. */
  let since: number | null = null;

  const settle = () => {
    if (since !== null) total += Math.max(0, Math.min(now() - since, IDLE));
    since = null;
  };
  const active = guard(() => {
    settle();
    if (document.visibilityState === "visible") since = now();
  });
  const flush = guard(() => {
    settle();
    if (item !== null && (total >= SHORTEST || more.interactions)) report(item, Math.round(total), more);
    total = 0;
    more = {};
  });
  const onVisibility = () => (document.visibilityState === "visible" ? active() : flush());
  // Focus in a frame of the page blurs the window, but the document keeps the focus.
  const onBlur = guard(() => {
    if (!document.hasFocus()) settle();
  });

  const options = { passive: true, capture: true, signal: abort.signal };
  for (const type of ACTIVITY) window.addEventListener(type, active, options);
  window.addEventListener("focus", active, options);
  window.addEventListener("blur", onBlur, options);
  window.addEventListener("pagehide", flush, options);
  document.addEventListener("visibilitychange", onVisibility, options);

  return {
    view(next, from = now()) {
      if (next === item) return;
      flush();
      item = next;
      if (document.visibilityState === "visible" && document.hasFocus()) since = from;
    },
    note(interactions, percent_scrolled) {
      more = clean({
        interactions: (more.interactions ?? 0) + interactions || undefined,
        percent_scrolled: Math.max(more.percent_scrolled ?? 0, percent_scrolled) || undefined,
      });
    },
    stop() {
      flush();
      item = null;
      abort.abort();
    },
  };
}
