import { errorData } from "presently/contract";
import type { RunKind } from "../store/runs.js";
import type { Store } from "../store/store.js";
import type { TrainProgress } from "../train/train.js";
import type { RunHooks, RunResult } from "./training.js";

export type LoopRun = Extract<RunKind, "train" | "catalog">;

export interface LoopOptions {
  /** New records (imported sessions count as such) after which a training starts. */
  readonly minRecords: number;
  /** Milliseconds after which fewer new records do as well; 0: never. */
  readonly interval: number;
  /** How often it looks, in milliseconds. */
  readonly poll: number;
  readonly now: () => number;
  readonly run: (kind: LoopRun, hooks: RunHooks) => Promise<RunResult>;
  /** Version of what is live; null: nothing. */
  readonly live: () => Promise<number | null>;
  readonly onRun?: (kind: LoopRun, result: RunResult) => void;
  readonly say?: (line: string) => void;
}

export interface LoopState {
  readonly kind: LoopRun;
  readonly started: number;
  readonly progress: TrainProgress | null;
}

export interface Loop {
  running(): LoopState | null;
  /** Looks now; resolves when what it started, if anything, has ended. */
  check(): Promise<RunResult | null>;
  /** Ends the run in progress, too. */
  stop(): Promise<void>;
}

const FIRST_BACKOFF_MS = 30_000;
const MAX_BACKOFF_MS = 60 * 60_000;

/** Trains when enough came in, publishes a changed catalogue, one run at a time. */
export function startLoop(store: Store, options: LoopOptions): Loop {
  const { minRecords, interval, poll, now, run, live, onRun, say } = options;
  let state: { kind: LoopRun; started: number; progress: TrainProgress | null } | null = null;
  let pending: Promise<RunResult | null> | null = null;
  let failures = 0;
  let notBefore = 0;
  const stopping = new AbortController();

  async function due(): Promise<LoopRun | null> {
    const time = now();
    if (time < notBefore) return null;
    const counters = store.counters();
    if (counters.items === 0) return null;
    const version = await live();
    const release = version === null ? null : store.runs.release(version);
    // A release which this database does not know says nothing of the catalogue it was made from.
    if (version !== null && release?.catalog !== counters.catalog) return "catalog";
    const seen = counters.records + counters.sessions;
    const last = store.runs.lastTraining();
    const fresh = seen - (last?.records ?? 0);
    if (fresh >= minRecords) return "train";
    return interval > 0 && fresh > 0 && time - (last?.finished ?? 0) >= interval ? "train" : null;
  }

  async function perform(kind: LoopRun): Promise<RunResult> {
    const started = now();
    const { records, sessions, catalog } = store.counters();
    const id = store.runs.begin({ kind, started, records: records + sessions, catalog });
    const current = { kind, started, progress: null as TrainProgress | null };
    state = current;
    let result: RunResult;
    try {
      result = await run(kind, {
        now,
        signal: stopping.signal,
        onProgress: (progress) => {
          current.progress = progress;
        },
      });
      failures = 0;
    } catch (error) {
      const { code, message } = errorData(error);
      const aborted = stopping.signal.aborted;
      result = { state: aborted ? "interrupted" : "failed", release: null, message: `${code}: ${message}`, figures: {} };
      notBefore = now() + Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures++);
    } finally {
      state = null;
    }
    store.runs.end(id, { ...result, finished: now() });
    onRun?.(kind, result);
    say?.(`${kind}: ${result.state}${result.release ? ` as release ${result.release}` : ""}. ${result.message}`);
    return result;
  }

  function check(): Promise<RunResult | null> {
    pending ??= (async () => {
      try {
        const kind = stopping.signal.aborted ? null : await due();
        return kind && (await perform(kind));
      } catch (error) {
        // The database or the releases cannot be read just now; what comes in meets the same and says so.
        say?.(`The training loop could not look: ${errorData(error).message}`);
        notBefore = now() + FIRST_BACKOFF_MS;
        return null;
      } finally {
        pending = null;
      }
    })();
    return pending;
  }

  store.runs.interrupt(now());
  const timer = setInterval(() => void check(), poll);
  return {
    running: () => state,
    check,
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await pending;
    },
  };
}
