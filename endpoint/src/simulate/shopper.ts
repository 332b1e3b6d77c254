import type { Random } from "./random.js";
import type { World } from "./world.js";

/** Hidden tastes. A shopper's drift slowly from visit to visit; a visit's own, a copy, drifts fast within it. */
export interface Taste {
  /** Logits per leaf. */
  readonly leaves: Float32Array;
  /** Logits per value, feature by feature. */
  readonly features: readonly Float32Array[];
  /** Price percentile that feels right, and how much it matters. */
  price: number;
  readonly thrift: number;
}

/** Standard deviation of the step from one visit to the next, as a share of the taste's own. */
const VISIT_DRIFT = 0.25;

export function createTaste({ leaves, features }: World, random: Random): Taste {
  const tops = new Map<string, number>();
  const topTaste = (top: string) => {
    if (!tops.has(top)) tops.set(top, 1.2 * random.normal());
    return tops.get(top)!;
  };
  return {
    leaves: Float32Array.from(leaves, ({ top }) => topTaste(top) + 0.9 * random.normal()),
    features: features.map(({ values, strength }) => Float32Array.from(values, () => strength * random.normal())),
    price: random.next(),
    thrift: 1.5 + 2 * random.next(),
  };
}

export function drift(taste: Taste, { features }: World, random: Random): void {
  const step = (logits: Float32Array, strength: number) => {
    // An Ornstein–Uhlenbeck step: tastes wander and stay as wide as they were.
    for (let i = 0; i < logits.length; i++) logits[i] = logits[i] * Math.sqrt(1 - VISIT_DRIFT ** 2) + VISIT_DRIFT * strength * random.normal();
  };
  step(taste.leaves, 1.5);
  taste.features.forEach((logits, f) => {
    step(logits, features[f].strength);
  });
  taste.price = Math.min(1, Math.max(0, taste.price + 0.1 * random.normal()));
}

/** What this visit is after: the shopper's taste, with one wish of today (a colour, a maker …). */
export function createMood(taste: Taste, { features }: World, random: Random): Taste {
  const mood = { ...taste, leaves: taste.leaves.slice(), features: taste.features.map((logits) => logits.slice()) };
  const wish = random.weighted(features.map(({ strength, values }) => (values.length ? strength : 0)));
  const logits = mood.features[wish];
  if (logits.length) logits[random.weighted(logits.map(Math.exp))] += 1.5;
  return mood;
}

/** Looking at an item pulls the visit towards what it is like. */
export function follow(mood: Taste, world: World, row: number): void {
  world.features.forEach(({ codes, strength }, f) => {
    if (codes[row] >= 0) mood.features[f][codes[row]] += 0.55 * strength;
  });
  mood.price += 0.3 * (world.price[row] - mood.price);
}

/** How much the shopper wants this item now, in logits, its leaf aside. */
export function affinity(mood: Taste, world: World, row: number): number {
  let sum = world.quality[row] - mood.thrift * (world.price[row] - mood.price) ** 2;
  for (let f = 0; f < world.features.length; f++) {
    const code = world.features[f].codes[row];
    if (code >= 0) sum += mood.features[f][code];
  }
  return sum;
}
