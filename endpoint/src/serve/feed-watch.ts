import { errorData } from "presently/contract";
import { type ImportResult, importFeed } from "../feeds/import.js";
import { type Fetch, feedMark } from "../feeds/source.js";
import type { Store } from "../store/store.js";

export interface FeedWatchOptions {
  readonly source: string;
  /** Milliseconds between two looks at the feed. What cannot say whether it has changed is read at every twelfth. */
  readonly interval: number;
  readonly replace: boolean;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly onChange: () => void;
  readonly say?: (line: string) => void;
}

export interface FeedState {
  readonly source: string;
  /** Of the last import, in milliseconds since the epoch; null before the first has ended. */
  readonly time: number | null;
  readonly result: ImportResult | null;
  readonly problem: string | null;
}

export interface FeedWatch {
  state(): FeedState;
  /** Imports now; an import in progress is waited for instead. */
  check(): Promise<void>;
  stop(): Promise<void>;
}

const UNMARKED = 12;

/** Addresses may carry a password or a token: neither is for a status page. */
function shown(source: string): string {
  if (!/^https?:/i.test(source)) return source;
  const { origin, pathname } = new URL(source);
  return origin + pathname;
}

/** Keeps the catalogue as its feed has it. A feed that cannot be had changes nothing and is tried again. */
export function watchFeed(store: Store, options: FeedWatchOptions): FeedWatch {
  const { source, interval, replace, fetch, now, onChange, say } = options;
  const stopping = new AbortController();
  let state: FeedState = { source: shown(source), time: null, result: null, problem: null };
  let pending: Promise<void> | null = null;

  let mark: string | null = null;
  let unmarked = 0;

  /** Reads the feed if it may have changed. */
  async function look(): Promise<void> {
    if (pending) return;
    const found = await feedMark(source, { fetch, signal: stopping.signal });
    if (stopping.signal.aborted || (found === null ? ++unmarked % UNMARKED !== 0 : found === mark)) return;
    await check();
  }

  async function run(): Promise<void> {
    try {
      // Before reading: what changes meanwhile is seen next time.
      const found = await feedMark(source, { fetch, signal: stopping.signal });
      const result = await importFeed(store.catalog, source, { fetch, replace, signal: stopping.signal });
      const first = state.result === null;
      state = { ...state, time: now(), result, problem: null };
      mark = found;
      const changed = result.added + result.updated + result.removed > 0;
      if (changed || first)
        say?.(`Catalogue: ${result.items} items, ${result.added} new, ${result.updated} changed, ${result.removed} gone, ${result.broken} broken rows.`);
      if (changed) onChange();
    } catch (error) {
      if (stopping.signal.aborted) return;
      const { message } = errorData(error);
      if (state.problem !== message) say?.(message);
      state = { ...state, time: now(), problem: message };
    } finally {
      pending = null;
    }
  }

  function check(): Promise<void> {
    pending ??= run();
    return pending;
  }
  const timer = setInterval(() => void look().catch(() => {}), interval);
  return {
    state: () => state,
    check,
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await pending;
    },
  };
}
