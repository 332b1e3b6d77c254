import { type PresentlyEvent, parseEvent } from "./contract/events.js";

const KEY = "presently.early";

export interface EarlyEvents {
  note(event: PresentlyEvent): void;
  /** What the page before left; deletes it. */
  take(): PresentlyEvent[];
  stop(): void;
}

/**
 * A page can be left before its database is open. What it has seen by then goes into sessionStorage, which is written at once,
 * and into the session on the tab's next page. `waiting`: storing is allowed, and the database is not open yet.
 */
export function earlyEvents(page: Window, waiting: () => boolean): EarlyEvents {
  let events: PresentlyEvent[] = [];
  const onHide = () => {
    if (events.length === 0 || !waiting()) return;
    try {
      page.sessionStorage.setItem(KEY, JSON.stringify(events));
    } catch {
      // Blocked or full: these few events are lost, the page goes on.
    }
  };
  page.addEventListener("pagehide", onHide);
  return {
    note: (event) => {
      events.push(event);
    },
    take() {
      events = [];
      try {
        const left = page.sessionStorage.getItem(KEY);
        page.sessionStorage.removeItem(KEY);
        const now = Date.now();
        return (JSON.parse(left ?? "[]") as unknown[]).map((event) => parseEvent(event, now));
      } catch {
        return [];
      }
    },
    stop: () => page.removeEventListener("pagehide", onHide),
  };
}
