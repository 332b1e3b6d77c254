/*
 * What each rule costs, in relevance and in milliseconds: the demo's release, simulated sessions that its training has not seen, the SDK's own
 * session input, encoder (once per prefix, not timed) and ranker. Relevance twice: what the ranking itself says it kept, and whether the item
 * that was looked at next is among the first 12. Then: which item is put into the cart next, by complement and by the rankings it competes with.
 *
 *   npm run bench:rules [-- --sessions 400 --json FILE]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { demoItems, endpoint } from "../train/demo.mjs";

const { values } = parseArgs({ options: { sessions: { type: "string", default: "400" }, json: { type: "string" } } });
const LIMIT = 12;
const { fetchRelease } = await endpoint("simulate/release.js");
const { createPage } = await endpoint("simulate/page.js");
const { simulateSessions } = await endpoint("simulate/sessions.js");

const { startTensors } = await endpoint("train/backend.js");
await startTensors();

const folder = new URL("../../models/demo/", import.meta.url);
const release = await fetchRelease(
  async (address) => new Response(readFileSync(new URL(address.replace("https://demo/", ""), folder))),
  "https://demo/manifest.json",
);
const page = await createPage(release);
const items = await demoItems();
const byId = new Map(items.map((item) => [item.item_id, item]));
const { shard } = release;
// The shop (world 1) is the training's, the shoppers are others.
const sessions = [...simulateSessions(items, { sessions: Number(values.sessions), seed: 77 })];

/** A margin that no attribute of the demo has: any number by item, the same each time. */
const margins = Object.fromEntries(items.map(({ item_id }, i) => [item_id, ((i * 2654435761) % 1000) / 1000]));
const RULES = {
  none: {},
  "filter: in stock": { filter: { availability: "in_stock" } },
  "filter: in stock, price, brand not": { filter: { availability: "in_stock", price: { max: 80 }, brand: { not: items[0].brand } } },
  "exclude viewed": { exclude: ["viewed"] },
  "seen: a half as likely": { seen: { factor: 0.5 } },
  "boost one brand × 3": { boost: [{ filter: { brand: items[0].brand }, factor: 3 }] },
  "bury out of stock × 5": { bury: [{ filter: { availability: { not: "in_stock" } }, factor: 5 }] },
  "one pin at place 1": { pins: [{ id: items[7].item_id, position: 0 }] },
  "cap: 2 of a brand": { caps: [{ field: "brand", most: 2 }] },
  "diversity 0.1": { diversity: 0.1 },
  "diversity 0.2": { diversity: 0.2 },
  "diversity 0.3": { diversity: 0.3 },
  "diversity 0.5": { diversity: 0.5 },
  "value, weight 0.2": { value: { items: margins, weight: 0.2 } },
  "value, gives up 2 %": { value: { items: margins, giveUp: 0.02 } },
  "value, gives up 10 %": { value: { items: margins, giveUp: 0.1 } },
  "explore 0.1": { explore: 0.1 },
  "all of these": {
    filter: { availability: "in_stock" },
    exclude: ["viewed"],
    boost: [{ filter: { brand: items[0].brand }, factor: 3 }],
    pins: [{ id: items[7].item_id, position: 0 }],
    caps: [{ field: "brand", most: 2 }],
    diversity: 0.2,
    value: { items: margins, giveUp: 0.05 },
    explore: 0.1,
  },
};

/** The same draws each time: mulberry32. */
let state = 9;
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

const isView = ({ name, items: viewed }) => name === "view_item" && viewed?.length;
const prefixes = sessions.flatMap(({ events }) => {
  const views = events.flatMap((event, i) => (isView(event) ? [i] : []));
  // The third view: something is known, and not everything.
  return views.length > 2 ? [{ before: events.slice(0, views[2]), next: events[views[2]].items[0].item_id }] : [];
});
const factsOf = (events) => ({
  cart: [],
  bought: [],
  viewed: new Map(events.filter(isView).map(({ items: [{ item_id }], time }) => [item_id, Math.max(0, events.at(-1).time - time) / 1000])),
});
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;

// One ranker, its masks compiled as on a page that has been open for a while; times are of the ranking alone.
const rows = [];
for (const [rule, request] of Object.entries(RULES)) {
  const [kept, hits, times, spread, value] = [[], [], [], [], []];
  for (const { before, next } of prefixes) {
    const ask = page.prepare(before, { kind: "recommend", limit: LIMIT, ...request }, random, factsOf(before));
    const started = performance.now();
    const ranked = ask();
    times.push(performance.now() - started);
    const ids = ranked.items.map(({ row }) => shard.id(row));
    kept.push(ranked.relevance.kept);
    hits.push(ids.includes(next) ? 1 : 0);
    spread.push(new Set(ids.map((id) => byId.get(id).category.at(-1))).size);
    value.push(mean(ids.map((id) => margins[id])));
  }
  rows.push({ rule, milliseconds: median(times), kept: mean(kept), next: mean(hits), categories: mean(spread), value: mean(value) });
}
console.log(`${prefixes.length} sessions at their third item, ${shard.count} items, lists of ${LIMIT}`);
console.table(
  rows.map(({ rule, milliseconds, kept, next, categories, value }) => ({
    rule,
    "ms (median)": milliseconds.toFixed(3),
    "relevance kept, %": (100 * kept).toFixed(1),
    [`next item in ${LIMIT}, %`]: (100 * next).toFixed(1),
    "categories in the list": categories.toFixed(2),
    "mean value": value.toFixed(3),
  })),
);

const carts = sessionsOfCarts();
function sessionsOfCarts() {
  const more = [...simulateSessions(items, { sessions: 10 * Number(values.sessions), seed: 78 })];
  return more.flatMap(({ events }) => {
    const added = events.flatMap((event, i) => (event.name === "add_to_cart" ? [i] : []));
    if (added.length < 2) return [];
    const last = added.at(-1);
    // As the cart's page is seen: nothing is known yet of where the shopper goes next.
    const before = events.slice(0, added.at(-2) + 1);
    const cart = added.slice(0, -1).map((i) => events[i].items[0].item_id);
    const next = events[last].items[0].item_id;
    return cart.includes(next) ? [] : [{ before, cart, next }];
  });
}
const KINDS = {
  recommend: ({ cart }) => ({ kind: "recommend", excludeIds: cart }),
  "similar to the last": ({ cart }) => ({ kind: "similar", itemId: cart.at(-1), excludeIds: cart }),
  complement: ({ cart }) => ({ kind: "complement", itemIds: cart }),
  "complement, known by their like alone": ({ cart }) => ({ kind: "complement", itemIds: cart, cold: true }),
};
const complements = Object.entries(KINDS).map(([kind, requestOf]) => {
  const places = carts.map((one) => {
    const { cold, ...request } = requestOf(one);
    const ranked = page.ranking(cold ? [] : one.before, { limit: 100, ...request }, () => 0.5);
    return ranked.items.findIndex(({ row }) => shard.id(row) === one.next);
  });
  const within = (n) => mean(places.map((place) => (place >= 0 && place < n ? 1 : 0)));
  return { kind, first12: within(12), first100: within(100) };
});
console.log(`${carts.length} carts with a further item`);
console.table(
  complements.map(({ kind, first12, first100 }) => ({
    kind,
    "in the first 12, %": (100 * first12).toFixed(1),
    "in the first 100, %": (100 * first100).toFixed(1),
  })),
);
page.dispose();
if (values.json) writeFileSync(values.json, JSON.stringify({ rows, complements }, null, 2));
