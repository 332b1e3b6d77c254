import type { CatalogItem, FeedbackRecord, Outcome } from "presently/contract";
import { sendFeedback } from "./feedback.js";
import { createPage, type Page } from "./page.js";
import { createRandom, type Random } from "./random.js";
import { type Fetch, fetchRelease } from "./release.js";
import { createTaste, drift, type Taste } from "./shopper.js";
import { createVisit, meetShelf, step, take, type Visit } from "./visit.js";
import { createWorld, type World } from "./world.js";

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

const LIMIT = 8;
const MEETS_SHELF = 0.5;
/** Balanced mode's cap on a visit's contribution. */
const CAP = 5;
const GO_ON = 0.8;
const LONGEST = 20;

const STRENGTH: readonly Outcome[] = ["ignored", "dismissed", "view", "click", "cart", "purchase"];

function play(world: World, taste: Taste, page: Page, random: Random, options: LiveOptions, count: { impressions: number; clicks: number }): FeedbackRecord[] {
  const visit = createVisit(taste, world, random, options.now());
  const positive: FeedbackRecord[] = [];
  const negative: FeedbackRecord[] = [];
  const id = (row: number | undefined) => (row === undefined ? null : world.items[row].item_id);
  const outcomeOf = (visited: Visit, row: number, before: Outcome): Outcome => (visited.cart.has(row) ? "cart" : before);

  do {
    const context = id(visit.seen.at(-1));
    step(visit, world, random);
    const row = visit.seen.at(-1)!;
    if (context !== null && context !== id(row))
      positive.push({ kind: "pair", context, target: id(row)!, outcome: outcomeOf(visit, row, "view"), position: null, propensity: null });
    if (!random.chance(MEETS_SHELF)) continue;

    const excludeIds = [...new Set(visit.seen.map((seen) => id(seen)!))];
    const shelf = page.rank(visit.events, { limit: LIMIT, excludeIds, explore: options.explore }, () => random.next());
    const known = shelf.flatMap((item) => (world.rowOf.has(item.item_id) ? [{ ...item, row: world.rowOf.get(item.item_id)! }] : []));
    const { taken, looked } = meetShelf(
      visit,
      world,
      random,
      known.map((item) => item.row),
    );
    count.impressions += looked.filter(Boolean).length;
    const from = id(visit.seen.at(-1));
    if (taken !== null) {
      count.clicks++;
      take(visit, world, random, taken);
    }
    known.forEach((item, position) => {
      if (!looked[position]) return;
      const outcome = item.row === taken ? outcomeOf(visit, item.row, "click") : "ignored";
      (outcome === "ignored" ? negative : positive).push({ kind: "pair", context: from, target: item.item_id, outcome, position, propensity: item.propensity });
    });
  } while (visit.seen.length < LONGEST && random.chance(GO_ON));

  // The strongest tell most.
  const strongest = positive.sort((a, b) => STRENGTH.indexOf((b as { outcome: Outcome }).outcome) - STRENGTH.indexOf((a as { outcome: Outcome }).outcome));
  return [...strongest.slice(0, CAP), ...negative.slice(0, CAP)];
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
        records.push(...play(world, taste, page, random, options, count));
      }
      if (options.endpoint) await sendFeedback(options.fetch, options.endpoint, page.version, records, random, keys);
      options.onRound({ release: page.version, visits: played, ...count, records: records.length });
    }
  } finally {
    page?.dispose();
  }
}
