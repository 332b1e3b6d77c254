import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { startStorefront } from "../../examples/storefront/server.mjs";
import { findChromium } from "../../scripts/chromium.mjs";
import { at } from "../../scripts/process.mjs";
import { measureBackend } from "./page.mjs";
import { growRelease } from "./release.mjs";

/**
 * Milliseconds from an event to the new ranking, in Chromium, per backend: the shipped worker, spoken to as the page's script does,
 * on the demo's release, or on one of `--items` made out of it. Every event makes the session one longer, up to `--session`; then the next
 * session begins. "chosen" is what a page does that names no backend. No event is left out: the cold ones are in the figures, and apart.
 */
const { values } = parseArgs({
  options: {
    release: { type: "string", default: at("models/demo") },
    items: { type: "string" },
    backends: { type: "string", default: "chosen,cpu,wasm,webgl,webgpu" },
    /** Milliseconds between two events; a shopper leaves the page time to choose its backend. */
    pause: { type: "string", default: "20" },
    rounds: { type: "string", default: "200" },
    session: { type: "string", default: "12" },
    json: { type: "boolean", default: false },
  },
});

const SOFTWARE_GPU = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan,WebGPU",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
];

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
const summary = (samples) => {
  const sorted = [...samples].sort((a, b) => a - b);
  return { p10: quantile(sorted, 0.1), p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
};

const folder = mkdtempSync(join(tmpdir(), "presently-latency-"));
if (values.items) await growRelease(values.release, folder, Number(values.items));
const shop = await startStorefront({ port: 0, release: values.items ? folder : values.release });
const executablePath = await findChromium();
if (!executablePath) throw new Error("No Chromium: npm run chromium gets one");
const browser = await chromium.launch({ executablePath, args: SOFTWARE_GPU });
const rows = [];
try {
  for (const backend of values.backends.split(",")) {
    const page = await browser.newPage();
    await page.goto(`${shop.url}/cart`);
    const rounds = Number(values.rounds);
    const measured = await page.evaluate(measureBackend, { backend, rounds, session: Number(values.session), pause: Number(values.pause) });
    if (measured.problem) rows.push({ backend, problem: measured.problem });
    else {
      const { total, main, engine, ...others } = measured;
      rows.push({ backend, rounds, total: summary(total), main: summary(main), engine: summary(engine), ...others });
    }
    await page.close();
  }
} finally {
  await browser.close();
  await shop.close();
  rmSync(folder, { recursive: true, force: true });
}

if (values.json) console.log(JSON.stringify(rows));
else {
  const ms = ({ p50, p95 }) => `${p50.toFixed(2)} / ${p95.toFixed(2)}`;
  console.log(
    "| backend | items | total p50 / p95 ms | main thread p50 / p95 ms | encoder p50 / p95 ms | tasks > 50 ms | worker, release, first ranking ms | first events ms |",
  );
  console.log("|---|---|---|---|---|---|---|---|");
  for (const row of rows) {
    if (row.problem) console.log(`| ${row.backend} | ${row.problem} |`);
    else {
      const name = row.answered === row.backend ? row.backend : `${row.backend}: ${row.answered}`;
      const list = (values) => values.map((value) => value.toFixed(1)).join(", ");
      console.log(
        `| ${name} | ${row.items} | ${ms(row.total)} | ${ms(row.main)} | ${ms(row.engine)} | ${row.longTasks} | ${list(row.start)} | ${list(row.first)} |`,
      );
    }
  }
}
