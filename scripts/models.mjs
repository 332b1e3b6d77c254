/*
 * The models that come with the repository, from nothing: the demo shop's feed → simulated sessions → training → a published release in
 * models/demo/, and its encoder alone in models/encoder/. Same bytes each time on one machine.
 *
 *   npm run models [-- --sessions 20000 --epochs 3 --out models]
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { createCatalog } from "../examples/storefront/catalog/catalog.mjs";
import { merchantFeed } from "../examples/storefront/catalog/feed.mjs";
import { build } from "./build.mjs";
import { at, capture, ROOT } from "./process.mjs";

const SEED = 1;
/** Released then, whenever it is made: the bytes must not depend on the day. */
const CREATED = "2026-11-01T00:00:00.000Z";
const HELD_OUT = 1000;
const LIST = 20;
const MOST_BYTES = 1.5 * 2 ** 20;

const { values } = parseArgs({
  options: { sessions: { type: "string", default: "20000" }, epochs: { type: "string", default: "3" }, out: { type: "string", default: at("models") } },
});
const out = resolve(values.out);

await build();
const endpoint = (path) => import(pathToFileURL(at(`endpoint/dist/${path}`)).href);
const { readCatalog } = await endpoint("simulate/catalog.js");
const { fetchRelease } = await endpoint("simulate/release.js");
const { createPage } = await endpoint("simulate/page.js");
const { simulateSessions } = await endpoint("simulate/sessions.js");
const { trainModel } = await endpoint("train/train.js");
const { buildRelease } = await endpoint("publish/build.js");
const { publishRelease } = await endpoint("publish/publish.js");

const folder = mkdtempSync(join(tmpdir(), "presently-models-"));
const feed = join(folder, "feed.xml");
// Without a host: the shelf's links and pictures then hold wherever the shop runs.
writeFileSync(feed, merchantFeed(createCatalog(), ""));
const items = await readCatalog(feed, fetch);
rmSync(folder, { recursive: true });

const all = [...simulateSessions(items, { sessions: Number(values.sessions), seed: SEED })].map((session) => ({ ...session, weight: 1 }));
const heldOut = Math.min(HELD_OUT, Math.floor(all.length / 10));
const [train, test] = [all.slice(0, -heldOut), all.slice(-heldOut)];
console.log(`${items.length} items, ${train.length} sessions to train on, ${test.length} held out (the newest)`);

const started = performance.now();
let shown = 0;
const model = await trainModel(
  { items, sessions: train },
  {
    seed: SEED,
    epochs: Number(values.epochs),
    // The whole catalogue is smaller than the trainer's usual draw.
    negatives: 1024,
    onProgress({ step, steps, loss, seconds }) {
      if (seconds - shown < 10) return;
      shown = seconds;
      console.log(`  step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${seconds.toFixed(0)} s`);
    },
  },
);
const trainSeconds = (performance.now() - started) / 1000;

const isView = ({ name, items: viewed }) => name === "view_item" && viewed?.length;
const idOf = (event) => event.items[0].item_id;

/** Recall@20 and MRR@20 in percent over every view after a session's first; `rank` gets the events before it. */
function measure(sessions, rank) {
  let [hits, reciprocal, total] = [0, 0, 0];
  for (const { events } of sessions) {
    const views = events.flatMap((event, i) => (isView(event) ? [i] : []));
    for (const i of views.slice(1)) {
      const place = rank(events.slice(0, i)).indexOf(idOf(events[i]));
      total++;
      if (place < 0) continue;
      hits++;
      reciprocal += 1 / (place + 1);
    }
  }
  const percent = (value) => Number(((100 * value) / total).toFixed(2));
  return { recall20: percent(hits), mrr20: percent(reciprocal) };
}

/** The same sessions by what is viewed most, and by what is viewed in the same sessions as the last item. */
function baselines() {
  const popular = new Map();
  const together = new Map();
  for (const { events } of train) {
    const views = [...new Set(events.filter(isView).map(idOf))];
    for (const a of views) {
      popular.set(a, (popular.get(a) ?? 0) + 1);
      const row = together.get(a) ?? together.set(a, new Map()).get(a);
      for (const b of views) if (b !== a) row.set(b, (row.get(b) ?? 0) + 1 / Math.sqrt(views.length));
    }
  }
  const top = (scores) =>
    [...scores]
      .sort((a, b) => b[1] - a[1])
      .slice(0, LIST)
      .map(([id]) => id);
  const mostViewed = top(popular);
  const neighbours = new Map([...together].map(([id, row]) => [id, top([...row].map(([other, count]) => [other, count / Math.sqrt(popular.get(other))]))]));
  return {
    popularity: measure(test, () => mostViewed),
    itemNeighbours: measure(test, (events) => neighbours.get(idOf(events.findLast(isView))) ?? []),
  };
}

/** A fetch over the files of a release that is not on disk yet. */
const fetchFrom = (manifest, files) => async (address) => {
  const path = address.replace("memory:/", "");
  return new Response(path === "manifest.json" ? JSON.stringify(manifest) : files.get(path));
};

/** The release as it is downloaded, through the SDK's session input, encoder and int8 ranking. */
async function evaluate({ manifest, files }) {
  const page = await createPage(await fetchRelease(fetchFrom(manifest, files), "memory:/manifest.json"));
  const metrics = measure(test, (events) => page.rank(events, { limit: LIST }, () => 0.5).map(({ item_id }) => item_id));
  page.dispose();
  return metrics;
}

const draft = await buildRelease(model, items, { version: 1, created: CREATED, metrics: {} });
const metrics = await evaluate(draft);
const built = await buildRelease(model, items, { version: 1, created: CREATED, metrics });
const compared = { presently: metrics, ...baselines() };

await rm(join(out, "demo"), { recursive: true, force: true });
await rm(join(out, "encoder"), { recursive: true, force: true });
await mkdir(join(out, "encoder"), { recursive: true });
await publishRelease(join(out, "demo"), built);
const fileOf = (name) => built.files.get(built.manifest.files[name].path);
const encoder = new TextDecoder().decode(fileOf("encoder"));
writeFileSync(join(out, "encoder", "encoder.json"), encoder);
writeFileSync(join(out, "encoder", JSON.parse(encoder).weightsManifest[0].paths[0]), fileOf("weights"));

const sizes = ["demo", "encoder"].flatMap((name) =>
  readdirSync(join(out, name), { recursive: true })
    .map((path) => ({ path: join(name, path), bytes: statSync(join(out, name, path)).size }))
    .filter(({ path }) => statSync(join(out, path)).isFile()),
);
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
const row = (name, { recall20, mrr20 }) => `| ${name} | ${recall20.toFixed(2)} | ${mrr20.toFixed(2)} |`;
writeFileSync(
  join(out, "README.md"),
  `# Models

Made by \`npm run models\`, which writes this folder, this file included; the same bytes each time on one machine.

- \`demo/\`: a release for the demo shop (${items.length} items), as the endpoint publishes one: \`manifest.json\` and the files it names by their hashes.
- \`encoder/\`: the persona encoder of that release alone. It sees vectors and never ids, so it is where training for any other catalogue can start.

How: the shop's own Merchant feed, ${train.length} simulated sessions of shoppers with hidden, drifting tastes (\`presently simulate\`, seed ${SEED}), ${values.epochs} epochs of
training. The figures are of the ${test.length} newest simulated sessions, held out: each view after a session's first, predicted from the events before
it through the SDK's own session input, encoder and int8 ranking, from the files as they are downloaded.

| | Recall@20, % | MRR@20, % |
|---|---|---|
${row("this release", compared.presently)}
${row("item neighbours (viewed together)", compared.itemNeighbours)}
${row("most viewed", compared.popularity)}

They say that the loop works and that the simulated shoppers have a structure to find; how it does on real shops is what \`npm run evaluate\` measures.

| file | bytes |
|---|---|
${sizes.map(({ path, bytes }) => `| ${path} | ${bytes} |`).join("\n")}
| all | ${total} |
`,
);
console.log(JSON.stringify({ ...compared, train_seconds: Math.round(trainSeconds), bytes: total }));
const { stdout } = await capture("git", ["status", "--short", "models"], { cwd: ROOT });
if (out === at("models")) console.log(stdout ? `Changed:\n${stdout}` : "Same bytes as committed.");
if (total > MOST_BYTES) {
  console.error(`The models take ${total} bytes, more than ${MOST_BYTES}: lower the text table's buckets.`);
  process.exit(1);
}
