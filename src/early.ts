import { type PresentlyEvent, parseEvent } from "./contract/events.js";

const KEY = "presently.early";

export interface LeftEvent {
  readonly event: PresentlyEvent;
  /** The same on whichever page takes it in: so it is taken in once. */
  readonly id: string;
  /** Already in a session: what it answered is known. */
  readonly known?: boolean;
}

export interface EarlyEvents {
  /** Before there is a session. Returns its id. */
  note(event: PresentlyEvent): string;
  /** What the pages before left; deletes it. */
  take(): LeftEvent[];
  /** Deletes it unread. */
  clear(): void;
}

/**
 * A page can be left before its database is open, or before a write is through; and some browsers give it no database. What is not on
 * disk by then goes into sessionStorage, which is written at once, and into the session on the first of the tab's next pages that stays
 * long enough. `unsaved`: what the session still waits for; null while there is no session; undefined where nothing may be stored.
 */
export function earlyEvents(page: Window, unsaved: () => readonly Omit<LeftEvent, "known">[] | null | undefined, signal?: AbortSignal): EarlyEvents {
  const origin = Math.random();
  let early: LeftEvent[] = [];
  let count = 0;

  function read(): LeftEvent[] {
    try {
      const now = Date.now();
      const left: unknown = JSON.parse(page.sessionStorage.getItem(KEY) ?? "[]");
      return (left as LeftEvent[]).map(({ event, id, known }) => ({ event: parseEvent(event, now), id: `${id}`, known: known === true }));
    } catch {
      return [];
    }
  }

  function clear(): void {
    early = [];
    try {
      page.sessionStorage.removeItem(KEY);
    } catch {
      // Blocked: then nothing was left either.
    }
  }

  const onHide = () => {
    const waiting = unsaved();
    const left = waiting === null ? early : waiting?.map((entry) => ({ ...entry, known: true }));
    if (!left?.length) return;
    try {
      // A page that was left as soon as it came has not taken what the one before it left.
      const before = read().filter(({ id }) => !left.some((entry) => entry.id === id));
      page.sessionStorage.setItem(KEY, JSON.stringify([...before, ...left]));
    } catch {
      // Blocked or full: these few events are lost, the page goes on.
    }
  };
  page.addEventListener("pagehide", onHide, { signal });
  return {
    note(event) {
      const id = `${origin}.${++count}`;
      early.push({ event, id });
      return id;
    },
    take() {
      const left = read();
      clear();
      return left;
    },
    clear,
  };
}
