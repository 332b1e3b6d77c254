import { type PresentlyEvent, parseEvent } from "./contract/events.js";

const KEY = "presently.early";

/** `id`: the session's own of an event that it has already taken in. */
export interface LeftEvent {
  readonly event: PresentlyEvent;
  readonly id?: string;
}

export interface EarlyEvents {
  /** Before there is a session. */
  note(event: PresentlyEvent): void;
  /** What the page before left; deletes it. */
  take(): LeftEvent[];
  stop(): void;
}

/**
 * A page can be left before its database is open, or before a write is through; and some browsers give it no database. What is not on
 * disk by then goes into sessionStorage, which is written at once, and into the session on the tab's next page. `unsaved`: what the
 * session still waits for; null while there is no session; undefined where nothing may be stored.
 */
export function earlyEvents(page: Window, unsaved: () => readonly LeftEvent[] | null | undefined): EarlyEvents {
  let early: LeftEvent[] = [];
  const onHide = () => {
    const known = unsaved();
    const left = known === null ? early : known;
    if (!left?.length) return;
    try {
      page.sessionStorage.setItem(KEY, JSON.stringify(left));
    } catch {
      // Blocked or full: these few events are lost, the page goes on.
    }
  };
  page.addEventListener("pagehide", onHide);
  return {
    note: (event) => {
      early.push({ event });
    },
    take() {
      early = [];
      try {
        const left = page.sessionStorage.getItem(KEY);
        page.sessionStorage.removeItem(KEY);
        const now = Date.now();
        return (JSON.parse(left ?? "[]") as { event: unknown; id?: unknown }[]).map(({ event, id }) => ({
          event: parseEvent(event, now),
          ...(typeof id === "string" && { id }),
        }));
      } catch {
        return [];
      }
    },
    stop: () => page.removeEventListener("pagehide", onHide),
  };
}
