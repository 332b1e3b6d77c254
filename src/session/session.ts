import { type ErrorData, errorData } from "../contract/errors.js";
import type { PresentlyEvent } from "../contract/events.js";
import type { Storage } from "../contract/storage.js";
import { currentSession, isLogged, type LoggedEvent } from "./log.js";

/** Events a session keeps; what a persona reads is far less. */
export const MAX_EVENTS = 500;
export const IDLE = 30 * 60_000;

/** The other tabs of the shop. */
export interface SessionChannel {
  post(message: unknown): void;
  /** Returns its own stop. */
  hear(listener: (message: unknown) => void): () => void;
}

/** Between the tabs of one shop. "changed": read the log again; it is the truth. */
type TabMessage = { readonly type: "added"; readonly entry: LoggedEvent } | { readonly type: "changed" } | { readonly type: "cleared" };

export interface SessionOptions {
  /** Milliseconds since the epoch. */
  now: () => number;
  channel?: SessionChannel | null;
  /** A pause longer than this ends the session, in milliseconds. */
  idle?: number;
  /** The window: a page that comes back from the back/forward cache reads what the other tabs did meanwhile. */
  page?: EventTarget | null;
  random?: () => number;
  onProblem?: (problem: ErrorData) => void;
}

export interface SessionChange {
  readonly type: "added" | "replaced";
  readonly event?: PresentlyEvent;
}

export interface Session {
  /** Oldest first. The array is never changed in place. */
  events(): readonly PresentlyEvent[];
  /** In `events()` at once; resolves when it is persisted. A purchase whose transaction is already in the session is left out. */
  add(event: PresentlyEvent, id?: string): Promise<void>;
  /** What is not on disk, or not known to be. With their ids, `add` on the next page takes in what got lost, and no event twice. */
  unsaved(): readonly LoggedEvent[];
  remove(event: PresentlyEvent): Promise<void>;
  replace(events: readonly PresentlyEvent[]): Promise<void>;
  /** Consent given or withdrawn: the session goes on in the other storage. The old one's log is left to its owner to clear. */
  moveTo(storage: Storage): Promise<void>;
  clear(): Promise<void>;
  /** Reads the log again. */
  refresh(): Promise<void>;
  subscribe(listener: (change: SessionChange) => void): () => void;
  stop(): void;
}

/**
 * The log of the current session, the same in all tabs: each tab shows its own events at once, persists them, and then tells the others.
 * A storage that is not persistent is this tab's own: then nothing is told and nothing is heard.
 */
export async function createSession(
  storage: Storage,
  { now, channel = null, idle = IDLE, page = null, random = Math.random, onProblem }: SessionOptions,
): Promise<Session> {
  const tab = random();
  const listeners = new Set<(change: SessionChange) => void>();
  let count = 0;
  let entries: readonly LoggedEvent[] = [];
  let events: readonly PresentlyEvent[] = [];
  let work: Promise<unknown> = Promise.resolve();
  let stopped = false;
  /** Shown and not yet on disk: a log read meanwhile lacks them. */
  const pending = new Set<string>();

  function show(next: readonly LoggedEvent[]): void {
    entries = next;
    events = next.map((entry) => entry.event);
  }

  function notify(change: SessionChange): void {
    for (const listener of listeners) listener(change);
  }

  function tell(message: TabMessage): void {
    if (storage.persistent && !stopped) channel?.post(message);
  }

  /** One write after another, so that a clear never overtakes an append; failures are a problem, never an error in the page. */
  function enqueue(task: () => Promise<void>): Promise<void> {
    const done = work.then(task).catch((error) => onProblem?.(errorData(error)));
    work = done;
    return done;
  }

  const fresh = (event: PresentlyEvent): LoggedEvent => ({ id: `${tab}.${++count}`, event });
  const has = (id: string) => entries.some((entry) => entry.id === id);

  /** Appends what is still in the session by then. In memory the session itself is the log. */
  async function persist(added: readonly LoggedEvent[]): Promise<void> {
    for (const entry of added) {
      if (storage.persistent && has(entry.id)) await storage.append("events", entry);
      pending.delete(entry.id);
    }
  }

  async function removeFromLog(gone: (entry: unknown) => boolean): Promise<void> {
    const log = await storage.read("events");
    const seqs = log.filter(({ value }) => gone(value)).map(({ seq }) => seq);
    if (seqs.length) await storage.remove("events", seqs);
  }

  /** Of what was read, not of what another tab has written since. */
  async function removeEnded(read: readonly unknown[]): Promise<void> {
    const ended = new Set(read.flatMap((value) => (isLogged(value) && !has(value.id) ? value.id : [])));
    if (ended.size || !read.every(isLogged)) await removeFromLog((value) => !isLogged(value) || ended.has(value.id));
  }

  async function readLog(): Promise<LoggedEvent[]> {
    return (await storage.read("events")).map(({ value }) => value).filter(isLogged);
  }

  /** Sorted anew: another tab's event can be older than our newest. */
  const merge = (more: readonly LoggedEvent[]) => currentSession([...entries, ...more], now(), idle, MAX_EVENTS);

  function refresh(): Promise<void> {
    return enqueue(async () => {
      const log = await readLog();
      const next = currentSession([...log, ...entries.filter(({ id }) => pending.has(id))], now(), idle, MAX_EVENTS);
      if (next.length === entries.length && next.every((entry, i) => entry.id === entries[i].id)) return;
      show(next);
      notify({ type: "replaced" });
    });
  }

  function onMessage(heard: unknown): void {
    if (!storage.persistent || stopped) return;
    const message = heard as TabMessage;
    if (message?.type === "changed") void refresh();
    else if (message?.type === "cleared") {
      show([]);
      notify({ type: "replaced" });
    } else if (message?.type === "added" && isLogged(message.entry) && !has(message.entry.id)) {
      show(merge([message.entry]));
      notify({ type: "added", event: message.entry.event });
    }
  }

  function rewrite(next: readonly LoggedEvent[]): Promise<void> {
    const gone = new Set(entries.flatMap((entry) => (next.includes(entry) ? [] : entry.id)));
    const added = next.filter(({ id }) => !has(id));
    for (const { id } of added) pending.add(id);
    show(next);
    notify({ type: "replaced" });
    return enqueue(async () => {
      await removeFromLog((value) => !isLogged(value) || gone.has(value.id));
      await persist(added);
      tell({ type: "changed" });
    });
  }

  const onPageShow = (event: Event) => {
    if ((event as PageTransitionEvent).persisted && storage.persistent) void refresh();
  };

  try {
    const log = (await storage.read("events")).map(({ value }) => value);
    show(currentSession(log.filter(isLogged), now(), idle, MAX_EVENTS));
    if (log.length > entries.length) void enqueue(() => removeEnded(log));
  } catch (error) {
    onProblem?.(errorData(error));
  }
  const deafen = channel?.hear(onMessage);
  page?.addEventListener("pageshow", onPageShow);

  return {
    events: () => events,
    add(event, id) {
      if (id !== undefined && has(id)) return Promise.resolve();
      const { name, transaction_id } = event;
      if (name === "purchase" && transaction_id && events.some((known) => known.name === name && known.transaction_id === transaction_id)) {
        return Promise.resolve();
      }
      // A time in the future would keep the session alive for ever; one before the session would not belong to it.
      const time = now();
      const timed = event.time > time || event.time < time - idle ? { ...event, time } : event;
      const entry = id === undefined ? fresh(timed) : { id, event: timed };
      pending.add(entry.id);
      const before = entries;
      const next = merge([entry]);
      const gone = new Set(before.filter(({ id }) => !next.some((kept) => kept.id === id)).map(({ id }) => id));
      show(next);
      if (before.length && gone.size === before.length) notify({ type: "replaced" });
      notify({ type: "added", event: entry.event });
      return enqueue(async () => {
        if (gone.size) await removeFromLog((value) => !isLogged(value) || gone.has(value.id));
        await persist([entry]);
        tell({ type: "added", entry });
      });
    },
    remove(event) {
      const text = JSON.stringify(event);
      const target = entries.find((entry) => JSON.stringify(entry.event) === text);
      return rewrite(entries.filter((entry) => entry !== target));
    },
    replace: (next) => rewrite(next.slice(-MAX_EVENTS).map(fresh)),
    moveTo(target) {
      return enqueue(async () => {
        storage = target;
        const known = await readLog();
        const ids = new Set(known.map(({ id }) => id));
        const own = entries.filter(({ id }) => !ids.has(id));
        const length = entries.length;
        show(merge(known));
        await removeEnded(known);
        await persist(own);
        if (entries.length !== length) notify({ type: "replaced" });
        tell({ type: "changed" });
      });
    },
    clear() {
      show([]);
      notify({ type: "replaced" });
      return enqueue(async () => {
        await removeFromLog(() => true);
        tell({ type: "cleared" });
      });
    },
    unsaved: () => (storage.persistent ? entries.filter(({ id }) => pending.has(id)) : entries),
    refresh,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop() {
      stopped = true;
      listeners.clear();
      deafen?.();
      page?.removeEventListener("pageshow", onPageShow);
    },
  };
}
