/*
 * What quantization costs: one training, and its model published in several ways, each measured on the same held-out sessions through the SDK's
 * session input, encoder and ranker. Published is a uint8 encoder with int8 vectors. What has no format of its own is simulated through the
 * same path: float32 rows by the plain JavaScript kernel, which multiplies what it is given; 4-bit values in int8 containers; half the
 * dimensions as a shard of its own, the personas projected before they rank.
 *
 *   npm run bench:quantization [-- --data DIR | --sessions 20000] [--epochs 3 --negatives 1024 --max-seconds N --test N --seed 1 --one-training --json]
 *
 * Without --data: the demo's simulated sessions, of which the newest twentieth is held out.
 */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { at } from "../../scripts/process.mjs";
import { demoItems, endpoint } from "./demo.mjs";
import { variantsOf } from "./variants.mjs";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    /** Without --data: simulated sessions, of which a twentieth is held out. */
    sessions: { type: "string", default: "20000" },
    epochs: { type: "string" },
    negatives: { type: "string" },
    "max-seconds": { type: "string" },
    /** Test sessions at most, evenly spaced: rows of floats rank slowly in large catalogues. */
    test: { type: "string" },
    seed: { type: "string", default: "1" },
    /** Leaves out the second training, of half the dimensions. */
    "one-training": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const number = (name) => (values[name] === undefined ? undefined : Number(values[name]));

const { unpacked } = await import(pathToFileURL(at("dist/esm/contract/index.js")).href);
const { readDataset } = await endpoint("evaluate/dataset.js");
const { MetricSum } = await endpoint("evaluate/metrics.js");
const { personas } = await endpoint("evaluate/personas.js");
const { createPrefixRanker } = await endpoint("evaluate/rank.js");
const { buildRelease } = await endpoint("publish/build.js");
const { packShard } = await endpoint("publish/pack.js");
const { releaseOf } = await endpoint("publish/load.js");
const { simulateSessions } = await endpoint("simulate/sessions.js");
const { trainModel } = await endpoint("train/train.js");

async function dataset() {
  if (values.data) return readDataset(values.data);
  const items = await demoItems();
  const sessions = [...simulateSessions(items, { sessions: number("sessions"), seed: 1 })].map((session) => ({ ...session, weight: 1 }));
  const kept = Math.floor(sessions.length / 20);
  return { train: { items, sessions: sessions.slice(0, -kept) }, test: sessions.slice(-kept), lastOnly: false };
}

/** Every n-th, so that at most so many are left. */
function spaced(sessions, most = sessions.length) {
  const step = Math.max(1, sessions.length / most);
  return Array.from({ length: Math.min(most, sessions.length) }, (_, i) => sessions[Math.floor(i * step)]);
}

async function train(set, config) {
  let said = 0;
  return trainModel(set, {
    seed: number("seed"),
    config,
    epochs: number("epochs") ?? (values.data ? undefined : 3),
    negatives: number("negatives") ?? (values.data ? 4096 : 1024),
    maxSeconds: number("max-seconds"),
    onProgress({ step, steps, loss, seconds }) {
      if (seconds - said < 20) return;
      said = seconds;
      console.error(`step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${seconds.toFixed(0)} s`);
    },
  });
}

async function publish(model, items) {
  const built = await buildRelease(model, items, { version: 1, created: "2026-11-01T00:00:00.000Z", metrics: {} });
  const parts = await releaseOf(built);
  const { buffer } = built.files.get(built.manifest.files.shard.path);
  return { ...parts, file: new Uint8Array(await unpacked(buffer)) };
}

/** As where a page may not compile WebAssembly: the plain JavaScript kernel, which takes rows of floats as well. */
async function floatRanker(shard, encoder) {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = () => Promise.reject(new Error("rows of floats"));
  try {
    return await createPrefixRanker(shard, encoder);
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

async function measure({ name, parts, shard, persona, file }, test, options) {
  const rank = await (shard.vectors instanceof Float32Array ? floatRanker : createPrefixRanker)(shard, parts.encoder);
  const sum = new MetricSum(shard.count);
  const ranks = [];
  for await (const prefixes of personas(parts, test, options))
    for (const prefix of prefixes) {
      const list = rank({ ...prefix, persona: prefix.persona && persona(prefix.persona) });
      sum.add(list, prefix.target, prefix.seen);
      ranks.push(prefix.target < 0 ? 0 : list.indexOf(prefix.target) + 1);
    }
  const { recall20, mrr20, examples } = sum.result();
  console.error(`${name} measured`);
  return { name, recall20, mrr20, examples, ranks, encoder: parts.weights.byteLength, shard: packShard(file).length };
}

/** Difference of the means over the same examples in percent of `before`'s, and one standard error of it. */
function relative(after, before, value) {
  const differences = after.map((rank, i) => value(rank) - value(before[i]));
  const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  const variance = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / differences.length;
  const base = before.reduce((sum, rank) => sum + value(rank), 0) / before.length;
  return { change: (100 * mean) / base, error: (100 * Math.sqrt(variance / differences.length)) / base };
}

const { train: set, test: all, lastOnly } = await dataset();
const test = spaced(all, number("test"));
const options = { minPrefix: 1, lastOnly };
const model = await train(set);
const results = [];
for (const variant of variantsOf(model, await publish(model, set.items))) results.push(await measure(variant, test, options));
if (!values["one-training"]) {
  const dims = model.config.dims / 2;
  const small = await publish(await train(set, { dims }), set.items);
  const { shard, file } = small;
  results.push(await measure({ name: `trained with ${dims} dimensions, uint8, int8`, parts: small, shard, persona: (one) => one, file }, test, options));
}

const hit = (rank) => (rank > 0 ? 1 : 0);
const reciprocal = (rank) => (rank > 0 ? 1 / rank : 0);
const [first] = results;
const rows = results.map(({ ranks, ...figures }) => ({
  ...figures,
  recall: relative(ranks, first.ranks, hit),
  mrr: relative(ranks, first.ranks, reciprocal),
}));
if (values.json) console.log(JSON.stringify({ items: set.items.length, sessions: set.sessions.length, rows }));
else {
  console.log(`${set.items.length} items, ${set.sessions.length} sessions, ${first.examples} predictions; change against float32, with one standard error\n`);
  console.log("| | R@20 / MRR@20 | R@20, % | MRR@20, % | shard, bytes | encoder |\n|---|---|---|---|---|---|");
  const change = ({ change, error }) => `${change > 0 ? "+" : ""}${change.toFixed(2)} ± ${error.toFixed(2)}`;
  for (const { name, recall20, mrr20, recall, mrr, shard, encoder } of rows)
    console.log(
      `| ${name} | ${recall20.toFixed(2)} / ${mrr20.toFixed(2)} | ${change(recall)} | ${change(mrr)} | ${[shard, encoder].map((bytes) => bytes.toLocaleString("en")).join(" | ")} |`,
    );
}
