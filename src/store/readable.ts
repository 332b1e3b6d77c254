/** A value that changes, for any framework: React's `useSyncExternalStore` and Svelte's `$store` take it as it is. */
export interface Readable<T> {
  /** The newest value; the same object until it changes. */
  get(): T;
  /** The value on a server, and of the first rendering over a server's HTML. */
  getServer(): T;
  /** Calls back at once, and at every change. Returns its own unsubscribe. */
  subscribe(listener: (value: T) => void): () => void;
}

/** Rendering on a server subscribes as well, in Svelte for one, and nothing there ends what would start. */
const ON_SERVER = typeof window === "undefined";

/**
 * A value kept up to date while someone listens: `start` runs with the first listener, and what it returns after the last has gone.
 * `value` is the one on a server too.
 */
export function readable<T>(value: T, start: (set: (value: T) => void) => () => void): Readable<T> {
  const initial = value;
  const listeners = new Set<{ readonly call: (value: T) => void }>();
  let stop = () => {};

  /** A listener which throws is the page's own affair: the others are called all the same. */
  function call(listener: (value: T) => void): void {
    try {
      listener(value);
    } catch (error) {
      console.error("[presently] a listener failed", error);
    }
  }

  function set(next: T): void {
    if (next === value) return;
    value = next;
    for (const listener of [...listeners]) if (listeners.has(listener)) listener.call(value);
  }

  return {
    get: () => value,
    getServer: () => initial,
    subscribe(listener) {
      // One function may listen twice.
      const entry = { call: () => call(listener) };
      if (!ON_SERVER) {
        if (listeners.size === 0) {
          // What an earlier start still sets, as an answer under way, comes too late.
          let current = true;
          const end = start((next) => current && set(next));
          stop = () => {
            end();
            current = false;
          };
        }
        listeners.add(entry);
      }
      call(listener);
      return () => {
        if (listeners.delete(entry) && listeners.size === 0) stop();
      };
    },
  };
}
