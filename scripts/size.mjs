import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import { parseAst } from "rollup/parseAst";
import { at, isMain } from "./process.mjs";

const TAG = at("dist/tag/");
const NPM = at("dist/npm/");
/** Entries for frameworks, without the framework and the client: the client comes later, and in the browser alone. */
const FRAMEWORKS = ["store", "react", "vue"];
const KERNELS = ["relaxed.js", "simd.js"];
/** Loaded lazily, but not for the encoder: with the first rule, and with catalogues of more than one file or of many items. */
const OTHERS = ["rules.js", "partitions.js", "sketch-search.js"];
const BACKENDS = ["webgpu", "webgl", "wasm", "cpu"];

/** Budgets in bytes after brotli 11. */
export const BUDGETS = { script: 10_000, ranker: 30_400, kernel: 6_000, ml: 160_000, store: 2_000, react: 2_000, vue: 2_000 };

const brotli = (file, folder = TAG) => brotliCompressSync(readFileSync(folder + file), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

/** The files beside it that a module imports: at once, and when it needs them. */
function importsOf(file, folder) {
  const found = { static: [], dynamic: [] };
  const visit = (node) => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node?.type !== "string") return;
    const list = node.type === "ImportExpression" ? found.dynamic : found.static;
    const source = node.source?.value;
    if (typeof source === "string" && source.startsWith("./")) list.push(source.slice(2));
    Object.values(node).forEach(visit);
  };
  visit(parseAst(readFileSync(folder + file, "utf8")).body);
  return found;
}

/** Everything that loading `file` brings along. `follow` chooses the lazy imports to count. */
function closure(file, follow, folder = TAG, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  const imports = importsOf(file, folder);
  for (const next of [...imports.static, ...imports.dynamic.filter(follow)]) closure(next, follow, folder, seen);
  return seen;
}

/**
 * Brotli bytes. `script`: what the tag loads before any model. `ranker`: that and what exact ranking without ML needs.
 * `kernel`: the larger of its two builds. `ml`: all that is loaded lazily for the encoder, on the largest backend, its WASM file included.
 * `store`, `react`, `vue`: what an app's bundle gets of these. `chunks`: each file of the tag.
 */
export function measure() {
  if (!existsSync(`${TAG}presently.js`)) throw new Error("There is no dist/tag: run npm run build first");
  const files = readdirSync(TAG).filter((file) => statSync(TAG + file).isFile() && /\.(js|wasm)$/.test(file));
  const chunks = Object.fromEntries(files.map((file) => [file, brotli(file)]));
  const sum = (names) => [...names].reduce((total, name) => total + chunks[name], 0);
  const ranker = new Set([...closure("connection.js", () => false), ...closure("worker.js", () => false)]);
  const perBackend = BACKENDS.map((backend) => {
    const others = [...OTHERS, ...BACKENDS.filter((other) => other !== backend).map((other) => `${other}.js`)];
    const all = closure("worker.js", (next) => !others.includes(next));
    const lazy = [...all].filter((file) => !ranker.has(file) && !KERNELS.includes(file));
    // One of the two WASM files is loaded, by what the browser can do; the SIMD one is the usual and the larger.
    return sum(lazy) + (backend === "wasm" ? chunks["tfjs-backend-wasm-simd.wasm"] : 0);
  });
  const script = chunks["presently.js"];
  // A browser loads one of them, by what its SIMD can do.
  const kernel = Math.max(...KERNELS.map((file) => chunks[file]));
  return {
    script,
    ranker: script + sum(ranker) + kernel,
    kernel,
    ml: Math.max(...perBackend),
    ...Object.fromEntries(FRAMEWORKS.map((name) => [name, [...closure(`${name}.js`, () => false, NPM)].reduce((total, file) => total + brotli(file, NPM), 0)])),
    chunks,
    backends: Object.fromEntries(BACKENDS.map((name, i) => [name, perBackend[i]])),
  };
}

export function overBudget(sizes) {
  return Object.entries(BUDGETS)
    .filter(([name, budget]) => sizes[name] > budget)
    .map(([name, budget]) => `${name} is ${sizes[name]} bytes, its budget ${budget}`);
}

if (isMain(import.meta)) {
  const { backends, ...sizes } = measure();
  if (process.argv.includes("--json")) console.log(JSON.stringify(sizes));
  else {
    const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
    for (const [name, budget] of Object.entries(BUDGETS)) console.log(`${name.padEnd(34)}${kB(sizes[name])}  of ${kB(budget)}`);
    for (const [name, bytes] of Object.entries(backends)) console.log(`  ml on ${name.padEnd(26)}${kB(bytes)}`);
    for (const [name, bytes] of Object.entries(sizes.chunks)) console.log(`  ${name.padEnd(32)}${kB(bytes)}`);
  }
  const faults = overBudget(sizes);
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
