import { errorData, missingFile } from "../contract/errors.js";
import type { Feedback, PageFeedbackOptions } from "./feedback.js";

/** Rankings and acts of a page, remembered until the shopper agrees to share: a click may come right after. */
const REMEMBERED = 60;

/**
 * Feedback as the page holds it: the code that records and sends is loaded with the consent to share, or to read or delete
 * what an earlier page left; before that nothing is recorded, and nothing but what is on the page now is remembered.
 */
export function createFeedback(options: PageFeedbackOptions): Feedback {
  let { storage } = options;
  let loading: Promise<Feedback | null> | null = null;
  let feedback: Feedback | null = null;
  let remembered: ((on: Feedback) => void)[] = [];
  let stopped = false;

  function load(): Promise<Feedback | null> {
    loading ??= import("./feedback.js").then(
      (module) => {
        feedback = module.pageFeedback({ ...options, storage });
        for (const call of remembered) call(feedback);
        remembered = [];
        if (stopped) feedback.stop();
        return feedback;
      },
      (cause) => {
        loading = null;
        options.onProblem?.(errorData(missingFile("feedback/unavailable", "feedback", cause)));
        return null;
      },
    );
    return loading;
  }

  /** Something that an earlier page left. */
  async function loadIfAny(): Promise<Feedback | null> {
    if (loading) return loading;
    const logs = await Promise.all([storage.read("feedback", { limit: 1 }), storage.read("ledger", { limit: 1 })]).catch(() => []);
    return logs.some((log) => log.length) ? load() : null;
  }

  function note(call: (on: Feedback) => void): void {
    if (feedback) call(feedback);
    else if (!stopped && options.endpoint !== null) remembered = [...remembered, call].slice(-REMEMBERED);
  }

  return {
    ranked: (ranking) => note((on) => on.ranked(ranking)),
    shown: (rankingId, itemId) => note((on) => on.shown(rankingId, itemId)),
    outcome: (rankingId, itemId, what) => note((on) => on.outcome(rankingId, itemId, what)),
    observe: (event, sessionEvents) => note((on) => on.observe(event, sessionEvents)),
    setMode: async (mode) => (await (mode && options.endpoint !== null ? load() : loadIfAny()))?.setMode(mode),
    flush: async () => feedback?.flush(),
    ledger: async () => (await loadIfAny())?.ledger() ?? [],
    state: () => feedback?.state() ?? "off",
    queued: () => feedback?.queued() ?? 0,
    async moveTo(target) {
      const loaded = await loadIfAny();
      storage = target;
      await loaded?.moveTo(target);
    },
    async clear() {
      remembered = [];
      await (await loadIfAny())?.clear();
    },
    stop() {
      stopped = true;
      remembered = [];
      feedback?.stop();
    },
  };
}
