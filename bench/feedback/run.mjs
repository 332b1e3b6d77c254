/*
 * What learning from shelves is worth: simulated shoppers whose tastes drift from visit to visit, in a shop whose fashions drift from round to
 * round, meet shelves ranked by the release of the day; the endpoint's own training run learns from what they answer, round after round.
 * Regret is the share of the opened shelves that an oracle, which knows each shopper's mood, would have had opened beyond what was. Arms:
 *
 *   none         the first release stays
 *   uncorrected  feedback without positions and propensities, as most shops log it
 *   corrected    feedback as pages send it, each impression with its position and propensity
 *
 *   npm run bench:feedback [-- --rounds 24 --visits 400 --seeds 1 --explore 0.1 --json FILE --plot FILE]
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { startStorefront } from "../../examples/storefront/server.mjs";
import { at } from "../../scripts/process.mjs";
import { feedbackPlot } from "./plot.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "24" },
    visits: { type: "string", default: "400" },
    seeds: { type: "string", default: "1" },
    explore: { type: "string", default: "0.1" },
    /** Sessions that the first release is trained on: few, so that there is much left to learn. */
    start: { type: "string", default: "1500" },
    json: { type: "string" },
    plot: { type: "string" },
  },
});
const [ROUNDS, VISITS, SEEDS, START] = ["rounds", "visits", "seeds", "start"].map((name) => Number(values[name]));
const EXPLORE = Number(values.explore);
const ARMS = ["none", "uncorrected", "corrected"];
/** Share of an item's quality that a round draws anew. */
const FASHION = 0.2;
/** Logits, so that one in four to five shelves is opened and regret has room. */
const RELUCTANCE = 6.5;
const DAY = 86_400_000;
const BATCH = 100;

const load = (path) => import(pathToFileURL(at(path)).href);
const { startTensors } = await load("endpoint/dist/train/backend.js");
const { trainModel } = await load("endpoint/dist/train/train.js");
const { buildRelease } = await load("endpoint/dist/publish/build.js");
const { publishRelease } = await load("endpoint/dist/publish/publish.js");
const { loadRelease } = await load("endpoint/dist/publish/load.js");
const { openStore } = await load("endpoint/dist/store/store.js");
const { dataFolder } = await load("endpoint/dist/serve/data-folder.js");
const { startFrom } = await load("endpoint/dist/serve/start-from.js");
const { runTraining } = await load("endpoint/dist/serve/training.js");
const { recordedRun } = await load("endpoint/dist/serve/recorded-run.js");
const { TRAINING_DEFAULTS } = await load("endpoint/dist/serve/training-options.js");
const { readCatalog } = await load("endpoint/dist/simulate/catalog.js");
const { simulateSessions } = await load("endpoint/dist/simulate/sessions.js");
const { createWorld } = await load("endpoint/dist/simulate/world.js");
const { createRandom } = await load("endpoint/dist/simulate/random.js");
const { createTaste, drift } = await load("endpoint/dist/simulate/shopper.js");
const { createVisit } = await load("endpoint/dist/simulate/visit.js");
const { createPage } = await load("endpoint/dist/simulate/page.js");
const { playVisit, SHELF_SIZE } = await load("endpoint/dist/simulate/play.js");
const { oracleShelf, takeChance } = await load("endpoint/dist/simulate/oracle.js");

async function readItems() {
  const shop = await startStorefront({ port: 0, release: at("models/demo") });
  try {
    return await readCatalog(`${shop.url}/feed.xml`, fetch);
  } finally {
    await shop.close();
  }
}

/** The release that every arm starts with, in a folder. */
async function firstRelease(items, seed, folder) {
  const sessions = [...simulateSessions(items, { sessions: START, seed: 1000 + seed })].map((session) => ({ ...session, weight: 1 }));
  const model = await trainModel({ items, sessions }, { seed, negatives: 1024 });
  await publishRelease(folder, await buildRelease(model, items, { version: 1, created: new Date(0).toISOString(), metrics: {} }));
}

/** As a log that nobody thought of bias has it: what was shown, but not where and how likely. */
const plain = (record) => (record.position === null ? record : { ...record, position: 0, propensity: 1 });

async function* play(arm, items, seed, start, root) {
  const folder = dataFolder(join(root, arm));
  let today = Date.UTC(2026, 8, 1);
  const now = () => today;
  const store = openStore(folder.root, { now });
  store.catalog.put(items);
  await startFrom(store, folder, start);
  const world = createWorld(items, 1, RELUCTANCE);
  const [random, fashion, keys] = [createRandom(seed), createRandom(seed + 7), createRandom(seed + 13)];
  const shoppers = Array.from({ length: Math.ceil((ROUNDS * VISITS) / 4) }, () => null);
  try {
    for (let round = 1; round <= ROUNDS; round++, today += DAY) {
      const page = await createPage(await loadRelease(folder.releases));
      const sum = { shelves: 0, opened: 0, expected: 0, oracle: 0, shown: new Map() };
      const records = [];
      for (let visit = 0; visit < VISITS; visit++) {
        const who = Math.floor(random.next() * shoppers.length);
        if (shoppers[who]) drift(shoppers[who], world, random);
        else shoppers[who] = createTaste(world, random);
        const going = createVisit(shoppers[who], world, random, today + visit * 60_000);
        records.push(
          ...playVisit(going, world, page, random, EXPLORE, ({ visit: met, rows, taken }) => {
            sum.shelves++;
            if (taken !== null) sum.opened++;
            sum.expected += takeChance(met, world, rows);
            sum.oracle += takeChance(met, world, oracleShelf(met, world, SHELF_SIZE));
            for (const row of rows) sum.shown.set(row, (sum.shown.get(row) ?? 0) + 1);
          }),
        );
      }
      page.dispose();
      let trained = null;
      if (arm !== "none") {
        const told = arm === "corrected" ? records : records.map(plain);
        for (let from = 0; from < told.length; from += BATCH) {
          const key = Array.from({ length: 32 }, () => Math.floor(keys.next() * 16).toString(16)).join("");
          store.feedback.add([{ format: "presently.feedback/1", key, release: 1, mode: "balanced", records: told.slice(from, from + BATCH) }]);
        }
        trained = await recordedRun(store, "train", (hooks) => runTraining(store, folder, TRAINING_DEFAULTS, hooks), now);
      }
      const { shelves, opened, expected, oracle, shown } = sum;
      const shares = [...shown.values()].sort((a, b) => b - a);
      const top = shares.slice(0, items.length / 100).reduce((total, count) => total + count, 0);
      yield {
        arm,
        seed,
        round,
        ctr: (100 * opened) / shelves,
        regret: 100 * (1 - expected / oracle),
        coverage: (100 * shown.size) / items.length,
        // Share of all places that the most shown hundredth of the catalogue holds.
        concentration: (100 * top) / (shelves * SHELF_SIZE),
        published: trained?.state === "published",
      };
      for (let row = 0; row < items.length; row++) world.quality[row] = Math.sqrt(1 - FASHION ** 2) * world.quality[row] + FASHION * 0.7 * fashion.normal();
    }
  } finally {
    store.close();
  }
}

await startTensors();
const items = await readItems();
const rows = [];
for (let seed = 1; seed <= SEEDS; seed++) {
  const root = mkdtempSync(join(tmpdir(), "presently-feedback-"));
  try {
    await firstRelease(items, seed, join(root, "start"));
    for (const arm of ARMS)
      for await (const row of play(arm, items, seed, join(root, "start"), root)) {
        rows.push(row);
        console.log(
          `seed ${seed} ${arm.padEnd(11)} round ${String(row.round).padStart(2)}: opened ${row.ctr.toFixed(1)} %, regret ${row.regret.toFixed(1)} %, coverage ${row.coverage.toFixed(1)} %, top 1 % of the items ${row.concentration.toFixed(1)} % of the places${row.published ? ", published" : ""}`,
        );
      }
  } finally {
    rmSync(root, { recursive: true });
  }
}

const mean = (list, field) => list.reduce((sum, row) => sum + row[field], 0) / list.length;
const late = Math.floor(ROUNDS / 2);
console.log(`\nMeans of rounds ${late + 1} to ${ROUNDS}, ${SEEDS} seed(s), ${VISITS} visits a round, ${EXPLORE} explored:`);
for (const arm of ARMS) {
  const own = rows.filter((row) => row.arm === arm && row.round > late);
  console.log(
    `${arm.padEnd(11)} opened ${mean(own, "ctr").toFixed(2)} %, regret ${mean(own, "regret").toFixed(2)} %, coverage ${mean(own, "coverage").toFixed(1)} %, top 1 % ${mean(own, "concentration").toFixed(1)} %`,
  );
}
if (values.json) writeFileSync(values.json, `${JSON.stringify({ rounds: ROUNDS, visits: VISITS, explore: EXPLORE, rows }, null, 1)}\n`);
if (values.plot) writeFileSync(values.plot, feedbackPlot(rows, ARMS));
