import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at, capture, isMain, tool } from "./process.mjs";

const NPM = process.platform === "win32" ? "npm.cmd" : "npm";
/** What only a server needs: none of it may come along with the SDK. */
const SERVER = ["hono", "@hono/node-server", "libsql", "commander", "prom-client", "csv-parse", "fast-xml-parser", "webgpu", "@presently/endpoint"];
const FOREIGN = /(^|\/)(endpoint|examples|e2e|bench|testing|scripts|node_modules)\/|\.test\.|tsbuildinfo|^package\/src\//;

const SNIPPET = `import { createPresently, type Presently } from "presently";
import { parseEvent } from "presently/contract";
export function start(): Presently {
  const presently = createPresently({ manifest: "/presently/manifest.json" });
  presently.track(parseEvent({ name: "view_item", item_id: "sku-42" }, Date.now()));
  return presently;
}
`;
const TSCONFIG = {
  compilerOptions: { module: "nodenext", target: "es2022", lib: ["es2023", "dom", "dom.iterable"], strict: true, noEmit: true, skipLibCheck: true, types: [] },
};
const USE = `const { parseEvent } = await import("presently/contract");
const { createPresently } = await import("presently");
if (parseEvent({ name: "view_item", item_id: 42 }, 1).items[0].item_id !== "42" || typeof createPresently !== "function") process.exit(1);
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
    const server = installed.filter((name) => SERVER.includes(name));
    if (server.length > 0) throw new Error(`Installing the SDK brought server dependencies along: ${server.join(", ")}`);
    writeFileSync(join(shop, "use.mjs"), USE);
    await step("Importing the installed package", process.execPath, ["use.mjs"], { cwd: shop });
    writeFileSync(join(shop, "shop.ts"), SNIPPET);
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
    console.log(`${files.length} files; installed, imported and compiled against elsewhere, without server dependencies.`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
