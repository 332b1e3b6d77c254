import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, capture, isMain, ROOT, tool } from "./process.mjs";

/** Imports against the drawing in ARCHITECTURE.md: [project, what it may not import]. Each must fail to compile or to lint. */
const WRONG = [
  ["rank", "../model/index.js"],
  ["model", "../rank/index.js"],
  ["contract", "../model/index.js"],
  ["capture", "../session/index.js"],
  ["session", "../storage/index.js"],
  ["feedback", "../session/index.js"],
  ["render", "../feedback/index.js"],
  ["catalog", "../persona/index.js"],
  ["persona", "../catalog/index.js"],
  ["persona", "../rank/index.js"],
  ["vue", "../react/index.js"],
  ["storage", "../../endpoint/src/index.js"],
  ["rank", "../../endpoint/src/train/data.js"],
];
/** What types alone cannot forbid, since these packages resolve from everywhere in the repository. */
const WRONG_PACKAGES = [
  ["rank", "@presently/endpoint"],
  ["contract", "hono"],
  ["rank", "@tensorflow/tfjs-core"],
  ["session", "presently/rank"],
  ["capture", "node:fs"],
];
/** Controls: right imports, so that a failure above is the direction's and not the scratch copy's. */
const RIGHT = [
  ["rank", "../contract/index.js"],
  ["persona", "../model/index.js"],
];

const text = (target) => `import * as other from "${target}";\nexport const probe: unknown = other;\n`;

/** Compiles one more file in a scratch copy of the sources. */
async function compiles(scratch, project, target) {
  const probe = join(scratch, "src", project, "import-probe.ts");
  writeFileSync(probe, text(target));
  const { code, stdout } = await capture(...tool("typescript/bin/tsc", "-b", join(scratch, "src", project)));
  rmSync(probe);
  return { ok: code === 0, output: stdout };
}

async function lints(project, target) {
  const biome = tool("@biomejs/biome/bin/biome", "lint", `--stdin-file-path=src/${project}/import-probe.ts`);
  return (await capture("sh", ["-c", `printf '%s' "$PROBE" | "$0" "$@"`, biome[0], ...biome[1]], { env: { PROBE: text(target) } })).code === 0;
}

/** @returns what is allowed and should not be, or the other way round */
export async function checkImports() {
  mkdirSync(at("test-results"), { recursive: true });
  const scratch = mkdtempSync(join(ROOT, "test-results/imports-"));
  const faults = [];
  try {
    const generated = (path) => !path.endsWith(".test.ts");
    cpSync(at("src"), join(scratch, "src"), { recursive: true, filter: generated });
    cpSync(at("endpoint/src"), join(scratch, "endpoint/src"), { recursive: true, filter: generated });
    cpSync(at("tsconfig.base.json"), join(scratch, "tsconfig.base.json"));
    symlinkSync(at("node_modules"), join(scratch, "node_modules"));
    for (const [project, target] of RIGHT) {
      const { ok, output } = await compiles(scratch, project, target);
      if (!ok) faults.push(`src/${project} cannot import ${target}, which it may:\n${output}`);
    }
    for (const [project, target] of WRONG) {
      const { ok, output } = await compiles(scratch, project, target);
      if (ok) faults.push(`src/${project} imports ${target} and compiles`);
      else if (!/TS6307|TS6059/.test(output)) faults.push(`src/${project} importing ${target} fails for another reason:\n${output}`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  for (const [project, target] of WRONG_PACKAGES) {
    if (await lints(project, target)) faults.push(`src/${project} imports ${target} and passes lint`);
  }
  return faults;
}

if (isMain(import.meta)) {
  const faults = await checkImports();
  for (const fault of faults) console.error(fault);
  console.log(`${WRONG.length + WRONG_PACKAGES.length} wrong imports tried, ${faults.length} faults.`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
