import type { CatalogItem, FeedbackRecord } from "../src/contract/index.js";
import { seeded } from "./tiny-encoder.js";

const GROUPS = ["Tents", "Lamps", "Teapots", "Boots"];
const PER_GROUP = 10;

/** Forty items in four groups; shoppers stay within a group, and go on to the next item of it. */
export const tinyItems: readonly CatalogItem[] = GROUPS.flatMap((group, g) =>
  Array.from({ length: PER_GROUP }, (_, i) => ({
    item_id: `${g}-${i}`,
    title: `${group} number ${i}`,
    category: [group],
    price: 10 + g * 50 + i,
    currency: "EUR",
    availability: "in_stock" as const,
  })),
);

const rnd = (random: () => number, count: number) => Math.floor(((random() + 1) / 2) * count);

/** Lines of a session file. */
export function tinySessions(
  count: number,
  seed = 1,
): { events: { name: "view_item"; time: number; items: { item_id: string }[] }[]; ignored: never[]; time: number }[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, s) => {
    const g = rnd(random, GROUPS.length);
    const start = rnd(random, PER_GROUP);
    const time = Date.UTC(2026, 9, 1) + s * 60_000;
    const events = Array.from({ length: 2 + rnd(random, 4) }, (_, i) => ({
      name: "view_item" as const,
      time: time + i * 20_000,
      items: [{ item_id: `${g}-${(start + i) % PER_GROUP}` }],
    }));
    return { events, ignored: [], time };
  });
}

/** What balanced mode tells of such sessions. */
export function tinyRecords(count: number, seed = 2): FeedbackRecord[] {
  return tinySessions(count, seed)
    .flatMap(({ events }) => events.slice(1).map((event, i) => [events[i].items[0].item_id, event.items[0].item_id]))
    .slice(0, count)
    .map(([context, target]) => ({ kind: "pair", context, target, outcome: "view", position: null, propensity: null }));
}
