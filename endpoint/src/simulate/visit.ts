import type { PresentlyEvent } from "presently/contract";
import type { IgnoredImpression } from "../train/data.js";
import type { Random } from "./random.js";
import { affinity, createMood, follow, type Taste } from "./shopper.js";
import type { World } from "./world.js";

/** A visit that is going on: what happened, and the hidden mood behind it. */
export interface Visit {
  readonly events: PresentlyEvent[];
  readonly mood: Taste;
  /** Rows looked at, newest last. */
  readonly seen: number[];
  readonly cart: Set<number>;
  leaf: number;
  time: number;
}

/** The shelf of a shop that has no model yet: uniform draws, so each item's propensity is known. */
const SHELF = 6;
const SECOND = 1000;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

export function createVisit(taste: Taste, world: World, random: Random, time: number): Visit {
  const mood = createMood(taste, world, random);
  const leaf = random.weighted(mood.leaves.map((logit, l) => Math.exp(logit) * Math.sqrt(world.leaves[l].rows.length)));
  return { events: [], mood, seen: [], cart: new Set(), leaf, time };
}

function tell(visit: Visit, event: Omit<PresentlyEvent, "time">, seconds: number): void {
  visit.events.push({ ...event, time: visit.time });
  visit.time += Math.round(seconds * SECOND);
}

const itemsOf = (world: World, row: number) => [{ item_id: world.items[row].item_id }];

/** Lists are read from the top: the item at `position` is looked at with this probability. */
export const examination = (position: number) => 1 / (1 + 0.3 * position);

/** What is wanted most of these rows, drawn by softmax; lists show the generally liked first, and are read from the top. */
function choose(visit: Visit, world: World, random: Random, rows: readonly number[]): number {
  const order = [...rows].sort((a, b) => world.quality[b] - world.quality[a]);
  const weights = order.map((row, i) => (visit.seen.includes(row) ? 0 : Math.exp(1.3 * affinity(visit.mood, world, row)) * examination(i / 12)));
  return order[random.weighted(weights)];
}

/** A search as people type it: what it is, sometimes with the colour, material or maker they have in mind. */
function search(visit: Visit, world: World, random: Random): readonly number[] {
  const { name, rows } = world.leaves[visit.leaf];
  const named = world.features.map((_, f) => f).filter((f) => world.features[f].strength > 0.6 && world.features[f].values.length);
  if (!named.length || random.chance(0.3)) {
    tell(visit, { name: "search", search_term: name.toLowerCase() || "gift" }, 4 + 6 * random.next());
    return rows;
  }
  const f = random.pick(named);
  const { codes, values } = world.features[f];
  // Nobody asks for what is not made: glass pencil cases.
  const offered = [...new Set(rows.map((row) => codes[row]))].filter((code) => code >= 0);
  const code = offered[random.weighted(offered.map((one) => Math.exp(visit.mood.features[f][one])))];
  tell(visit, { name: "search", search_term: `${values[code] ?? ""} ${name}`.trim().toLowerCase() }, 4 + 6 * random.next());
  const found = rows.filter((row) => codes[row] === code);
  return found.length > 2 ? found : rows;
}

function open(visit: Visit, world: World, random: Random, row: number): void {
  const { mood } = visit;
  const wanted = affinity(mood, world, row);
  const dwell = Math.min(300, Math.exp(2 + 0.35 * wanted + 0.5 * random.normal()));
  tell(visit, { name: "view_item", items: itemsOf(world, row) }, dwell);
  tell(visit, { name: "user_engagement", items: itemsOf(world, row), engagement_time_msec: Math.round(dwell * SECOND) }, 1);
  visit.seen.push(row);
  follow(mood, world, row);
  if (world.items[row].availability === "in_stock" && !visit.cart.has(row) && random.chance(sigmoid(0.5 * wanted - 4.6 - world.price[row]))) {
    visit.cart.add(row);
    tell(visit, { name: "add_to_cart", items: itemsOf(world, row) }, 5);
    // What goes with it comes next.
    if (random.chance(0.6)) visit.leaf = random.pick(world.complements[visit.leaf]) ?? visit.leaf;
  }
}

/** One step on the shopper's own: a repeat, a new shelf, a search or the next item in the list. */
export function step(visit: Visit, world: World, random: Random): void {
  const before = visit.seen.at(-2);
  if (before !== undefined && random.chance(0.07)) {
    open(visit, world, random, visit.seen.length > 2 && random.chance(0.4) ? random.pick(visit.seen) : before);
    return;
  }
  const moved = visit.seen.length > 0;
  if (moved && random.chance(0.12)) visit.leaf = random.pick(world.complements[visit.leaf]) ?? visit.leaf;
  else if (moved && random.chance(0.07)) visit.leaf = random.weighted(visit.mood.leaves.map(Math.exp));
  const changed = !moved || world.leafOf[visit.seen.at(-1)!] !== visit.leaf;
  const { name, rows } = world.leaves[visit.leaf];
  let list: readonly number[] = rows;
  if (random.chance(changed ? 0.35 : 0.08)) list = search(visit, world, random);
  else if (changed && name) tell(visit, { name: "page_view", page_type: "listing", page_category: name }, 5 + 8 * random.next());
  open(visit, world, random, choose(visit, world, random, list));
}

/** Chance that an item which is looked at on a shelf is opened. */
export function openChance({ leaf, mood }: Visit, world: World, row: number): number {
  // Nobody came for another department's goods, however pretty.
  const apart = world.leafOf[row] === leaf ? 0 : world.complements[leaf].includes(world.leafOf[row]) ? 0.7 : 2.2;
  return sigmoid(0.8 * affinity(mood, world, row) - world.reluctance - apart);
}

/** How far down the shelf each item was looked at, and what was taken of it: the row, or null. */
export function meetShelf(visit: Visit, world: World, random: Random, rows: readonly number[]): { taken: number | null; looked: readonly boolean[] } {
  const looked = rows.map(() => false);
  for (const [position, row] of rows.entries()) {
    if (!random.chance(examination(position))) continue;
    looked[position] = true;
    if (random.chance(openChance(visit, world, row))) return { taken: row, looked };
  }
  return { taken: null, looked };
}

/** Opens what the shelf offered. */
export function take(visit: Visit, world: World, random: Random, row: number): void {
  visit.leaf = world.leafOf[row];
  open(visit, world, random, row);
}

/** The end of a visit: a shelf of uniform draws that is met or ignored, and the till. */
export function leave(visit: Visit, world: World, random: Random): IgnoredImpression[] {
  const ignored: IgnoredImpression[] = [];
  if (random.chance(0.4)) {
    const pool = random.chance(0.7) ? world.leaves[visit.leaf].rows : world.items.map((_, row) => row);
    const rows = [...new Set(Array.from({ length: SHELF }, () => random.pick(pool)))].filter((row) => !visit.seen.includes(row));
    const { taken, looked } = meetShelf(visit, world, random, rows);
    if (taken !== null) take(visit, world, random, taken);
    else
      rows.forEach((row, position) => {
        if (looked[position]) ignored.push({ item_id: world.items[row].item_id, propensity: 1 / pool.length, position });
      });
  }
  if (visit.cart.size && random.chance(0.55)) {
    tell(visit, { name: "begin_checkout", items: [...visit.cart].flatMap((row) => itemsOf(world, row)) }, 60);
    tell(visit, { name: "purchase", items: [...visit.cart].flatMap((row) => itemsOf(world, row)) }, 1);
  }
  return ignored;
}
