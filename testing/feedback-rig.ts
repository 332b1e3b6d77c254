import type { ErrorData } from "../src/contract/errors.js";
import type { PresentlyEvent } from "../src/contract/events.js";
import { type FeedbackBatch, type PairRecord, parseFeedbackBatch } from "../src/contract/feedback.js";
import type { Ranking } from "../src/contract/ranking.js";
import type { Storage } from "../src/contract/storage.js";
import { createFeedback, type Feedback, type FeedbackOptions } from "../src/feedback/feedback.js";
import { memoryStorage } from "../src/storage/memory.js";

export const MINUTE = 60_000;

/** How the endpoint answers. "lost": it has the batch, but its answer never arrives. */
export type Weather = "up" | "offline" | "lost" | 429 | 503 | 400;

/** An endpoint that keeps what it accepts, by key, and notes every request's bytes. */
export function createEndpoint() {
  const requests: { url: string; init: RequestInit; key: string; body: string }[] = [];
  const stored = new Map<string, FeedbackBatch>();
  const endpoint = {
    weather: "up" as Weather,
    retryAfter: null as string | null,
    requests,
    stored,
    records: () => [...stored.values()].flatMap((batch) => batch.records),
    pairs: () => endpoint.records() as PairRecord[],
    fetch: (async (url: string, init: RequestInit) => {
      const body = init.body as string;
      const batch = parseFeedbackBatch(body);
      requests.push({ url, init, key: batch.key, body });
      if (endpoint.weather === "up" || endpoint.weather === "lost") stored.set(batch.key, batch);
      if (endpoint.weather === "offline" || endpoint.weather === "lost") throw new TypeError("Failed to fetch");
      const headers = endpoint.retryAfter ? { "retry-after": endpoint.retryAfter } : undefined;
      return new Response(null, { status: endpoint.weather === "up" ? 202 : endpoint.weather, headers });
    }) as unknown as typeof fetch,
  };
  return endpoint;
}

export interface Rig {
  readonly feedback: Feedback;
  readonly endpoint: ReturnType<typeof createEndpoint>;
  readonly storage: Storage;
  readonly clock: { time: number };
  readonly problems: ErrorData[];
  /** The shopper does something: the session and the feedback hear of it. */
  act(name: PresentlyEvent["name"], ...ids: string[]): void;
  /** A ranking is shown, all of it. */
  show(id: string, ids: readonly string[], release?: number): Ranking;
  hide(): void;
}

export const rankingOf = (id: string, ids: readonly string[], release = 3) =>
  ({
    id,
    kind: "recommend",
    release,
    candidates: 9,
    milliseconds: 1,
    items: ids.map((item_id, position) => ({ item_id, position, propensity: 0.5 })),
  }) as unknown as Ranking;

/** A page with feedback on it. Pages with one storage, clock and endpoint are pages of one shop. */
export function createRig(
  options: Partial<FeedbackOptions> = {},
  shop: Partial<Pick<Rig, "endpoint" | "storage" | "clock">> & { session?: PresentlyEvent[] } = {},
): Rig {
  const { endpoint = createEndpoint(), storage = memoryStorage(), clock = { time: 1_000_000_000_000 }, session = [] } = shop;
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" as DocumentVisibilityState });
  const problems: ErrorData[] = [];
  const feedback = createFeedback({
    storage,
    endpoint: "https://learn.shop.example",
    now: () => clock.time,
    random: crypto,
    fetch: endpoint.fetch,
    page: page as unknown as FeedbackOptions["page"],
    title: (id) => id.toUpperCase(),
    onProblem: (problem) => problems.push(problem),
    delay: [0, 0],
    ...options,
  });
  return {
    feedback,
    endpoint,
    storage,
    clock,
    problems,
    act(name, ...ids) {
      const event: PresentlyEvent = { name, time: clock.time, items: ids.map((item_id) => ({ item_id })) };
      session.push(event);
      feedback.observe(event, session);
    },
    show(id, ids, release) {
      const ranking = rankingOf(id, ids, release);
      feedback.ranked(ranking);
      for (const item of ids) feedback.shown(id, item);
      return ranking;
    },
    hide() {
      page.visibilityState = "hidden";
      page.dispatchEvent(new Event("visibilitychange"));
      page.visibilityState = "visible";
    },
  };
}

/** A page whose shopper has agreed to share. */
export async function shopper(mode: "balanced" | "session" = "balanced", ...rest: Parameters<typeof createRig>) {
  const rig = createRig(...rest);
  await rig.feedback.setMode(mode);
  return rig;
}
