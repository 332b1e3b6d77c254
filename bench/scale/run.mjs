/*
 * Catalogues beyond one file: generated, published as files by the endpoint's streaming publisher, and ranked by the page's own code within
 * its budget of bytes, decoys included. Recall is the share of the full exact scan's best 20 that the page's list has, mean over all steps
 * of all sessions.
 *
 *   npm run bench:scale [-- --max 1000000 --kinds clustered,trained --sessions 20 --steps 8 --decoys 1 --size 1000 --release models/demo
 *                           --folder /tmp --keep FOLDER --json FILE --svg FILE]
 *
 * "clustered": √items random directions with noise; "trained": the items of --release over and over, each moved by as much as its items lie
 * from their nearest neighbour. Ten million items need about 3 GB of disk and 2 GB of memory for the full scan, and are removed afterwards.
 */
import { fork } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { at } from "../../scripts/process.mjs";
import { walk } from "./sessions.mjs";
import { itemSource } from "./source.mjs";

const { values } = parseArgs({
  options: {
    max: { type: "string", default: "1000000" },
    min: { type: "string", default: "10000" },
    kinds: { type: "string", default: "clustered,trained" },
    sessions: { type: "string", default: "20" },
    steps: { type: "string", default: "8" },
    decoys: { type: "string", default: "1" },
    size: { type: "string", default: "300" },
    budget: { type: "string" },
    release: { type: "string", default: at("models/demo") },
    folder: { type: "string", default: tmpdir() },
    keep: { type: "string" },
    json: { type: "string" },
    svg: { type: "string" },
  },
});
const K = 20;
const load = (path) => import(pathToFileURL(at(path)).href);
const { createCatalog } = await load("dist/esm/catalog/index.js");
const { DOWNLOADS, openPartitions } = await load("dist/esm/catalog/partitions/partitions.js");
const { createKernel } = await load("dist/esm/rank/index.js");

function publish(folder, kind, items) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("publish.mjs", import.meta.url)), [folder, kind, String(items), values.release, values.size]);
    child.once("message", resolve);
    child.once("error", reject);
    child.once("exit", (code) => code && reject(new Error(`Publishing ended with ${code}`)));
  });
}

/** With --keep: what an earlier run has published there. */
async function publishOnce(folder, kind, items) {
  const known = join(folder, "published.json");
  if (existsSync(known)) return JSON.parse(readFileSync(known, "utf8"));
  mkdirSync(folder, { recursive: true });
  const published = await publish(folder, kind, items);
  if (values.keep) writeFileSync(known, JSON.stringify(published));
  return published;
}

/** All items in one piece of memory: what no page could hold, to compare with. */
async function fullScan(kind, items) {
  const { dims, batches } = await itemSource(kind, items, values.release);
  const full = { dims, count: items, vectors: new Int8Array(items * dims), scale: new Float32Array(items), prior: new Float32Array(items) };
  let at = 0;
  for (const batch of batches()) {
    full.vectors.set(batch.vectors, at * dims);
    full.scale.set(batch.scale, at);
    full.prior.set(batch.prior, at);
    at += batch.ids.length;
  }
  const kernel = await createKernel(full, { force: "simd" });
  return { full: { ...full, vectors: full.vectors }, kernel };
}

/** One page's visit: every step waits for its partitions, as a shopper's look at an item does. */
async function visit(folder, session) {
  const base = { bytes: 0, requests: 0 };
  const kinds = {};
  let tree = false;
  const host = "https://files.example/";
  const fetch = async (url) => {
    const path = url.slice(host.length);
    const content = readFileSync(join(folder, path));
    const kind = path.match(/^files\/([a-z]+)/)?.[1] ?? "manifest";
    kinds[kind] = (kinds[kind] ?? 0) + content.length;
    if (!tree) {
      base.bytes += content.length;
      base.requests++;
    }
    return new Response(content);
  };
  const catalog = createCatalog(`${host}manifest.json`, { fetch });
  const loaded = await catalog.load();
  tree = true;
  const problems = new Set();
  const downloads = { ...DOWNLOADS, decoys: Number(values.decoys), ...(values.budget && { bytes: Number(values.budget) }) };
  const partitions = await openPartitions(loaded, {
    manifest: `${host}manifest.json`,
    fetch,
    store: () => false,
    downloads,
    own: () => catalog.size(),
    saving: () => false,
    random: () => crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32,
    onProblem: ({ code, message }) => problems.add(code === "catalog/budget" ? code : message),
    onChange() {},
    recall: async () => null,
    remember: async () => {},
  });
  const recalls = [];
  const firsts = [];
  const started = performance.now();
  for (const { persona, ids, best } of session) {
    await partitions.follow(persona, ids);
    const { shard } = partitions.loaded();
    const kernel = await createKernel(shard);
    const found = Array.from(kernel.search(persona, { k: K }).rows, (row) => shard.id(row));
    await partitions.cards(found.slice(0, 12));
    recalls.push(best.filter((id) => found.includes(id)).length / K);
    firsts.push(best.slice(0, 1).filter((id) => found.includes(id)).length);
  }
  await partitions.idle();
  const milliseconds = performance.now() - started;
  const { bytes, requests, items } = partitions.status();
  partitions.close();
  return { recalls, bytes: base.bytes + bytes, requests: base.requests + requests, milliseconds, items, kinds, problems: [...problems] };
}

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const SIZES = [10_000, 100_000, 1_000_000, 10_000_000];
const rows = [];
for (const kind of values.kinds.split(","))
  for (const items of SIZES.filter((size) => size >= Number(values.min) && size <= Number(values.max))) {
    const folder = values.keep ? join(values.keep, `${kind}-${items}`) : mkdtempSync(join(values.folder, "presently-scale-"));
    try {
      const published = await publishOnce(folder, kind, items);
      const { full, kernel } = await fullScan(kind, items);
      const visits = [];
      for (let s = 0; s < Number(values.sessions); s++)
        visits.push(await visit(folder, walk(full, kernel, { steps: Number(values.steps), seed: 1000 + s, k: K })));
      const row = {
        vectors: kind,
        items,
        recall: mean(visits.flatMap(({ recalls }) => recalls)),
        firstStep: mean(visits.map(({ recalls }) => recalls[0])),
        lastStep: mean(visits.map(({ recalls }) => recalls.at(-1))),
        bySteps: visits[0].recalls.map((_, step) => mean(visits.map(({ recalls }) => recalls[step]))),
        worst: Math.min(...visits.map(({ recalls }) => mean(recalls))),
        bytes: mean(visits.map(({ bytes }) => bytes)),
        mostBytes: Math.max(...visits.map(({ bytes }) => bytes)),
        requests: mean(visits.map(({ requests }) => requests)),
        milliseconds: mean(visits.map(({ milliseconds }) => milliseconds)),
        bytesByKind: Object.fromEntries(Object.keys(visits[0].kinds).map((kind) => [kind, Math.round(mean(visits.map(({ kinds }) => kinds[kind] ?? 0)))])),
        decoys: Number(values.decoys),
        partitions: published.partitions,
        files: published.files,
        publishSeconds: published.seconds,
        publishPeakBytes: published.peakBytes,
        problems: [...new Set(visits.flatMap(({ problems }) => problems))],
      };
      rows.push(row);
      console.error(JSON.stringify(row));
    } finally {
      if (!values.keep) rmSync(folder, { recursive: true, force: true });
    }
  }

const MB = (bytes) => (bytes / 1e6).toFixed(2);
console.log(
  "| vectors | items | recall@20 of the full scan | first / last step | worst session | MB a session (most) | requests | ms | publish s | publisher's peak MB |",
);
console.log("|---|---|---|---|---|---|---|---|---|---|");
for (const row of rows)
  console.log(
    `| ${row.vectors} | ${row.items.toLocaleString("en")} | ${(100 * row.recall).toFixed(1)} % | ${(100 * row.firstStep).toFixed(0)} / ${(100 * row.lastStep).toFixed(0)} | ${(100 * row.worst).toFixed(0)} | ${MB(row.bytes)} (${MB(row.mostBytes)}) | ${row.requests.toFixed(0)} | ${row.milliseconds.toFixed(0)} | ${row.publishSeconds.toFixed(0)} | ${(row.publishPeakBytes / 1e6).toFixed(0)} |`,
  );
if (values.json) writeFileSync(values.json, `${JSON.stringify({ rows }, null, 2)}\n`);
if (values.svg) {
  const { plot } = await import("./plot.mjs");
  writeFileSync(values.svg, plot(rows));
}
