import type { LedgerEntry } from "../contract/client.js";
import { type ErrorData, PresentlyError } from "../contract/errors.js";
import type { Storage } from "../contract/storage.js";
import { readQueue, type SealedBatch, sealBatches } from "./queue.js";
import { below, type RandomSource } from "./random.js";
import { type Answer, backoff, sendBatch } from "./send.js";

/** What navigator.locks does for us. */
export interface LockManagerLike {
  request(name: string, options: { ifAvailable?: boolean; steal?: boolean }, callback: (lock: unknown) => Promise<void>): Promise<unknown>;
}

const LOCK = "presently.feedback";
const KEY = "feedback.pause";
/**
 * Another tab is flushing: it takes ours along, most likely. One that still has the lock after this time waits for a slow answer, or stands in
 * Firefox's or WebKit's back/forward cache, frozen as it began to flush: then the lock is taken from it. What it has sealed has its key, so
 * that nothing is stored twice, and a frozen page's database is closed.
 */
const OTHER_TAB = 5_000;
/** Both ways of asking for the lock are answered at once; only Firefox gives a page that is being left for its back/forward cache no answer, ever. */
const UNHEARD = 5_000;
const MAX_TIMER = 2 ** 31 - 1;

/** Not before `until`, for all pages; `failures` in a row. */
interface Pause {
  readonly until: number;
  readonly failures: number;
}

export interface DeliveryOptions {
  endpoint: string;
  now: () => number;
  random: RandomSource;
  fetch: typeof globalThis.fetch;
  locks?: LockManagerLike | null;
  onProblem?: (problem: ErrorData) => void;
  storage: () => Storage;
  serial: <T>(task: () => Promise<T>) => Promise<T | undefined>;
  sharing: () => boolean;
  recount: () => Promise<void>;
}

export interface Delivery {
  /** Looks at the queue at this time, or earlier. */
  schedule(time: number): void;
  /** Sends what is due; `all`: what waits. Resolves when the last answer is there. */
  flush(all: boolean): Promise<void>;
  trouble(): "failing" | "refused" | null;
  /** Ends a request that is under way, and all timers: of what was under way nothing is written any more. */
  cancel(): void;
}

/** At least once: a batch leaves the queue only after its answer, and goes again with the same key and bytes until there is one. */
export function createDelivery({ endpoint, now, random, fetch, locks, onProblem, storage, serial, sharing, recount }: DeliveryOptions): Delivery {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let trouble: "failing" | "refused" | null = null;
  let abort = new AbortController();
  let running: Promise<void> | null = null;
  /** Since when another page has the lock. */
  let refused = Number.POSITIVE_INFINITY;

  function schedule(time: number): void {
    if (time >= timerAt || !sharing()) return;
    clearTimeout(timer);
    timerAt = time;
    timer = setTimeout(
      () => {
        timerAt = Number.POSITIVE_INFINITY;
        void flush(false);
      },
      Math.min(MAX_TIMER, Math.max(0, time - now())),
    );
  }

  async function answered(on: Storage, batch: SealedBatch & { seq: number }, answer: Answer, pause: Pause | undefined): Promise<boolean> {
    if (answer.type === "later") {
      const failures = (pause?.failures ?? 0) + 1;
      const until = now() + Math.max(answer.after, backoff(failures, below(random, 1_000) / 1_000));
      await on.set(KEY, { until, failures } satisfies Pause);
      trouble = "failing";
      schedule(until);
      return false;
    }
    trouble = answer.type === "refused" ? "refused" : null;
    if (answer.type === "refused") {
      const message = `The endpoint refused a batch with ${answer.status}; look at its log, or update the script`;
      const { name, code } = new PresentlyError("feedback/refused", message);
      onProblem?.({ name, message, code });
    }
    if (pause) await on.set(KEY, undefined);
    for (const one of batch.records) await on.append("ledger", { ...one, state: answer.type, batch: batch.key } satisfies LedgerEntry);
    await on.remove("feedback", [batch.seq]);
    return true;
  }

  async function deliver(all: boolean): Promise<void> {
    const { signal } = abort;
    const on = storage();
    const allowed = () => sharing() && !signal.aborted && storage() === on;
    if (!allowed()) return;
    const pause = (await on.get(KEY)) as Pause | undefined;
    if (pause && pause.until > now()) return schedule(pause.until);
    const queue = await serial(async () => (allowed() ? sealBatches(on, random, (record) => all || record.due <= now()) : undefined));
    for (const batch of queue?.batches ?? []) {
      if (!allowed()) return;
      const answer = await sendBatch(fetch, endpoint, batch.body, now(), signal);
      if (!allowed()) return;
      const goOn = await serial(async () => allowed() && answered(on, batch, answer, (await on.get(KEY)) as Pause | undefined));
      await serial(recount);
      if (!goOn) return;
    }
    if (!allowed()) return;
    const { records } = await readQueue(on);
    if (records.length) schedule(Math.min(...records.map((record) => record.due)));
  }

  /** The lock is held only while flushing: a held lock keeps a page out of the back/forward cache. */
  async function alone(task: () => Promise<void>): Promise<void> {
    if (!locks || !storage().persistent) return task();
    let started = false;
    let heard = () => {};
    const unheard = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, UNHEARD);
      heard = () => clearTimeout(timer);
    });
    try {
      const request = locks.request(LOCK, now() - refused >= OTHER_TAB ? { steal: true } : { ifAvailable: true }, async (lock) => {
        heard();
        refused = lock ? Number.POSITIVE_INFINITY : Math.min(refused, now());
        if (!lock) return schedule(now() + OTHER_TAB);
        started = true;
        await task();
      });
      await Promise.race([request, unheard.then(() => schedule(now()))]);
    } catch (error) {
      // Another page has taken the lock meanwhile: what is under way goes on, and ends by itself.
      if ((error as Error)?.name === "AbortError") return;
      if (started) throw error;
      await task();
    } finally {
      heard();
    }
  }

  async function flush(all: boolean): Promise<void> {
    if (running) {
      await running;
      if (!all) return;
    }
    if (running) return running;
    const mine = alone(() => deliver(all))
      .catch(async (error) => {
        await serial(() => Promise.reject(error));
      })
      .finally(() => {
        if (running === mine) running = null;
      });
    running = mine;
    return mine;
  }

  return {
    schedule,
    flush,
    trouble: () => trouble,
    cancel() {
      clearTimeout(timer);
      timerAt = Number.POSITIVE_INFINITY;
      trouble = null;
      abort.abort();
      abort = new AbortController();
      running = null;
    },
  };
}
