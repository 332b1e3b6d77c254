/*
 * From stored feedback to the next release: the endpoint's own training run (store, warm model, replay, gate) on simulated sessions of the demo
 * shop, and what the update was worth on held-out sessions that came after it. Four updates: more of the same; a tenth of the items new in the
 * catalogue; a shop whose hidden qualities changed; and targets that are shuffled, which must not be published. The heap for what lives shortly is that
 * of the endpoint's training thread (run-in-worker.ts).
 *
 *   npm run bench:incremental [-- --before 20000 --sessions 100000 --test 2000 --only same,drift --json]
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { demoItems, endpoint } from "./demo.mjs";
import { updatesOf } from "./updates.mjs";

const { values } = parseArgs({
  options: {
    /** Sessions that the model to start from has seen. */
    before: { type: "string", default: "20000" },
    /** Sessions of the update. */
    sessions: { type: "string", default: "100000" },
    test: { type: "string", default: "2000" },
    only: { type: "string", default: "same,new items,drift,poisoned" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const CHUNK = 5000;
const GOAL_SECONDS = 300;

const { rankPrefixes, ALL_PREFIXES } = await endpoint("evaluate/evaluate.js");
const { DetailedSum } = await endpoint("evaluate/metrics.js");
const { loadRelease } = await endpoint("publish/load.js");
const { dataFolder } = await endpoint("serve/data-folder.js");
const { runCatalog, runTraining } = await endpoint("serve/training.js");
const { TRAINING_DEFAULTS } = await endpoint("serve/training-options.js");
const { openStore } = await endpoint("store/store.js");

const say = (line) => console.error(line);

/** Opens a data folder for some work. */
async function within(root, work) {
  const store = openStore(root);
  try {
    return await work(store, dataFolder(root));
  } finally {
    store.close();
  }
}

function put(store, sessions) {
  for (let from = 0; from < sessions.length; from += CHUNK) store.sessions.add(sessions.slice(from, from + CHUNK));
}

async function train(store, folder, now) {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const moments = [];
  let said = 0;
  const onProgress = ({ step, steps, loss, seconds }) => {
    moments.push(performance.now());
    if (seconds - said < 20) return;
    said = seconds;
    say(`  step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${seconds.toFixed(0)} s`);
  };
  const result = await runTraining(store, folder, TRAINING_DEFAULTS, { now, onProgress });
  const ended = performance.now();
  const used = process.cpuUsage(cpu);
  return {
    result,
    seconds: (ended - started) / 1000,
    cpu: (used.user + used.system) / 1e6,
    // Reading, splitting and setting up; steps with calibration; then blending, building, both evaluations and publishing.
    parts: [moments[0] - started, moments.at(-1) - moments[0], ended - moments.at(-1)].map((part) => part / 1000),
  };
}

async function figures(folder, test, items, added) {
  const release = await loadRelease(folder.releases);
  const { shard } = release;
  const cold =
    added.size > 0 && shard.count === items.length ? Uint8Array.from({ length: shard.count }, (_, row) => (added.has(shard.id(row)) ? 1 : 0)) : undefined;
  const sum = new DetailedSum(new Float32Array(shard.count), cold);
  await rankPrefixes(release, test, ALL_PREFIXES, sum);
  return sum.result();
}

/** The folder of a shop whose release was trained on the first sessions. */
async function start({ items, first }, root) {
  await within(root, async (store, folder) => {
    store.catalog.put(items);
    put(store, first);
    // Sessions after this moment are news to the release.
    const { result, seconds } = await train(store, folder, () => first.at(-1).time + 1);
    say(`first release: ${result.state}, ${seconds.toFixed(0)} s. ${result.message}`);
  });
}

async function update({ next, test, added }, items, root) {
  return within(root, async (store, folder) => {
    const old = await figures(folder, test, items, added);
    let placed = null;
    if (added.size > 0) {
      store.catalog.put(items);
      await runCatalog(store, folder, TRAINING_DEFAULTS, { now: () => next[0].time - 1 });
      placed = await figures(folder, test, items, added);
    }
    const stored = performance.now();
    put(store, next);
    const storing = (performance.now() - stored) / 1000;
    const { result, ...took } = await train(store, folder, () => next.at(-1).time + 1);
    say(`${result.state}: ${result.message}`);
    const updated = result.state === "published" ? await figures(folder, test, items, added) : null;
    return { old, placed, updated, storing, ...took, state: result.state, message: result.message, gate: result.figures };
  });
}

const items = await demoItems();
const updates = updatesOf(items, { before: Number(values.before), later: Number(values.sessions), test: Number(values.test), seed: Number(values.seed) });
say("sessions simulated");
const root = mkdtempSync(join(tmpdir(), "presently-incremental-"));
const results = [];
try {
  for (const name of values.only.split(",")) {
    const scenario = updates[name]();
    // All but one start from the same release.
    const base = join(root, scenario.added.size > 0 ? "fewer" : "all");
    if (!results.some((result) => result.base === base)) await start(scenario, base);
    const own = join(root, name.replace(" ", "-"));
    cpSync(base, own, { recursive: true });
    say(name);
    results.push({ name, base, ...(await update(scenario, items, own)) });
    rmSync(own, { recursive: true });
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

const pair = (one) => (one ? `${one.recall20.toFixed(2)} / ${one.mrr20.toFixed(2)}` : "–");
if (values.json) console.log(JSON.stringify(results.map(({ base, ...result }) => result)));
else {
  console.log(
    `${items.length} items, ${values.before} sessions before, ${values.sessions} fed back, ${values.test} held out after them; R@20 / MRR@20, %; goal ${GOAL_SECONDS} s\n`,
  );
  console.log(
    "| update | old release | updated | seconds (CPU) | set-up, steps, rest | storing | gate: next after before | |\n|---|---|---|---|---|---|---|---|",
  );
  for (const { name, old, placed, updated, seconds, cpu, parts, storing, gate, state } of results) {
    const took = `${seconds.toFixed(0)} (${cpu.toFixed(0)})`;
    const gated = `${pair(gate.next)} after ${pair(gate.before)}`;
    console.log(
      `| ${name} | ${pair(old)} | ${pair(updated)} | ${took} | ${parts.map((part) => part.toFixed(0)).join(", ")} | ${storing.toFixed(0)} | ${gated} | ${state} |`,
    );
    if (placed) {
      console.log(`| – catalogue updated first | ${pair(placed)} | | | | | | |`);
      console.log(`| – targets new in the catalogue | ${pair(placed.cold)} | ${pair(updated?.cold)} | | | | | |`);
      console.log(`| – all other targets | ${pair(placed.warm)} | ${pair(updated?.warm)} | | | | | |`);
    }
  }
  console.log(`\npeak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
}
