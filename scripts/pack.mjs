import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at, capture, isMain, tool } from "./process.mjs";

const NPM = process.platform === "win32" ? "npm.cmd" : "npm";
/** What only a server, an example or a shop with that framework needs: none of it may come along with the SDK. */
const UNWANTED = [
  ...["vite", "@vitejs/plugin-react", "@vitejs/plugin-vue", "react", "react-dom", "vue", "svelte"],
  ...["hono", "@hono/node-server", "libsql", "commander", "prom-client", "csv-parse", "fast-xml-parser", "webgpu", "@presently/endpoint"],
];
const FOREIGN = /(^|\/)(endpoint|examples|e2e|bench|testing|scripts|node_modules)\/|\.test\.|tsbuildinfo|^package\/src\//;

/** What a shop with a framework has installed itself. */
const PEERS = ["react", "vue", "@types/react"];

const SNIPPET = `import { createPresently, type Presently } from "presently";
import { parseEvent } from "presently/contract";
export function start(): Presently {
  const presently = createPresently({ manifest: "/presently/manifest.json" });
  presently.track(parseEvent({ name: "view_item", item_id: "sku-42" }, Date.now()));
  return presently;
}
`;
const APP = `import { createElement, type ReactNode } from "react";
import { PresentlyProvider, useRecommendations } from "presently/react";
import { rankingStore } from "presently/store";
import { createPresentlyPlugin } from "presently/vue";
import { start } from "./shop.js";
export const plugin = createPresentlyPlugin({ manifest: "/presently/manifest.json" });
export const store = () => rankingStore(start(), { limit: 4 });
export function App(): ReactNode {
  return createElement(PresentlyProvider, { options: { manifest: "/presently/manifest.json" } }, useRecommendations({ limit: 4 }).status);
}
`;
const TSCONFIG = {
  compilerOptions: { module: "nodenext", target: "es2022", lib: ["es2023", "dom", "dom.iterable"], strict: true, noEmit: true, skipLibCheck: true, types: [] },
};
/** In plain Node, as a server renders: nothing is thrown, started or left behind by an import. */
const USE = `const before = new Set(Object.getOwnPropertyNames(globalThis));
const entries = Object.keys(JSON.parse(process.argv[2])).filter((name) => !name.endsWith(".json"));
const modules = {};
for (const name of entries) modules[name] = await import(name.replace(".", "presently"));
// _tf and __VUE: those of TensorFlow.js and Vue.
const left = Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name) && !/^(_tf|__VUE_)/.test(name));
if (left.length > 0) throw new Error("Importing leaves globals behind: " + left);
const active = process.getActiveResourcesInfo().filter((name) => !/^(FSReqPromise|CloseReq|TTYWrap|PipeWrap)$/.test(name));
if (active.length > 0) throw new Error("Importing starts something: " + active);
const { "./contract": { parseEvent }, ".": { createPresently }, "./react": { useRecommendations }, "./vue": { createPresentlyPlugin }, "./store": { rankingStore } } = modules;
if (parseEvent({ name: "view_item", item_id: 42 }, 1).items[0].item_id !== "42") throw new Error("parseEvent reads wrongly");
for (const made of [createPresently, useRecommendations, createPresentlyPlugin, rankingStore]) if (typeof made !== "function") throw new Error("An export is missing");
let code;
try { createPresently({ manifest: "/manifest.json" }); } catch (error) { code = error.code; }
if (code !== "options/no-window") throw new Error("createPresently on a server says " + code);
`;

async function step(what, command, args, options) {
  const { code, stdout, stderr } = await capture(command, args, options);
  if (code !== 0) throw new Error(`${what} failed (exit code ${code}):\n${stdout}${stderr}`);
  return stdout;
}

/** Packs the SDK, installs the tarball in a folder of its own, and uses it there. @returns the tarball's files */
export async function checkPack() {
  const folder = mkdtempSync(join(tmpdir(), "presently-pack-"));
  try {
    const [packed] = JSON.parse(await step("npm pack", NPM, ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: at("") }));
    const files = packed.files.map((file) => file.path);
    const foreign = files.filter((path) => FOREIGN.test(path));
    if (foreign.length > 0) throw new Error(`The package holds what is none of its business: ${foreign.slice(0, 5).join(", ")}`);
    for (const needed of ["LICENSE", "README.md", "dist/npm/index.js", "dist/npm/worker.js", "dist/tag/presently.js", "dist/esm/index.d.ts"]) {
      if (!files.includes(needed)) throw new Error(`The package lacks ${needed}`);
    }
    const shop = join(folder, "shop");
    cpSync(join(folder, packed.filename), join(shop, "presently.tgz"));
    writeFileSync(
      join(shop, "package.json"),
      JSON.stringify({ name: "shop", private: true, type: "module", dependencies: { presently: "file:presently.tgz" } }),
    );
    await step("npm install of the tarball", NPM, ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: shop });
    const installed = readdirSync(join(shop, "node_modules"), { recursive: false }).flatMap((name) =>
      name.startsWith("@") ? readdirSync(join(shop, "node_modules", name)).map((inner) => `${name}/${inner}`) : [name],
    );
    const unwanted = installed.filter((name) => UNWANTED.includes(name));
    if (unwanted.length > 0) throw new Error(`Installing the SDK brought along what it has no use for: ${unwanted.join(", ")}`);
    mkdirSync(join(shop, "node_modules/@types"), { recursive: true });
    for (const peer of PEERS) symlinkSync(at(`node_modules/${peer}`), join(shop, "node_modules", peer), "junction");
    const sdk = join(shop, "node_modules/presently");
    const { exports } = JSON.parse(readFileSync(join(sdk, "package.json"), "utf8"));
    writeFileSync(join(shop, "use.mjs"), USE);
    await step("Importing the installed package", process.execPath, ["use.mjs", JSON.stringify(exports)], { cwd: shop });
    // Next and others take it from the first statement that a module's hooks belong to browsers.
    if (!readFileSync(join(sdk, exports["./react"].default), "utf8").startsWith('"use client";'))
      throw new Error('presently/react does not begin with "use client"');
    await step("publint", ...tool("publint/src/cli.js", "run", sdk, "--strict", "--pack", "false"), { cwd: shop });
    await step("attw", ...tool("@arethetypeswrong/cli/dist/index.js", join(shop, "presently.tgz"), "--profile", "esm-only"), { cwd: shop });
    writeFileSync(join(shop, "shop.ts"), SNIPPET);
    writeFileSync(join(shop, "app.ts"), APP);
    writeFileSync(join(shop, "tsconfig.json"), JSON.stringify(TSCONFIG));
    await step("Compiling against the installed types", ...tool("typescript/bin/tsc", "-p", shop), { cwd: shop });
    return files;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (isMain(import.meta)) {
  try {
    const files = await checkPack();
    console.log(
      `${files.length} files; installed, imported in plain Node and compiled against elsewhere, without server dependencies; publint and attw find nothing.`,
    );
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
