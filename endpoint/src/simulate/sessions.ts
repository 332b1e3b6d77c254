import type { CatalogItem, PresentlyEvent } from "presently/contract";
import type { IgnoredImpression } from "../train/data.js";
import { createRandom } from "./random.js";
import { createTaste, drift, type Taste } from "./shopper.js";
import { createVisit, leave, step } from "./visit.js";
import { createWorld } from "./world.js";

export interface SimulatedSession {
  readonly events: readonly PresentlyEvent[];
  readonly ignored: readonly IgnoredImpression[];
  readonly time: number;
}

export interface SimulateOptions {
  readonly sessions: number;
  readonly seed: number;
  /** Seed of what is hidden in the shop itself (quality, what goes with what): the same shop for other shoppers. */
  readonly world?: number;
  /** Time of the first session, milliseconds since the epoch. */
  readonly start?: number;
}

const START = Date.UTC(2026, 8, 1);
const INTERVAL = 3 * 60_000;
const VISITS_PER_SHOPPER = 4;
/** Chance to go on after each item: a mean of five and a half items a visit. */
const GO_ON = 0.82;
const LONGEST = 25;

/** Shoppers with hidden, drifting tastes visit the shop, one session after the other. Deterministic by seed. */
export function* simulateSessions(
  items: readonly CatalogItem[],
  { sessions, seed, world: worldSeed = 1, start = START }: SimulateOptions,
): Generator<SimulatedSession> {
  const world = createWorld(items, worldSeed);
  const random = createRandom(seed);
  const shoppers: (Taste | undefined)[] = new Array(Math.max(1, Math.round(sessions / VISITS_PER_SHOPPER)));
  for (let i = 0; i < sessions; i++) {
    const who = Math.floor(random.next() * shoppers.length);
    const known = shoppers[who];
    const taste = known ?? createTaste(world, random);
    if (known) drift(taste, world, random);
    shoppers[who] = taste;
    const time = start + i * INTERVAL + Math.floor(random.next() * INTERVAL);
    const visit = createVisit(taste, world, random, time);
    if (random.chance(0.4)) {
      visit.events.push({ name: "page_view", page_type: "home", time });
      visit.time += 8000;
    }
    do step(visit, world, random);
    while (visit.seen.length < LONGEST && (visit.seen.length < 2 || random.chance(GO_ON)));
    yield { ignored: leave(visit, world, random), events: visit.events, time };
  }
}
