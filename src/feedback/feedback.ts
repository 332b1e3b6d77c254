import type { LedgerEntry } from "../contract/client.js";
import { type ErrorData, errorData } from "../contract/errors.js";
import type { PresentlyEvent } from "../contract/events.js";
import type { Outcome, SharingMode } from "../contract/feedback.js";
import type { Ranking } from "../contract/ranking.js";
import type { Storage } from "../contract/storage.js";
import { balancedRecorder } from "./balanced.js";
import { createDelivery, type LockManagerLike } from "./delivery.js";
import { createImpressions, type Impression } from "./impressions.js";
import { countQueued, enqueueRecord, moveQueue, type Note, readQueue } from "./queue.js";
import { below, type RandomSource } from "./random.js";
import type { Recorder, RecorderTools } from "./recorder.js";
import { sessionRecorder } from "./wholeSession.js";
import { inWords } from "./words.js";

/** A shown item is passed over when its page is left, or after this time. */
const PASSED_OVER = 5 * 60_000;
/** Of the items passed over on one page, this many are told, drawn at random. */
const SAMPLE = 3;
/** This many waiting records go at once, whatever their delay. */
const FULL = 20;
const RECORDERS: Readonly<Record<SharingMode, Recorder>> = { balanced: balancedRecorder, session: sessionRecorder };
const INTERACTIONS: Readonly<Record<string, "view" | "cart" | "purchase">> = { view_item: "view", add_to_cart: "cart", purchase: "purchase" };

/** Values beside the logs. */
const STATE = ["feedback.visit", "feedback.draft", "feedback.pause"];

export interface FeedbackOptions {
  storage: Storage;
  /** Address of the endpoint, without /v1/feedback; null: nothing is ever recorded. */
  endpoint: string | null;
  now: () => number;
  random: RandomSource;
  fetch: typeof globalThis.fetch;
  /** The document: batches go when it is hidden. */
  page: Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener">;
  locks?: LockManagerLike | null;
  title: (itemId: string) => string;
  /** The ledger has changed. */
  onChange?: () => void;
  onProblem?: (problem: ErrorData) => void;
  /** A record waits for a random time between these, in milliseconds. */
  delay?: readonly [number, number];
}

/** As a page gives them. */
export interface PageFeedbackOptions extends Omit<FeedbackOptions, "random" | "fetch" | "page" | "locks"> {
  readonly window: Pick<Window & typeof globalThis, "document" | "fetch" | "navigator" | "crypto">;
}

export interface Feedback {
  ranked(ranking: Ranking): void;
  shown(rankingId: string, itemId: string): void;
  outcome(rankingId: string, itemId: string, what: "click" | "dismissed"): void;
  /** An event and the session with it. */
  observe(event: PresentlyEvent, sessionEvents: readonly PresentlyEvent[]): void;
  /** false also deletes what waits: it must not leave any more. */
  setMode(mode: false | SharingMode): Promise<void>;
  /** Sends all that waits, delays apart; what Retry-After or the backoff ask for still holds. */
  flush(): Promise<void>;
  /** Newest last. */
  ledger(): Promise<readonly LedgerEntry[]>;
  state(): "off" | "idle" | "waiting" | "failing" | "refused";
  /** Records not yet acknowledged. */
  queued(): number;
  /** Consent given or withdrawn for storing: the queue goes along. */
  moveTo(storage: Storage): Promise<void>;
  clear(): Promise<void>;
  stop(): void;
}

export function pageFeedback({ window, ...options }: PageFeedbackOptions): Feedback {
  return createFeedback({
    ...options,
    random: window.crypto,
    fetch: (input, init) => window.fetch(input, init),
    page: window.document,
    locks: window.navigator.locks ?? null,
  });
}

/** Joins what the shopper does to what was shown, and delivers it. Without a mode (consent) it keeps and sends nothing. */
export function createFeedback(options: FeedbackOptions): Feedback {
  const { endpoint, now, random, page, title, onChange = () => {}, onProblem = () => {}, delay = [3_000, 20_000] } = options;
  const impressions = createImpressions();
  let { storage } = options;
  let mode: false | SharingMode = false;
  /** The item looked at last, and the one before it. */
  let recent: readonly string[] = [];
  let queued = 0;
  let work: Promise<unknown> = Promise.resolve();
  let stopped = false;
  let passedOverTimer: ReturnType<typeof setTimeout> | undefined;

  /** One change of the storage after another, in the order in which things happened. Failures are a problem, never an error in the page. */
  function serial<T>(task: () => Promise<T>): Promise<T | undefined> {
    const done = work.then(task).catch((error) => {
      onProblem(errorData(error));
      return undefined;
    });
    work = done;
    return done;
  }

  async function recount(): Promise<void> {
    queued = countQueued(await readQueue(storage));
    onChange();
  }

  const delivery = createDelivery({ ...options, endpoint: endpoint ?? "", storage: () => storage, serial, sharing: () => mode !== false && !stopped, recount });

  const tools = (sharing: SharingMode, time: number, note?: number): RecorderTools => ({
    storage,
    now: time,
    note,
    async enqueue(record, release, how) {
      const [from, to] = delay;
      const due = time + from + below(random, to - from + 1);
      await enqueueRecord(storage, { kind: "record", mode: sharing, release, record, text: inWords(record, title), time, due }, how);
      delivery.schedule(due);
    },
    async withdraw(seq) {
      const waits = (await readQueue(storage)).records.some((record) => record.seq === seq);
      if (waits) await storage.remove("feedback", [seq]);
      return waits;
    },
  });

  /** Lets the mode's recorder write; a mode that was withdrawn meanwhile writes nothing. */
  function record(task: (recorder: Recorder, tools: RecorderTools) => Promise<void>): void {
    const sharing = mode;
    if (!sharing || endpoint === null || stopped) return;
    const time = now();
    void serial(async () => {
      if (mode !== sharing) return;
      await task(RECORDERS[sharing], tools(sharing, time));
      await recount();
      if (queued >= FULL) void delivery.flush(true);
    });
  }

  function decide(impression: Impression, outcome: Outcome): void {
    impression.decided = true;
    if (!mode || endpoint === null || stopped) return;
    // On disk at once, in one write; what the recorder does takes several, and the page may be going.
    const from = storage;
    const noted = from.append("feedback", { kind: "note", mode, time: now(), impression, outcome } satisfies Note);
    noted.catch(() => {});
    record(async (recorder, on) => {
      const seq = await noted;
      // Where the queue has moved meanwhile, the note has another number there, or stayed behind.
      await recorder.impression({ ...on, note: from === on.storage ? seq : undefined }, impression, outcome);
      await from.remove("feedback", [seq]);
    });
  }

  /** What an earlier page noted and had no time to record. A note of a live tab is recorded once all the same: whoever is first takes it. */
  async function recordNotes(sharing: SharingMode): Promise<void> {
    for (const note of (await readQueue(storage)).notes) {
      if (note.mode === sharing) await RECORDERS[sharing].impression(tools(sharing, note.time, note.seq), note.impression, note.outcome);
      await storage.remove("feedback", [note.seq]);
    }
  }

  function settlePassedOver(shownBefore: number): void {
    const passed = impressions.passedOver(shownBefore);
    while (passed.length > (mode === "session" ? 20 : SAMPLE)) passed.splice(below(random, passed.length), 1);
    for (const impression of passed) decide(impression, "ignored");
    record((recorder, on) => recorder.settle(on, impressions.release()));
  }

  function onVisibility(): void {
    if (page.visibilityState !== "hidden" || mode === false) return;
    settlePassedOver(now());
    // Memory ends with the page; a disk delivers the rest from the next page on.
    void delivery.flush(!storage.persistent);
  }
  page.addEventListener("visibilitychange", onVisibility);

  const forgetQueue = () =>
    serial(async () => {
      const entries = await storage.read("feedback");
      if (entries.length) {
        await storage.remove(
          "feedback",
          entries.map(({ seq }) => seq),
        );
      }
      for (const key of STATE) if ((await storage.get(key)) !== undefined) await storage.set(key, undefined);
      await recount();
    });

  return {
    ranked: (ranking) => impressions.ranked(ranking),
    shown(rankingId, itemId) {
      impressions.shown(rankingId, itemId, recent[0] ?? null, now());
      passedOverTimer ??= setTimeout(() => {
        passedOverTimer = undefined;
        settlePassedOver(now() - PASSED_OVER);
      }, PASSED_OVER);
    },
    outcome(rankingId, itemId, what) {
      const impression = impressions.find(rankingId, itemId, recent[0] ?? null, now());
      if (impression) decide(impression, what);
    },
    observe(event, sessionEvents) {
      const outcome = INTERACTIONS[event.name];
      const seen: string[] = [];
      for (let i = sessionEvents.length - 1; i >= 0 && seen.length < 2; i--) {
        const id = INTERACTIONS[sessionEvents[i].name] && sessionEvents[i].items?.[0]?.item_id;
        if (id && seen[0] !== id) seen.push(id);
      }
      recent = seen;
      if (!outcome) return;
      const release = impressions.release();
      for (const { item_id } of event.items ?? []) {
        const impression = impressions.undecided(item_id);
        // Carted straight from the shelf; one that is opened by another way was not passed over either.
        if (impression && outcome !== "view") decide(impression, outcome);
        else if (impression) impression.decided = true;
        const context = seen.find((id) => id !== item_id) ?? null;
        if (!impression || outcome === "view" || mode === "session") {
          record((recorder, on) => recorder.interaction(on, item_id, context, outcome, release));
        }
      }
    },
    async setMode(next) {
      const before = mode;
      mode = endpoint === null ? false : next;
      if (mode === false) {
        delivery.cancel();
        await forgetQueue();
      } else if (before === false) {
        record(async (recorder, on) => {
          await recordNotes(next as SharingMode);
          await recorder.settle(on, impressions.release());
        });
        delivery.schedule(now() + delay[0]);
        await work;
      }
    },
    flush: () => delivery.flush(true),
    async ledger() {
      await work;
      const waiting: LedgerEntry[] = [];
      const { records, batches } = await readQueue(storage);
      for (const { key, records: inside } of batches) for (const one of inside) waiting.push({ ...one, state: "waiting", batch: key });
      for (const { time, text, record: content } of records) waiting.push({ time, text, record: content, state: "waiting", batch: null });
      const answered = (await storage.read("ledger")).map(({ value }) => value as LedgerEntry).filter((entry) => typeof entry?.text === "string");
      return [...answered, ...waiting].sort((a, b) => a.time - b.time);
    },
    state: () => (mode === false ? "off" : (delivery.trouble() ?? (queued > 0 ? "waiting" : "idle"))),
    queued: () => queued,
    async moveTo(target) {
      // A request under way is ended: its batch goes again from the other storage, with the same key.
      delivery.cancel();
      await serial(async () => {
        if (target === storage) return;
        await moveQueue(storage, target);
        for (const { value } of await storage.read("ledger")) await target.append("ledger", value);
        for (const key of STATE) {
          const value = await storage.get(key);
          if (value !== undefined) await target.set(key, value);
        }
        storage = target;
        await recount();
      });
      delivery.schedule(now() + delay[0]);
    },
    async clear() {
      delivery.cancel();
      impressions.clear();
      recent = [];
      await forgetQueue();
      await serial(async () => {
        const entries = await storage.read("ledger");
        await storage.remove(
          "ledger",
          entries.map(({ seq }) => seq),
        );
        onChange();
      });
    },
    stop() {
      stopped = true;
      clearTimeout(passedOverTimer);
      delivery.cancel();
      page.removeEventListener("visibilitychange", onVisibility);
    },
  };
}
