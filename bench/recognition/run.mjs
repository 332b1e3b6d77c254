/*
 * Which products are recognised without any configuration? In Chromium, each page of testing/pages at its own address, with the script as a shop
 * pastes it: what the page's reader says, and whether the session's `view_item` (or none) follows from it.
 *
 *   npm run bench:recognition [-- --json --pages shopify]
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { findChromium } from "../../scripts/chromium.mjs";
import { at } from "../../scripts/process.mjs";
import { score, table, tally } from "./score.mjs";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false }, pages: { type: "string", default: "" } } });
const SDK = "/presently-sdk/";
const SCRIPT = `<script async src="${SDK}presently.js" data-manifest="/presently-sdk/none.json" data-thread="main"></script>`;
const LEAST = 0.95;

const pages = JSON.parse(readFileSync(at("testing/pages/manifest.json"), "utf8")).filter(({ page }) => page.startsWith(values.pages));
const executablePath = await findChromium();
if (!executablePath) throw new Error("No Chromium: npm run chromium gets one");
const browser = await chromium.launch({ executablePath });
const context = await browser.newContext();
let html = "";
await context.route("**/*", (route) => {
  const { pathname } = new URL(route.request().url());
  if (route.request().isNavigationRequest()) return route.fulfill({ contentType: "text/html; charset=utf-8", body: html });
  if (!pathname.startsWith(SDK) || pathname.endsWith(".json")) return route.fulfill({ status: 404, body: "" });
  return route.fulfill({
    contentType: pathname.endsWith(".wasm") ? "application/wasm" : "text/javascript",
    body: readFileSync(at(`dist/tag/${pathname.slice(SDK.length)}`)),
  });
});

const scored = [];
const times = [];
const page = await context.newPage();
try {
  for (const expected of pages) {
    // The script stands at the end of the head, as it is pasted.
    html = readFileSync(at(`testing/pages/${expected.page}.html`), "utf8").replace(/<\/head>/i, `${SCRIPT}</head>`);
    // A page under "#" is none of its own to a browser that was at the same address.
    await page.goto("about:blank");
    await page.goto(expected.url, { waitUntil: "commit" });
    await page.waitForFunction(() => typeof window.presently?.timeline === "function");
    const { reading, viewed, milliseconds } = await page.evaluate(async (sdk) => {
      const { readPage } = await import(`${sdk}page-reader.js`);
      const { jsonrepair } = await import(`${sdk}repair.js`);
      const views = () => window.presently.timeline().filter(({ name }) => name === "view_item");
      const deadline = performance.now() + 4_000;
      const seen = () => window.presently.timeline().some(({ name }) => name === "page_view");
      while (performance.now() < deadline && !seen()) await new Promise((resolve) => setTimeout(resolve, 20));
      await new Promise((resolve) => setTimeout(resolve, 200));
      const started = performance.now();
      const reading = readPage(window, { repair: jsonrepair });
      return { reading, milliseconds: performance.now() - started, viewed: views().map(({ items }) => [items[0].item_id, ...(items[0].item_ids ?? [])]) };
    }, SDK);
    const right = score(expected, { ...reading, category: reading.category.length > 0 ? reading.category : undefined });
    const told = expected.type === "product" ? viewed.length === 1 && expected.ids.includes(viewed[0][0]) : viewed.length === 0;
    scored.push({ page: expected.page, score: { ...right, all: right.all && told }, told, reading });
    times.push(milliseconds);
  }
} finally {
  await browser.close();
}

const rows = tally(scored);
const wrong = scored.filter((one) => !one.score.all);
const sorted = [...times].sort((a, b) => a - b);
const reading = { p50: sorted[sorted.length >> 1], p95: sorted[Math.floor(sorted.length * 0.95)] };
if (values.json) console.log(JSON.stringify({ rows, wrong, reading }));
else {
  console.log(table(rows));
  console.log(
    `\nReading a page: ${reading.p50.toFixed(1)} ms, p95 ${reading.p95.toFixed(1)} ms. \`view_item\` (or none) told right on ${scored.filter(({ told }) => told).length} of ${scored.length}.`,
  );
  for (const { page, score, told, reading } of wrong) console.log(`\n${page}: ${JSON.stringify({ ...score, told })}\n  ${JSON.stringify(reading)}`);
}
const [right, of] = rows.at(-1).all;
process.exitCode = right / of >= LEAST ? 0 : 1;
