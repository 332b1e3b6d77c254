/*
 * How often a persona's traits are right: simulated sessions over the demo's release, the engine as the worker runs it (in Node, on tfjs'
 * plain CPU backend), and the strongest trait of each attribute after some events of a session, against what the session holds and what
 * it comes to next.
 *
 *   npm run bench:traits [-- --release models/demo --sessions 1000 --seed 202 --json]
 */
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { startStorefront } from "../../examples/storefront/server.mjs";
import { at } from "../../scripts/process.mjs";
import { createJudge } from "./judge.mjs";

const { values } = parseArgs({
  options: {
    release: { type: "string", default: at("models/demo") },
    sessions: { type: "string", default: "1000" },
    // The release was trained on seed 1, the traits were tuned on 101.
    seed: { type: "string", default: "202" },
    json: { type: "boolean", default: false },
  },
});
const AFTER = [1, 3, 5, 10];

const load = (path) => import(pathToFileURL(at(path)).href);
const { createEngine } = await load("dist/esm/engine.js");
const { priceBands } = await load("dist/esm/persona/price.js");
const { attributeColumns } = await load("endpoint/dist/publish/attributes.js");
const { readCatalog } = await load("endpoint/dist/simulate/catalog.js");
const { simulateSessions } = await load("endpoint/dist/simulate/sessions.js");

/** The SDK's own chunk of this backend is written for bundlers; its package registers the same kernels. */
async function cpu() {
  await import("@tensorflow/tfjs-backend-cpu");
  return { start: async () => ({ lost: new Promise(() => {}) }) };
}

const shop = await startStorefront({ port: 0, release: values.release });
const engine = createEngine({ fetch, now: () => performance.now(), random: () => 0.5, thread: "worker", quiet: 0, load: { cpu } }, () => {});

/** Backends start once the page is quiet; until then plain JavaScript stands in. */
async function encoderReady(events) {
  const patience = performance.now() + 30_000;
  while ((await engine.observe(events)).backend !== "cpu") {
    if (performance.now() > patience) throw new Error(`No encoder: ${JSON.stringify((await engine.status()).problems)}`);
    await setTimeout(50);
  }
}

try {
  const items = await readCatalog(`${shop.url}/feed.xml`, fetch);
  const rowOf = new Map(items.map(({ item_id }, row) => [item_id, row]));
  const attributes = attributeColumns(items);
  const price = Float32Array.from(items, (item) => item.price ?? Number.NaN);
  const judge = createJudge([...attributes, priceBands({ attributes, price, count: items.length })]);
  const { release } = await engine.open({
    manifest: `${shop.url}/presently/manifest.json`,
    assets: `${shop.url}/sdk/`,
    backends: ["cpu"],
    refreshInterval: 0,
    store: false,
  });

  const rowsOf = (events) => events.flatMap(({ name, items: viewed = [] }) => (name === "view_item" ? viewed.map(({ item_id }) => rowOf.get(item_id)) : []));
  const sessions = [...simulateSessions(items, { sessions: Number(values.sessions), seed: Number(values.seed) })];
  await encoderReady(sessions[0].events);
  for (const { events } of sessions) {
    for (const after of AFTER) {
      if (events.length <= after) continue;
      const state = await engine.observe(events.slice(0, after));
      // An item that is looked at again counts once, at its newest place.
      const seen = [...new Set(rowsOf(events.slice(0, after)).reverse())].reverse();
      judge.add(after, state.traits, seen, rowsOf(events.slice(after)));
    }
  }
  print(judge.results(), { release, items: items.length });
} finally {
  await engine.close();
  await shop.close();
}

function print(results, { release, items }) {
  if (values.json) {
    console.log(JSON.stringify({ release, items, sessions: Number(values.sessions), seed: Number(values.seed), results }));
    return;
  }
  const names = [...new Set(results.map(({ name }) => name))];
  const percent = (part, whole) => (whole > 0 ? `${((100 * part) / whole).toFixed(1)}` : "–");
  const add = (list, question, who) => list.reduce((sum, result) => sum + result[question][who], 0);
  const shares = (list, question) =>
    ["traits", "counting", "catalogue"].map((who) => percent(add(list, question, who), add(list, question, "asked"))).join(" / ");
  const told = (list) =>
    percent(
      list.reduce((sum, result) => sum + result.told, 0),
      list.reduce((sum, result) => sum + result.cases, 0),
    );
  const row = (label, list) => `| ${label} | ${told(list)} | ${shares(list, "now")} | ${shares(list, "next")} | ${shares(list, "later")} |`;
  const head = (label) => `| ${label} | told | so far | next item | any later item |\n|---|---|---|---|---|`;
  const of = (test) => results.filter(test);
  const attribute = ({ name }) => name !== "first of the list";
  console.log(
    `release ${release}, ${items} items, ${values.sessions} sessions of seed ${values.seed}; % right: traits / counting / most frequent of the catalogue\n`,
  );
  console.log(head(`attribute (after ${AFTER.slice(1).join(", ")} events)`));
  for (const name of names)
    console.log(
      row(
        name,
        of((result) => result.name === name && result.group !== AFTER[0]),
      ),
    );
  console.log(
    row(
      "all attributes",
      of((result) => attribute(result) && result.group !== AFTER[0]),
    ),
  );
  console.log(`\n${head("events (all attributes)")}`);
  for (const after of AFTER)
    console.log(
      row(
        after,
        of((result) => attribute(result) && result.group === after),
      ),
    );
}
