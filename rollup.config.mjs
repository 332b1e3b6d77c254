import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import commonjs from "@rollup/plugin-commonjs";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { minify } from "terser";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const WASM = ["tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm.wasm"];

/** tfjs's third WASM build needs cross-origin isolation and pays for long computations only: the wasm backend never asks for it, nor is it shipped. */
const withoutThreads = {
  name: "without-threads",
  load(id) {
    return /tfjs-backend-wasm-threaded-simd(\.worker)?\.js$/.test(id) ? 'export const wasmWorkerContents = "";\nexport default null;\n' : null;
  },
};

/** `comparisons: false`, and no `hoist_funs`: what they make is shorter, but compresses worse (bench/LOG.md). */
const MINIFY = {
  ecma: 2020,
  module: true,
  compress: { passes: 2, pure_getters: true, unsafe_arrows: true, comparisons: false, inline: 1 },
  format: { comments: false },
};

/** Two thirds of a build were spent on chunks which had not changed: each is minified once and kept by its content. */
const minified = {
  name: "minified",
  async renderChunk(code) {
    const cache = at("node_modules/.cache/presently-minified");
    const kept = `${cache}/${createHash("sha256").update(JSON.stringify(MINIFY)).update(code).digest("hex")}.js`;
    if (!existsSync(kept)) {
      const small = await minify(code, MINIFY);
      mkdirSync(cache, { recursive: true });
      writeFileSync(kept, small.code);
    }
    return { code: readFileSync(kept, "utf8"), map: null };
  },
};

const plugins = [
  nodeResolve({ browser: true, exportConditions: ["browser", "import", "default"] }),
  withoutThreads,
  // Emscripten's glue in tfjs-backend-wasm, `long` and `seedrandom` in tfjs-core.
  commonjs({ include: /node_modules/ }),
  minified,
];

/** Chunks by what they are for. The backends share one tfjs-core, and WebGL and WebGPU compute small things with the CPU backend's functions. */
function manualChunks(id) {
  if (id.includes("/node_modules/@tensorflow/tfjs-core/")) return "tfjs-core";
  if (/tfjs-backend-cpu\/dist\/(shared|utils\/|kernels\/\w+_impl)/.test(id)) return "cpu-functions";
  if (id.includes("commonjsHelpers")) return "tfjs-core";
  return null;
}

/** What reads pages is one file of the tag: a module more is a request more while a page loads, and a millisecond of its main thread. */
const tagChunks = (id) => (/esm.capture.reader.(?!repair)/.test(id) ? "page-reader" : manualChunks(id));

/** Copies the wasm backend's own files beside the bundle. */
const copyWasm = (folder) => ({
  name: "copy-wasm",
  writeBundle() {
    mkdirSync(at(folder), { recursive: true });
    for (const file of WASM) copyFileSync(at(`node_modules/@tensorflow/tfjs-backend-wasm/dist/${file}`), at(`${folder}/${file}`));
  },
});

/** One more file beside the bundle. */
const file = (fileName, source) => ({
  name: "file",
  generateBundle() {
    this.emitFile({ type: "asset", fileName, source });
  },
});

/**
 * An IIFE cannot hold chunks: what it imports lazily is the ES module of that name beside it, by its absolute address, since a script from
 * another origin has no base of its own (https://html.spec.whatwg.org/#creating-a-classic-script).
 */
const lazyBeside = {
  name: "lazy-beside",
  intro: () => 'const beside = new URL(".", document.currentScript?.src ?? location);',
  resolveImportMeta: (property) => (property === "url" ? "beside" : null),
  // A script tag is in a window, and knows where its files are.
  transform: (code) => code.replace(/typeof window === "undefined"|(?<!\.)assets === undefined/, "false"),
  renderDynamicImport: ({ targetModuleId }) => (targetModuleId ? { left: "import(beside + ", right: ")" } : null),
  resolveDynamicImport: fileBeside,
};

/** What leads to the first list: one file, with everything it needs in itself, though another file has it too. */
const wholeFile = { name: "whole-file", resolveDynamicImport: fileBeside };

function fileBeside(specifier) {
  return typeof specifier === "string" ? { id: `./${basename(specifier)}`, external: true } : null;
}

/** The npm package has the WASM files once, in the tag's folder. */
const wasmOfTag = {
  name: "wasm-of-tag",
  renderChunk: (code) =>
    code.includes("./tfjs-backend-wasm") ? { code: code.replaceAll("./tfjs-backend-wasm", "../tag/tfjs-backend-wasm"), map: null } : null,
};

const CLIENT = at("dist/esm/index.js");

/**
 * What a page compiles at once, it compiles beside its main thread, instead of function by function when each is first called: half of what the
 * script costs that thread (https://v8.dev/blog/explicit-compile-hints; other browsers read past it).
 */
const compiledAhead = {
  name: "compiled-ahead",
  generateBundle(_, bundle) {
    for (const [name, chunk] of Object.entries(bundle)) if (AT_ONCE.includes(name)) chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
  },
};
const AT_ONCE = ["presently.js", "connection.js", "page-reader.js", "feedback.js", "persistent.js", "shelf.js"];

/** Rollup and terser drop the directive by which React knows what runs in browsers (https://react.dev/reference/rsc/use-client). */
const useClient = {
  name: "use-client",
  generateBundle(_, bundle) {
    bundle["react.js"].code = `"use client";\n${bundle["react.js"].code}`;
  },
};

/** tfjs-core's optional CommonJS parts and circular imports are known; everything else is worth stopping for. */
function onwarn(warning, warn) {
  const inDependency = [warning.id, warning.loc?.file, ...(warning.ids ?? [])].some((id) => id?.includes("node_modules"));
  if (warning.code === "MODULE_LEVEL_DIRECTIVE") return;
  if (inDependency && ["CIRCULAR_DEPENDENCY", "THIS_IS_UNDEFINED", "MISSING_EXPORT", "EVAL"].includes(warning.code)) return;
  warn(warning);
}

const modules = (dir) => ({
  dir: at(dir),
  format: "es",
  entryFileNames: "[name].js",
  chunkFileNames: "[name].js",
  manualChunks,
  hoistTransitiveImports: false,
});

export default [
  // The script tag: what a page loads at once …
  {
    input: at("dist/esm/tag.js"),
    output: { file: at("dist/tag/presently.js"), format: "iife", name: "presentlyTag" },
    plugins: [lazyBeside, ...plugins, compiledAhead],
    onwarn,
  },
  // … and what it loads when it is needed.
  {
    input: {
      engine: at("dist/esm/engine.js"),
      worker: at("dist/esm/worker.js"),
      shelf: at("dist/esm/render/shelf.js"),
      inspector: at("dist/esm/render/inspector.js"),
      // Where a page does not say by attributes what it is.
      "page-reader": at("dist/esm/capture/reader/page-reader.js"),
      // With the consent to store, and to share.
      persistent: at("dist/esm/storage/persistent.js"),
      feedback: at("dist/esm/feedback/feedback.js"),
      // Where the shop asks for the page's own consent tool, and for a diagnosis.
      "consent-sources": at("dist/esm/consent/consent-sources.js"),
      doctor: at("dist/esm/doctor/doctor.js"),
      portable: at("dist/esm/portable.js"),
    },
    // The worker imports engine.js itself, not a chunk that both share.
    preserveEntrySignatures: "allow-extension",
    output: { ...modules("dist/tag"), manualChunks: tagChunks },
    plugins: [...plugins, compiledAhead, copyWasm("dist/tag")],
    onwarn,
  },
  { input: { connection: at("dist/esm/connection.js") }, output: modules("dist/tag"), plugins: [wholeFile, ...plugins, compiledAhead], onwarn },
  // npm: dependencies stay the shop's own, except in the worker, which has no import map: that is the tag's.
  {
    input: { index: at("dist/esm/index.js") },
    output: modules("dist/npm"),
    external: [/^@tensorflow\//, /^idb/, /^valibot/],
    plugins: [...plugins.slice(0, -1), wasmOfTag, file("worker.js", 'import "../tag/worker.js";\n')],
    onwarn,
  },
  // What frameworks import: a page that renders on a server has it before the client, which comes in the browser alone.
  {
    input: { store: at("dist/esm/store/index.js"), react: at("dist/esm/react/index.js"), vue: at("dist/esm/vue/index.js") },
    output: { ...modules("dist/npm"), manualChunks: (id) => (/esm.(store|contract)/.test(id) ? "stores" : null), paths: { [CLIENT]: "./index.js" } },
    external: ["react", "vue", CLIENT],
    plugins: [...plugins, useClient],
    onwarn,
  },
];
