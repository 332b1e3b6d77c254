import type { EventItem } from "../contract/events.js";
import type { Engagement, ReportDwell } from "./reader/engagement.js";

/** What is shorter is not told. */
export const SHORTEST = 500;

/** Which item is on screen. */
export interface Dwell {
  view(itemId: EventItem["item_id"] | null): void;
  /** From now on `measure` counts, with the time so far. */
  follow(measure: Engagement): void;
  note: Engagement["note"];
  stop(): void;
}

/**
 * Dwell from the first moment on: by the clock until the reader is there, which measures whether the shopper is, too (reader/engagement.ts). Its
 * absence is counted for no longer than `longest` milliseconds.
 */
export function watchDwell({ document }: Window, now: () => number, longest: number, report: ReportDwell): Dwell {
  let item: string | null = null;
  /** Null where nobody saw it come. */
  let since: number | null = null;
  let exact: Engagement | null = null;

  return {
    view(next) {
      if (exact) return exact.view(next);
      if (next === item) return;
      const time = since === null ? 0 : Math.min(now() - since, longest);
      if (item !== null && time >= SHORTEST) report(item, Math.round(time), {});
      item = next;
      since = document.visibilityState === "visible" && document.hasFocus() ? now() : null;
    },
    follow(measure) {
      exact = measure;
      exact.view(item, since === null ? undefined : Math.max(since, now() - longest));
    },
    note: (...seen) => exact?.note(...seen),
    stop() {
      this.view(null);
      exact?.stop();
    },
  };
}
