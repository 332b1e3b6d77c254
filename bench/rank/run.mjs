import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { at, must } from "../../scripts/process.mjs";
import { openBrowser } from "./browser.mjs";
import { compileNative, startNative } from "./native.mjs";
import { FILTERS, makeVectors, writeVectors } from "./vectors.mjs";

/**
 * Milliseconds to rank a whole catalogue in Chromium, one worker, beside a native scan of the same vectors in turns with it, and beside other
 * libraries in the same page. One row per system, size, kind of vectors and filter.
 */
const { values } = parseArgs({
  options: {
    json: { type: "string" },
    sizes: { type: "string", default: "10000,100000,1000000" },
    vectors: { type: "string", default: "random,clustered,trained" },
    release: { type: "string", default: at("models/demo") },
    quick: { type: "boolean", default: false },
    peers: { type: "boolean", default: true },
  },
  allowNegative: true,
});

const DIMS = 64;
const K = 100;
const QUERIES = 20;
const BUILD_LIMIT = 60_000;
const PEERS = ["hnswlib-wasm", "voy-search", "edgevec", "client-vector-search", "orama", "tfjs"];
const NOT_IN_A_PAGE = { usearch: "its npm package is a Node addon (node-gyp); it has no build for browsers" };

const median = (samples) => samples.toSorted((a, b) => a - b)[samples.length >> 1];
const quantile = (samples, share) => samples.toSorted((a, b) => a - b)[Math.floor((samples.length - 1) * share)];
const overlap = (found, truth) => {
  const [hits, wanted] = found.reduce(
    ([both, all], rows, i) => {
      const own = new Set(rows);
      return [both + truth[i].filter((row) => own.has(row)).length, all + truth[i].length];
    },
    [0, 0],
  );
  return wanted === 0 ? 1 : hits / wanted;
};
/** The clock ticks in 5 µs: short searches are repeated. Rounds: few that are long, many that are short. */
const timesFor = (count) => (count <= 20_000 ? 8 : 1);
const roundsFor = (count) => Math.max(values.quick ? 3 : 10, Math.round((values.quick ? 1e6 : 4e6) / count / (timesFor(count) * 2)));

async function bundle(folder, systems) {
  const require = createRequire(at("bench/rank/package.json"));
  const { build } = require("esbuild");
  for (const system of systems) {
    await build({
      entryPoints: { [system]: at("bench/rank/worker.mjs") },
      outdir: folder,
      bundle: true,
      format: "esm",
      minify: true,
      logLevel: "error",
      loader: { ".wasm": "file" },
      nodePaths: [at("bench/rank/node_modules"), at("node_modules")],
      external: ["fs", "path", "crypto", "module", "worker_threads", "perf_hooks", "os"],
      alias: {
        system: at(`bench/rank/systems/${system}.mjs`),
        // Embeds texts, which is not asked for here.
        "@xenova/transformers": at("bench/rank/systems/nothing.mjs"),
      },
    });
  }
}

const rows = [];
function add(row) {
  rows.push(row);
  const { system, n, vectors, filter, median_ms, recall, why } = row;
  const figures = why ? `left out: ${why}` : `${median_ms.toFixed(3)} ms${recall === null ? "" : `, recall ${recall.toFixed(4)}`}`;
  console.log(`${system.padEnd(22)}${String(n).padStart(9)}  ${vectors.padEnd(10)}${filter.padEnd(6)} ${figures}`);
}

if (values.peers && !existsSync(at("bench/rank/node_modules/esbuild")))
  await must("Installing what is measured beside", "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--workspaces=false"], {
    cwd: at("bench/rank"),
  });
if (!existsSync(at("bench/rank/node_modules/esbuild")))
  throw new Error("Without --no-peers once, the bundler is missing: npm ci --ignore-scripts in bench/rank");

const folder = mkdtempSync(join(tmpdir(), "presently-rank-"));
const bundles = join(folder, "bundles");
mkdirSync(bundles);
const { binary, why: noNative } = compileNative(folder);
if (!binary) console.log(`No native scan, no truth: ${noNative}`);
const data = join(folder, "data");
const browser = await openBrowser({ bundles, data: () => data });

/** Ours and the native scan, in turns. */
async function measureOurs({ count, vectors, native, truth, shardBytes }) {
  const base = { n: count, dims: DIMS, vectors };
  const before = await browser.memory();
  await browser.start("presently");
  const { build_ms, first_ms, note } = await browser.call("presently", "open", { count, dims: DIMS, k: K, own: true });
  const memory = (await browser.memory()) - before;
  const times = timesFor(count);
  const rounds = roundsFor(count);
  const samples = { scan: [], read: [], none: [] };
  const filters = Object.entries(FILTERS);
  for (const [name] of filters) samples[name] = [];
  const compiled = {};
  for (const [name, filter] of filters) compiled[name] = await browser.call("presently", "filtered", { filter, count, dims: DIMS });
  // Warm: what is compiled is compiled, what is cached is cached.
  for (let i = 0; i < 3; i++) await browser.call("presently", "round", { times });
  for (let round = 0; round < rounds; round++) {
    const { scan, read } = await native.round(times);
    samples.scan.push(...scan);
    samples.read.push(...read);
    samples.none.push(...(await browser.call("presently", "round", { times })));
    for (const [name, filter] of filters) samples[name].push(...(await browser.call("presently", "round", { times, filter })));
  }
  const found = await browser.call("presently", "found", {});
  const exact = await browser.call("presently", "found", { exact: true });
  const figures = (all) => ({ median_ms: median(all), p10_ms: quantile(all, 0.1), p90_ms: quantile(all, 0.9) });
  add({ ...base, system: "native", filter: "none", ...figures(samples.scan), recall: truth.native, build_ms: 0, bytes: count * (DIMS + 4), note: native.isa });
  add({ ...base, system: "memory-read", filter: "none", ...figures(samples.read), recall: null, build_ms: 0, bytes: count * DIMS });
  const own = { ...base, system: "presently", build_ms, first_ms, bytes: memory, shard_bytes: shardBytes, note };
  add({
    ...own,
    filter: "none",
    ...figures(samples.none),
    recall: overlap(found, truth.rows),
    recall_exact: overlap(found, exact),
    exact_recall: overlap(exact, truth.rows),
  });
  for (const [name, filter] of filters) {
    const hits = await browser.call("presently", "found", { filter });
    const exactly = await browser.call("presently", "found", { filter, exact: true });
    const { passing, compile_ms, truth: best } = compiled[name];
    add({
      ...own,
      filter: name,
      ...figures(samples[name]),
      recall: overlap(hits, best),
      recall_exact: overlap(hits, exactly),
      passing: passing / count,
      compile_ms,
    });
  }
  await browser.stop("presently");
}

const buildTimes = new Map();

async function measurePeer(system, { count, vectors, truth }) {
  const base = { system, n: count, dims: DIMS, vectors, filter: "none" };
  const leftOut = (why) => add({ ...base, median_ms: null, recall: null, build_ms: null, bytes: null, why });
  const known = buildTimes.get(system);
  if (known === null || (known && known.build_ms * (count / known.count) > BUILD_LIMIT))
    return leftOut(known === null ? "failed at a smaller size" : `its build would take about ${Math.round((known.build_ms * count) / known.count / 1000)} s`);
  const before = await browser.memory();
  await browser.start(system);
  try {
    const { build_ms, note } = await browser.call(system, "open", { count, dims: DIMS, k: K }, BUILD_LIMIT + 10_000);
    buildTimes.set(system, { build_ms, count });
    if (build_ms > BUILD_LIMIT) return leftOut(`its build takes ${Math.round(build_ms / 1000)} s`);
    const bytes = (await browser.memory()) - before;
    const found = await browser.call(system, "found", {});
    const all = [];
    const until = Date.now() + (values.quick ? 2_000 : 6_000);
    do all.push(...(await browser.call(system, "round", { times: 1 })));
    while (Date.now() < until && all.length < 400);
    add({ ...base, median_ms: median(all), p10_ms: quantile(all, 0.1), p90_ms: quantile(all, 0.9), recall: overlap(found, truth.rows), build_ms, bytes, note });
  } catch (error) {
    const message = error.message.replace(/^page\.evaluate: (Error: )?/, "").split("\n")[0];
    if (/longer than/.test(message)) {
      buildTimes.set(system, { build_ms: BUILD_LIMIT + 1, count });
      leftOut(`its build takes ${message}`);
    } else {
      buildTimes.set(system, null);
      leftOut(message);
    }
  } finally {
    await browser.stop(system);
  }
}

function table() {
  const of = (system, n, vectors, filter = "none") =>
    rows.find((row) => row.system === system && row.n === n && row.vectors === vectors && row.filter === filter);
  console.log(
    "\n| vectors | items | native ms | read ms | Presently ms | of native | recall@100 | of exact int8's | 50 % | 10 % | 1 % pass | bytes → first ranking ms |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|---|---|---|");
  for (const own of rows.filter(({ system, filter }) => system === "presently" && filter === "none")) {
    const native = of("native", own.n, own.vectors);
    const filtered = Object.keys(FILTERS).map((name) => `${(of("presently", own.n, own.vectors, name).median_ms / own.median_ms).toFixed(2)}`);
    const cells = [own.vectors, own.n.toLocaleString("en"), native.median_ms.toFixed(3), of("memory-read", own.n, own.vectors).median_ms.toFixed(3)];
    cells.push(
      own.median_ms.toFixed(3),
      (own.median_ms / native.median_ms).toFixed(2),
      own.recall.toFixed(4),
      own.recall_exact.toFixed(4),
      ...filtered,
      own.first_ms.toFixed(0),
    );
    console.log(`| ${cells.join(" | ")} |`);
  }
  const peers = rows.filter(({ system, why }) => !["presently", "native", "memory-read"].includes(system) && !why);
  if (peers.length === 0) return;
  console.log("\n| beside it | vectors | items | build s | memory MB | ms | of Presently | recall@100 |\n|---|---|---|---|---|---|---|---|");
  for (const { system, vectors, n, build_ms, bytes, median_ms, recall } of peers)
    console.log(
      `| ${system} | ${vectors} | ${n.toLocaleString("en")} | ${(build_ms / 1000).toFixed(1)} | ${(bytes / 1e6).toFixed(0)} | ${median_ms.toFixed(2)} | ${Math.round(median_ms / of("presently", n, vectors).median_ms)} × | ${recall.toFixed(3)} |`,
    );
}

try {
  if (!binary) throw new Error("The native scan also finds the float truth: install a C compiler, or name it in CC");
  const sizes = values.sizes.split(",").map(Number);
  await bundle(bundles, ["presently", ...(values.peers ? PEERS : [])]);
  for (const count of sizes) {
    for (const vectors of values.vectors.split(",")) {
      const shardBytes = writeVectors(data, await makeVectors(vectors, { count, dims: DIMS, queries: QUERIES, trained: values.release }), DIMS);
      const native = await startNative(binary, data, { count, dims: DIMS, k: K, queries: QUERIES });
      const lists = (name) => {
        const bytes = readFileSync(join(data, name));
        const flat = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
        return Array.from({ length: QUERIES }, (_, i) => [...flat.subarray(i * K, (i + 1) * K)]);
      };
      const truth = { rows: lists("truth.i32"), native: overlap(lists("native.i32"), lists("truth.i32")) };
      await measureOurs({ count, vectors, native, truth, shardBytes });
      native.stop();
      // What others take does not hang on how vectors lie; beyond the smallest size one kind tells it.
      if (values.peers && (count === sizes[0] || vectors === "random")) {
        for (const system of PEERS) await measurePeer(system, { count, vectors, truth });
        for (const [system, why] of Object.entries(NOT_IN_A_PAGE))
          add({ system, n: count, dims: DIMS, vectors, filter: "none", median_ms: null, recall: null, build_ms: null, bytes: null, why });
      }
    }
  }
  table();
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
if (values.json) writeFileSync(values.json, `${JSON.stringify({ rows }, null, 1)}\n`);
