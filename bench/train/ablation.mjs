/*
 * What each part is worth: one training for all of it and one without each part, on the demo's simulated sessions, ranked through the SDK's own
 * session input, encoder and int8 ranker. Scored are next items new to their session after at least one item: every variant has the same ones,
 * whatever events it is told of. Differences are paired by prediction.
 *
 *   npm run bench:ablation [-- --sessions 20000 --test 2000 --epochs 3 --seed 1 --only "dwell,time gaps" --json]
 *   npm run bench:ablation -- --data DIR [--epochs N --only …]     a dataset as `npm run evaluate` reads it, instead
 */
import { parseArgs } from "node:util";
import { demoItems, endpoint } from "./demo.mjs";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    sessions: { type: "string", default: "20000" },
    test: { type: "string", default: "2000" },
    epochs: { type: "string" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

const { readDataset } = await endpoint("evaluate/dataset.js");
const { ALL_PREFIXES } = await endpoint("evaluate/evaluate.js");
const { personas } = await endpoint("evaluate/personas.js");
const { createPrefixRanker } = await endpoint("evaluate/rank.js");
const { buildRelease } = await endpoint("publish/build.js");
const { releaseOf } = await endpoint("publish/load.js");
const { simulateSessions } = await endpoint("simulate/sessions.js");
const { trainModel } = await endpoint("train/train.js");

const EVEN_STEP = 30_000;
const events = (change) => ({ session: (session) => ({ ...session, events: change(session.events) }) });
const without = (...names) => events((all) => all.filter(({ name }) => !names.includes(name)));
const noCategory = ({ page_category, ...event }) => event;

/** The release without its second stage. */
const firstStage = ({ encoder, ...rest }, config = {}) => ({ ...rest, encoder: { ...encoder, head: undefined, config: { ...encoder.config, ...config } } });

/** Changes of what training and page are told (`session`, `item`), of the encoder (`config`), or, without a training of their own, of the finished release and of what ranking gets. */
const PARTS = {
  // Purchases, carts and clicks as views: neither what they mean in the session nor how strong they are as targets.
  "event types and their strengths": events((all) =>
    all
      .filter(({ name }) => name !== "remove_from_cart")
      .map((event) => (event.items && event.name !== "user_engagement" ? { ...event, name: "view_item" } : event)),
  ),
  dwell: without("user_engagement"),
  "time gaps": events((all) => all.map((event, i) => ({ ...event, time: all[0].time + i * EVEN_STEP }))),
  searches: without("search"),
  "categories browsed": events((all) => all.map(noCategory)),
  "ignored impressions": { session: (session) => ({ ...session, ignored: [] }) },
  "transformer block": { config: { blocks: 0 } },
  "a second block (added)": { config: { blocks: 2 } },
  "half of the dimensions": { config: { dims: 32 } },
  "items' metadata": { item: ({ item_id, availability }) => ({ item_id, title: item_id, availability }) },
  "second stage": { release: (parts) => firstStage(parts) },
  // Without the second stage, which was trained with them.
  neighbours: { release: (parts) => firstStage(parts, { neighbourWeight: 0 }) },
  "repeat head": { release: (parts) => firstStage(parts), prefix: (prefix) => ({ ...prefix, repeat: null }) },
};

const number = (name) => Number(values[name]);

async function readShop() {
  if (values.data) {
    const { train, test } = await readDataset(values.data);
    return { items: train.items, train: train.sessions, test };
  }
  const items = await demoItems();
  const simulated = [...simulateSessions(items, { sessions: number("sessions") + number("test"), seed: number("seed") })];
  const sessions = simulated.map((session) => ({ ...session, weight: 1 }));
  return { items, train: sessions.slice(0, -number("test")), test: sessions.slice(-number("test")) };
}

const shop = await readShop();
const epochs = values.epochs ? number("epochs") : values.data ? undefined : 3;

/** What one variant finds: reciprocal ranks by prediction, 0 beyond 20, of all next items (`all`) and by prefix of those new to their session. */
async function measure(name, { session = (one) => one, item = (one) => one, config, release = (one) => one, prefix = (one) => one } = {}, trained) {
  const catalog = shop.items.map(item);
  const [train, test] = [shop.train.map(session), shop.test.map(session)];
  const started = performance.now();
  const model =
    trained ??
    (await trainModel({ items: catalog, sessions: train }, { seed: number("seed"), epochs, negatives: values.data ? 4096 : 1024, config, device: "cpu" }));
  const seconds = (performance.now() - started) / 1000;
  const parts = release(await releaseOf(await buildRelease(model, catalog, { version: 1, created: new Date(0).toISOString(), metrics: {} })));
  const rank = await createPrefixRanker(parts.shard, parts.encoder);
  const all = [];
  const fresh = new Map();
  for await (const prefixes of personas(parts, test, ALL_PREFIXES))
    for (const one of prefixes) {
      const { seen, target } = one;
      const found = rank(prefix(one)).indexOf(target) + 1;
      const reciprocal = found > 0 ? 1 / found : 0;
      all.push(reciprocal);
      if (seen.includes(target)) continue;
      // Two sessions that went the same way share a key, in any order: their sum is compared.
      const key = `${[...new Set(seen)]} ${target}`;
      const [reciprocals, hits, count] = fresh.get(key) ?? [0, 0, 0];
      fresh.set(key, [reciprocals + reciprocal, hits + (found > 0 ? 1 : 0), count + 1]);
    }
  console.error(`${name}: ${all.length} predictions, ${seconds.toFixed(0)} s`);
  return { name, model, all, fresh, seconds };
}

const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

/** Mean difference to the whole, percent points, with one standard error. */
function difference(whole, fresh, at) {
  if (fresh.size !== whole.size) throw new Error("The variants do not score the same predictions");
  const total = [...whole.values()].reduce((sum, [, , count]) => sum + count, 0);
  const each = Array.from(whole, ([key, values]) => fresh.get(key)[at] - values[at]);
  const sum = each.reduce((a, b) => a + b, 0);
  const square = each.reduce((a, b) => a + b * b, 0);
  return { points: (100 * sum) / total, error: (100 * Math.sqrt(square)) / total };
}

const whole = await measure("all of it");
const rows = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (values.only && !values.only.split(",").includes(name)) continue;
  const { all, fresh, seconds } = await measure(name, part, part.release || part.prefix ? whole.model : undefined);
  rows.push({
    name,
    recall20: 100 * mean(all.map(Math.ceil)),
    mrr20: 100 * mean(all),
    predictions: all.length,
    seconds,
    recall: difference(whole.fresh, fresh, 1),
    mrr: difference(whole.fresh, fresh, 0),
  });
}

const totals = [...whole.fresh.values()].reduce(([r, h, c], [reciprocals, hits, count]) => [r + reciprocals, h + hits, c + count], [0, 0, 0]);
const first = {
  recall20: 100 * mean(whole.all.map(Math.ceil)),
  mrr20: 100 * mean(whole.all),
  new: { recall20: (100 * totals[1]) / totals[2], mrr20: (100 * totals[0]) / totals[2], predictions: totals[2] },
};
if (values.json) console.log(JSON.stringify({ whole: first, rows }));
else {
  const pair = ({ recall20, mrr20 }) => `${recall20.toFixed(2)} / ${mrr20.toFixed(2)}`;
  const change = ({ points, error }) => `${points > 0 ? "+" : ""}${points.toFixed(2)} ± ${error.toFixed(2)}`;
  console.log(
    `${shop.items.length} items, ${shop.train.length} sessions, ${shop.test.length} held out; R@20 / MRR@20, %, and percent points with one standard error\n`,
  );
  console.log("| without | all next items | new to the session: R@20 | MRR@20 |\n|---|---|---|---|");
  console.log(`| (all of it) | ${pair(first)} | ${first.new.recall20.toFixed(2)} | ${first.new.mrr20.toFixed(2)} |`);
  for (const { name, recall, mrr, ...all } of rows) console.log(`| ${name} | ${pair(all)} | ${change(recall)} | ${change(mrr)} |`);
}
