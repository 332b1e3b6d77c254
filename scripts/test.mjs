import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { at, run, tool } from "./process.mjs";
import { setup } from "./setup.mjs";

/**
 * `npm test`: sets everything up, runs every gate even after a failure, and ends with `N passed, N failed`.
 * Vitest and Playwright count their tests, every other gate counts as one. `npm test -- unit e2e` runs those stages alone.
 */
await setup();
const { ensureChromium } = await import("./chromium.mjs");
const results = at("test-results");
mkdirSync(results, { recursive: true });

const gate = (command, args, options) => async () => {
  const code = await run(command, args, options);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
};
const script = (name) => gate(process.execPath, [at(`scripts/${name}.mjs`)]);

/** A runner's own counts; one that ends badly or counts nothing has failed, whatever its report says. */
async function counted(report, count, command, args, options) {
  rmSync(report, { force: true });
  const code = await run(command, args, options);
  let counts = { passed: 0, failed: 0 };
  try {
    if (existsSync(report)) counts = count(JSON.parse(readFileSync(report, "utf8")));
  } catch (error) {
    console.error(`The report ${report} cannot be read: ${error.message}`);
  }
  const wrong = (code !== 0 || counts.passed === 0) && counts.failed === 0;
  return wrong ? { ...counts, failed: 1 } : counts;
}

async function unit() {
  // Training on a GPU is tested on the software driver that it brings.
  const chromium = await ensureChromium();
  const report = `${results}/unit.json`;
  const count = ({ numPassedTests, numTotalTests }) => ({ passed: numPassedTests, failed: numTotalTests - numPassedTests });
  const [command, args] = tool("vitest/vitest.mjs", "run", "--reporter=dot", "--reporter=json", `--outputFile.json=${report}`);
  return counted(report, count, command, args, { env: { CHROMIUM_PATH: chromium } });
}

async function e2e() {
  const chromium = await ensureChromium();
  const report = `${results}/e2e.json`;
  const count = ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped });
  const [command, args] = tool("playwright/cli.js", "test", "--reporter=list,json");
  return counted(report, count, command, args, { env: { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report } });
}

/** The browsers that cannot be installed are told and left out; those that are there have to pass. */
async function browsers() {
  const chromium = await ensureChromium();
  const report = `${results}/browsers.json`;
  return counted(report, (counts) => counts, process.execPath, [at("testing/browsers/run.mjs"), "--report", report], { env: { CHROMIUM_PATH: chromium } });
}

const STAGES = {
  build: script("build"),
  types: gate(...tool("typescript/bin/tsc", "-b")),
  lint: gate(...tool("@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".")),
  imports: script("imports"),
  unit,
  size: script("size"),
  pack: script("pack"),
  benches: script("benches"),
  e2e,
  browsers,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in STAGES));
if (unknown.length > 0) {
  console.error(`There is no stage ${unknown.join(", ")}; there are ${Object.keys(STAGES).join(", ")}.`);
  process.exit(1);
}

const total = { passed: 0, failed: 0 };
const lines = [];
for (const [name, stage] of Object.entries(STAGES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n── ${name} ──`);
  const started = performance.now();
  const { passed, failed } = await stage().catch((error) => {
    console.error(error.message);
    return { passed: 0, failed: 1 };
  });
  total.passed += passed;
  total.failed += failed;
  lines.push(
    `${failed > 0 ? "✗" : "✓"} ${name.padEnd(8)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s`,
  );
}
console.log(`\n${lines.join("\n")}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
