import type { CatalogItem } from "presently/contract";
import { parseEvent } from "presently/contract";
import { beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error The storefront is plain JavaScript.
import { createCatalog } from "../../../examples/storefront/catalog/catalog.mjs";
import { type SimulatedSession, simulateSessions } from "./sessions.js";

interface ShopItem {
  id: string;
  title: string;
  brand: string;
  department: string;
  shelf: string;
  price: number;
  availability: CatalogItem["availability"];
  colour: string;
  material: string;
  size: string;
}

const items: CatalogItem[] = createCatalog().items.map((item: ShopItem) => ({
  item_id: item.id,
  title: item.title,
  brand: item.brand,
  category: [item.department, item.shelf],
  price: item.price,
  availability: item.availability,
  attributes: { color: item.colour, material: item.material, size: item.size },
}));

const viewsOf = ({ events }: SimulatedSession) => events.filter(({ name }) => name === "view_item").map((event) => event.items![0].item_id);

/** Share of next views among the 20 that `rank` gives after each prefix. */
function recall20(sessions: readonly SimulatedSession[], rank: (prefix: readonly string[]) => readonly string[]): number {
  let hits = 0;
  let total = 0;
  for (const session of sessions) {
    const views = viewsOf(session);
    for (let i = 1; i < views.length; i++) {
      total++;
      if (rank(views.slice(0, i)).slice(0, 20).includes(views[i])) hits++;
    }
  }
  return hits / total;
}

const top = (scores: ReadonlyMap<string, number>) => [...scores].sort((a, b) => b[1] - a[1]).map(([id]) => id);

describe("simulated shoppers", () => {
  let sessions: SimulatedSession[];
  beforeAll(() => {
    sessions = [...simulateSessions(items, { sessions: 6000, seed: 1 })];
  });

  it("are the same for the same seed, and others for another", () => {
    const play = (seed: number) => JSON.stringify([...simulateSessions(items, { sessions: 40, seed })]);
    expect(play(7)).toBe(play(7));
    expect(play(7)).not.toBe(play(8));
  });

  it("send events that the contract takes, in the order of time", () => {
    for (const { events, ignored, time } of sessions.slice(0, 300)) {
      expect(events[0].time).toBe(time);
      events.forEach((event, i) => {
        expect(parseEvent(event, 0)).toEqual(event);
        if (i) expect(event.time).toBeGreaterThanOrEqual(events[i - 1].time);
      });
      for (const { propensity } of ignored) expect(propensity).toBeGreaterThan(0);
    }
  });

  it("view, search, browse, fill carts, buy and ignore", () => {
    const names = new Set(sessions.flatMap(({ events }) => events.map(({ name }) => name)));
    for (const name of ["page_view", "view_item", "user_engagement", "search", "add_to_cart", "purchase"]) expect(names).toContain(name);
    expect(sessions.some(({ ignored }) => ignored.length)).toBe(true);
    const mean = sessions.reduce((sum, session) => sum + viewsOf(session).length, 0) / sessions.length;
    expect(mean).toBeGreaterThan(4);
    expect(mean).toBeLessThan(9);
    const bought = sessions.filter(({ events }) => events.some(({ name }) => name === "purchase")).length / sessions.length;
    expect(bought).toBeGreaterThan(0.02);
    expect(bought).toBeLessThan(0.3);
  });

  it("leave a structure that neighbours find and popularity misses", () => {
    const train = sessions.slice(0, 5500);
    const test = sessions.slice(5500);
    const popularity = new Map<string, number>();
    const neighbours = new Map<string, Map<string, number>>();
    for (const session of train) {
      const views = viewsOf(session);
      for (const a of views) {
        popularity.set(a, (popularity.get(a) ?? 0) + 1);
        const row = neighbours.get(a) ?? neighbours.set(a, new Map()).get(a)!;
        for (const b of views) if (a !== b) row.set(b, (row.get(b) ?? 0) + 1);
      }
    }
    const popular = top(popularity);
    const popularRecall = recall20(test, () => popular);
    const neighbourRecall = recall20(test, (prefix) => top(neighbours.get(prefix.at(-1)!) ?? new Map()));
    expect(neighbourRecall).toBeGreaterThan(4 * popularRecall);
    expect(neighbourRecall).toBeGreaterThan(0.2);
    expect(neighbourRecall).toBeLessThan(0.9);
    console.info(`Recall@20: popularity ${popularRecall.toFixed(3)}, item neighbours ${neighbourRecall.toFixed(3)}`);
  });
});
