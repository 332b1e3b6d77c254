import { chmodSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { emitVersion } from "./integrity.mjs";
import { at, isMain, must, tool } from "./process.mjs";
import { setup } from "./setup.mjs";

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** The newest change of any file with this ending under a folder. */
function newest(folder, ending) {
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith(ending));
  return Math.max(0, ...files.map((entry) => modified(`${entry.parentPath ?? entry.path}/${entry.name}`)));
}

/** The kernel, then types and modules, then bundles; each only when what it is made of has changed. */
export async function build() {
  const started = performance.now();
  const kernel = at("src/rank/kernel/binary/relaxed.ts");
  const kernelSource = Math.max(newest(at("src/rank/kernel/assembly"), ".ts"), modified(at("scripts/build-kernel.mjs")));
  if (modified(kernel) < kernelSource) await must("The kernel's build", process.execPath, [at("scripts/build-kernel.mjs")]);
  const projects = ["src", "src/store", "src/react", "src/vue", "endpoint"];
  await must("tsc", ...tool("typescript/bin/tsc", "-b", ...projects.map(at)));
  // npm links the command before it is built, and then cannot make it executable.
  if (existsSync(at("endpoint/dist/cli.js"))) chmodSync(at("endpoint/dist/cli.js"), 0o755);
  const sources = Math.max(newest(at("dist/esm"), ".js"), modified(at("rollup.config.mjs")), modified(at("node_modules/.package-lock.json")));
  // The last one written: a build that broke off is done again.
  if (modified(at("dist/npm/store.js")) < sources) {
    // Nothing of a build before, whose chunks may have had other names, is published.
    for (const folder of ["dist/tag", "dist/npm"]) rmSync(at(folder), { recursive: true, force: true });
    await must("rollup", ...tool("rollup/dist/bin/rollup", "--config", at("rollup.config.mjs"), "--silent"));
    emitVersion();
  }
  console.log(`Built in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}

if (isMain(import.meta)) {
  await setup();
  await build();
}
