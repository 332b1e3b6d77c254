import type { CatalogItem, FeedbackRecord } from "presently/contract";
import { sendFeedback } from "./feedback.js";
import { createPage, type Page } from "./page.js";
import { playVisit } from "./play.js";
import { createRandom } from "./random.js";
import { type Fetch, fetchRelease } from "./release.js";
import { createTaste, drift, type Taste } from "./shopper.js";
import { createVisit } from "./visit.js";
import { createWorld } from "./world.js";

export interface LiveOptions {
  /** Address of the release's manifest.json. */
  readonly release: string;
  /** Address of the endpoint that takes the feedback; null: none is sent. */
  readonly endpoint: string | null;
  readonly sessions: number;
  readonly seed: number;
  readonly world?: number;
  /** Visits after which the round is reported and the manifest looked at again. */
  readonly round: number;
  /** As data-explore of the script tag. */
  readonly explore: number;
  readonly fetch: Fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onRound: (round: Round) => void;
  readonly signal?: AbortSignal;
}

export interface Round {
  readonly release: number;
  readonly visits: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly records: number;
}

/** Shoppers who use the published release as pages do, and whose feedback goes to the endpoint; a new release is picked up between rounds. */
export async function simulateLive(items: readonly CatalogItem[], options: LiveOptions): Promise<void> {
  const world = createWorld(items, options.world ?? 1);
  const random = createRandom(options.seed);
  const keys = createRandom((options.seed * 31 + options.now()) >>> 0);
  const shoppers: (Taste | undefined)[] = new Array(Math.max(1, Math.round(options.sessions / 4)));
  let page: Page | null = null;
  try {
    for (let played = 0; played < options.sessions && !options.signal?.aborted; ) {
      const fetched = await fetchRelease(options.fetch, options.release);
      if (page?.version !== fetched.release.version) {
        page?.dispose();
        page = await createPage(fetched);
      }
      const count = { impressions: 0, clicks: 0 };
      const records: FeedbackRecord[] = [];
      const visits = Math.min(options.round, options.sessions - played);
      for (let i = 0; i < visits; i++, played++) {
        const who = Math.floor(random.next() * shoppers.length);
        const known = shoppers[who];
        const taste = known ?? createTaste(world, random);
        if (known) drift(taste, world, random);
        shoppers[who] = taste;
        const told = playVisit(createVisit(taste, world, random, options.now()), world, page, random, options.explore, ({ looked, taken }) => {
          count.impressions += looked.filter(Boolean).length;
          if (taken !== null) count.clicks++;
        });
        records.push(...told);
      }
      if (options.endpoint) await sendFeedback(options.fetch, options.endpoint, page.version, records, random, keys);
      options.onRound({ release: page.version, visits: played, ...count, records: records.length });
    }
  } finally {
    page?.dispose();
  }
}
