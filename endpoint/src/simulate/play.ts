import type { FeedbackRecord, Outcome } from "presently/contract";
import type { Page } from "./page.js";
import type { Random } from "./random.js";
import { meetShelf, step, take, type Visit } from "./visit.js";
import type { World } from "./world.js";

export const SHELF_SIZE = 8;
const MEETS_SHELF = 0.5;
/** Balanced mode's cap on a visit's contribution. */
const CAP = 5;
const GO_ON = 0.8;
const LONGEST = 20;

const STRENGTH: readonly Outcome[] = ["ignored", "dismissed", "view", "click", "cart", "purchase"];

/** A shelf that a shopper met. */
export interface MetShelf {
  /** The visit before anything of the shelf was opened. */
  readonly visit: Visit;
  /** In order. */
  readonly rows: readonly number[];
  readonly looked: readonly boolean[];
  /** Row opened from it. */
  readonly taken: number | null;
}

/**
 * A visit to its end, on the shopper's own and by way of the shelves that the page ranks.
 * @param explore as data-explore of the script tag
 * @returns what balanced mode tells of it
 */
export function playVisit(visit: Visit, world: World, page: Page, random: Random, explore: number, onShelf: (shelf: MetShelf) => void): FeedbackRecord[] {
  const positive: FeedbackRecord[] = [];
  const negative: FeedbackRecord[] = [];
  const id = (row: number | undefined) => (row === undefined ? null : world.items[row].item_id);
  const outcomeOf = (row: number, before: Outcome): Outcome => (visit.cart.has(row) ? "cart" : before);

  do {
    const context = id(visit.seen.at(-1));
    step(visit, world, random);
    const row = visit.seen.at(-1)!;
    if (context !== null && context !== id(row))
      positive.push({ kind: "pair", context, target: id(row)!, outcome: outcomeOf(row, "view"), position: null, propensity: null });
    if (!random.chance(MEETS_SHELF)) continue;

    const excludeIds = [...new Set(visit.seen.map((seen) => id(seen)!))];
    const shelf = page.rank(visit.events, { limit: SHELF_SIZE, excludeIds, explore }, () => random.next());
    const known = shelf.flatMap((item) => (world.rowOf.has(item.item_id) ? [{ ...item, row: world.rowOf.get(item.item_id)! }] : []));
    const rows = known.map((item) => item.row);
    const { taken, looked } = meetShelf(visit, world, random, rows);
    onShelf({ visit, rows, looked, taken });
    const from = id(visit.seen.at(-1));
    if (taken !== null) take(visit, world, random, taken);
    known.forEach((item, position) => {
      if (!looked[position]) return;
      const outcome = item.row === taken ? outcomeOf(item.row, "click") : "ignored";
      (outcome === "ignored" ? negative : positive).push({ kind: "pair", context: from, target: item.item_id, outcome, position, propensity: item.propensity });
    });
  } while (visit.seen.length < LONGEST && random.chance(GO_ON));

  // The strongest tell most.
  const strongest = positive.sort((a, b) => STRENGTH.indexOf((b as { outcome: Outcome }).outcome) - STRENGTH.indexOf((a as { outcome: Outcome }).outcome));
  return [...strongest.slice(0, CAP), ...negative.slice(0, CAP)];
}
