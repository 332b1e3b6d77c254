import { type CatalogItem, PresentlyError } from "presently/contract";
import { createRandom, type Random } from "./random.js";

/** What a shopper can have a taste for, read off the feed: a code per item and feature, −1 where the item has none. */
export interface Feature {
  readonly name: string;
  readonly values: readonly string[];
  readonly codes: Int32Array;
  /** How much tastes for this feature differ between shoppers (standard deviation, in logits). */
  readonly strength: number;
}

/** The shop as the simulated shoppers see it. Hidden from every model: quality and complements. */
export interface World {
  readonly items: readonly CatalogItem[];
  readonly rowOf: ReadonlyMap<string, number>;
  readonly leaves: readonly { readonly name: string; readonly top: string; readonly rows: readonly number[] }[];
  readonly leafOf: Int32Array;
  readonly features: readonly Feature[];
  /** Percentile of the price within its leaf, 0 … 1. */
  readonly price: Float32Array;
  /** What everybody agrees on, in logits. */
  readonly quality: Float32Array;
  /** Leaves that are visited after this one: what goes with it. */
  readonly complements: readonly (readonly number[])[];
  /** What an item of a shelf must overcome to be opened, in logits: shoppers who want little from shelves have more. */
  readonly reluctance: number;
}

const STRENGTHS: Readonly<Record<string, number>> = { brand: 1, color: 1.1, colour: 1.1, material: 0.7, size: 0.3 };

function feature(name: string, items: readonly CatalogItem[], read: (item: CatalogItem) => string | undefined): Feature {
  const index = new Map<string, number>();
  const codes = Int32Array.from(items, (item) => {
    const value = read(item);
    if (!value) return -1;
    if (!index.has(value)) index.set(value, index.size);
    return index.get(value)!;
  });
  return { name, values: [...index.keys()], codes, strength: STRENGTHS[name] ?? 0.4 };
}

function leavesOf(items: readonly CatalogItem[]) {
  const groups = new Map<string, { name: string; top: string; rows: number[] }>();
  items.forEach((item, row) => {
    const path = item.category ?? [];
    const key = path.join(" > ");
    if (!groups.has(key)) groups.set(key, { name: path.at(-1) ?? "", top: path[0] ?? "", rows: [] });
    groups.get(key)!.rows.push(row);
  });
  return [...groups.values()];
}

/** Each leaf is followed by two of its own department, where there are two, and by one of another. */
function complementsOf(leaves: World["leaves"], random: Random): number[][] {
  return leaves.map((leaf, l) => {
    const near = leaves.map((_, i) => i).filter((i) => i !== l && leaves[i].top === leaf.top);
    const far = leaves.map((_, i) => i).filter((i) => leaves[i].top !== leaf.top);
    const chosen = new Set<number>();
    if (near.length) for (let i = 0; i < 2; i++) chosen.add(random.pick(near));
    if (far.length) chosen.add(random.pick(far));
    return [...chosen];
  });
}

/**
 * Reads the structure off a catalogue; what no feed has (quality, complements) is drawn from the seed.
 * @throws PresentlyError `simulate/empty` without items
 */
export function createWorld(items: readonly CatalogItem[], seed: number, reluctance = 2.6): World {
  if (!items.length) throw new PresentlyError("simulate/empty", "The catalogue has no items: give a feed with at least one");
  const random = createRandom(seed ^ 0x5eed);
  const leaves = leavesOf(items);
  const leafOf = new Int32Array(items.length);
  const price = new Float32Array(items.length);
  leaves.forEach(({ rows }, l) => {
    const sorted = [...rows].sort((a, b) => (items[a].price ?? 0) - (items[b].price ?? 0));
    sorted.forEach((row, i) => {
      leafOf[row] = l;
      price[row] = sorted.length > 1 ? i / (sorted.length - 1) : 0.5;
    });
  });
  const names = [...new Set(items.flatMap((item) => Object.keys(item.attributes ?? {})))].filter((name) => name !== "condition").sort();
  return {
    items,
    rowOf: new Map(items.map((item, row) => [item.item_id, row])),
    leaves,
    leafOf,
    price,
    features: [feature("brand", items, (item) => item.brand), ...names.map((name) => feature(name, items, (item) => item.attributes?.[name]))],
    quality: Float32Array.from(items, (item) => 0.7 * random.normal() - (item.availability === "out_of_stock" ? 1.5 : 0)),
    complements: complementsOf(leaves, random),
    reluctance,
  };
}
