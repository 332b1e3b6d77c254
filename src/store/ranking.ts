import type { Presently, RecommendOptions } from "../contract/client.js";
import type { RankedItem, Ranking } from "../contract/ranking.js";
import { perClient } from "./per-client.js";
import { type Readable, readable } from "./readable.js";

export interface RankingOptions extends RecommendOptions {
  /** Neighbours of this item instead of the persona's items. */
  similarTo?: string;
}

export interface RankingState {
  readonly items: readonly RankedItem[];
  /** "error" keeps the items that were there, and ends with the next ranking that succeeds. */
  readonly status: "loading" | "ready" | "error";
  readonly error: Error | null;
  /** For `report`: its `id` goes with what became of the items. */
  readonly ranking: Ranking | null;
}

export interface RankingStore extends Readable<RankingState> {
  /** Starts asking, and resolves when it is no longer "loading": the same promise each time, as Suspense needs. */
  settled(): Promise<void>;
}

export const LOADING: RankingState = { items: [], status: "loading", error: null, ranking: null };

/** How many rankings nobody listens to are kept, for the way back to their page. */
const MOST_IDLE = 30;
/** What suspended until the first ranking needs a moment to listen itself. */
const HOLD_MILLISECONDS = 5_000;

/**
 * Equal for equal options, in whatever order. Written and read again they are plain data, which can go to a worker: frameworks hand out proxies.
 * JSON has no infinity, which as a price's bound says nothing.
 */
const write = (options: RankingOptions) =>
  JSON.stringify(options, (_, value) => {
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return undefined;
    return value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value;
  });

function createStore(client: Presently, { similarTo, ...options }: RankingOptions, onIdle: (idle: boolean) => void): RankingStore {
  const ask = async () => (similarTo === undefined ? client.recommend(options) : client.similar(similarTo, options));

  const state = readable(LOADING, (set) => {
    let stopped = false;
    let asking = false;
    let askAgain = false;

    /** One question at a time; what changes meanwhile is one more question after it. */
    async function refresh(): Promise<void> {
      askAgain = true;
      if (asking) return;
      asking = true;
      while (askAgain && !stopped) {
        // Changes come in bursts.
        await null;
        askAgain = false;
        const next = await ask().then(
          (ranking): RankingState => ({ items: ranking.items, status: "ready", error: null, ranking }),
          (error): RankingState => ({ ...state.get(), status: "error", error }),
        );
        if (!askAgain) set(next);
      }
      asking = false;
    }

    const unsubscribe = client.subscribe(({ type }) => (type === "persona" || type === "release") && void refresh());
    void refresh();
    onIdle(false);
    return () => {
      stopped = true;
      unsubscribe();
      onIdle(true);
    };
  });

  let promise: Promise<void> | undefined;
  return {
    ...state,
    settled() {
      promise ??= new Promise((resolve) => {
        const unsubscribe = state.subscribe(({ status }) => {
          if (status === "loading") return;
          resolve();
          setTimeout(() => unsubscribe(), HOLD_MILLISECONDS);
        });
      });
      return promise;
    },
  };
}

const storesOf = perClient((client) => {
  const stores = new Map<string, RankingStore>();
  const idle = new Set<string>();
  return (key: string): RankingStore => {
    const found = stores.get(key);
    if (found) return found;
    const onIdle = (isIdle: boolean) => {
      idle.delete(key);
      if (!isIdle) return;
      idle.add(key);
      const [oldest] = idle;
      if (idle.size > MOST_IDLE && idle.delete(oldest)) stores.delete(oldest);
    };
    const made = createStore(client, JSON.parse(key), onIdle);
    stores.set(key, made);
    onIdle(true);
    return made;
  };
});

/**
 * The client's ranking, ranked anew with every change of persona and release while someone listens. One store for equal options. Never throws:
 * what goes wrong is its `error`.
 */
export function rankingStore(client: Presently, options: RankingOptions = {}): RankingStore {
  return storesOf(client)(write(options));
}
