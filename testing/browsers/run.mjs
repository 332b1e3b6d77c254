/*
 * The journey of a shopper through the demo shop, with the real endpoint, in Chromium, Firefox and WebKitGTK; and what each browser has of
 * what Presently uses. A browser that fails fails the run; one that cannot be had is said.
 *
 *   npm run test:browsers [-- --only firefox,webkit --report FILE]
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "@hono/node-server";
import { createStorefront } from "../../examples/storefront/server.mjs";
import { at } from "../../scripts/process.mjs";
import { DRIVERS } from "./drivers.mjs";
import { features } from "./features.mjs";
import { findBrowsers } from "./install.mjs";
import { journey } from "./journey.mjs";
import { backForwardCache, prerendering } from "./revisit.mjs";

const { values } = parseArgs({ options: { only: { type: "string" }, report: { type: "string" } } });
const names = values.only?.split(",") ?? Object.keys(DRIVERS);
const unknown = names.find((name) => !(name in DRIVERS));
if (unknown) throw new Error(`There is no browser ${unknown} here; there are ${Object.keys(DRIVERS).join(", ")}`);
const RELEASE = at("models/demo");
/** No browser here tells all errors of a page over its protocol. */
const WATCH = `<script>window.pageErrors=[];for(const type of ["error","unhandledrejection"])addEventListener(type,(event)=>pageErrors.push(String(event.reason??event.message)))</script>`;

/** The whole endpoint, but for the training. */
async function startEndpoint() {
  const load = (path) => import(pathToFileURL(at(`endpoint/dist/${path}`)).href);
  const [{ serveEndpoint }, { openStore }, { TRAINING_DEFAULTS }] = await Promise.all(
    ["serve/serve.js", "store/store.js", "serve/training-options.js"].map(load),
  );
  const data = mkdtempSync(join(tmpdir(), "presently-browsers-"));
  const serving = await serveEndpoint({
    ...{ data, host: "127.0.0.1", port: 0, origins: [], rate: 0, proxy: false, feedInterval: 0, replace: false, release: RELEASE, train: false },
    ...{ minRecords: 1, interval: 0, training: TRAINING_DEFAULTS, fetch, now: Date.now, say() {} },
  });
  return {
    url: serving.url,
    records() {
      const store = openStore(data);
      const records = [...store.feedback.records()].map(({ record }) => record);
      store.close();
      return records;
    },
    async close() {
      await serving.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function startShop(endpoint) {
  const app = createStorefront({ release: RELEASE, endpoint, csp: false });
  const watched = async (request) => {
    const response = await app.fetch(request);
    if (!response.headers.get("content-type")?.includes("text/html")) return response;
    const headers = new Headers(response.headers);
    // With `no-store`, as the shop has it, browsers keep no page for going back.
    headers.set("cache-control", "no-cache");
    return new Response((await response.text()).replace("<head>", `<head>${WATCH}`), { status: response.status, headers });
  };
  return new Promise((resolve) => {
    const server = serve({ fetch: watched, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
      resolve({
        url: `http://127.0.0.1:${port}`,
        close() {
          server.close();
          server.closeAllConnections();
        },
      }),
    );
  });
}

const found = await findBrowsers();
const results = [];
for (const name of names) {
  if (found[name].missing) {
    console.log(`- ${name} was skipped: ${found[name].missing}`);
    continue;
  }
  const result = { name, steps: 0, failure: null };
  results.push(result);
  const started = performance.now();
  const endpoint = await startEndpoint();
  const shop = await startShop(endpoint.url);
  let browser = null;
  try {
    browser = await DRIVERS[name](found[name]);
    result.version = browser.version;
    const tell = (what) => {
      result.steps++;
      console.log(`✓ ${name}: ${what}`);
    };
    await browser.open(shop.url);
    result.features = new Map(await browser.run(features));
    result.status = await journey(browser, { shop, endpoint, tell });
    result.cache = await backForwardCache(browser, { tell });
    result.prerendered = await prerendering(browser, { shop, tell });
  } catch (error) {
    result.failure = error.message;
    console.log(`✗ ${name}: ${error.stack}`);
  } finally {
    await browser?.close();
    shop.close();
    await endpoint.close();
  }
  console.log(`  ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

const milliseconds = (value) => (value === undefined || value === null ? "–" : `${value.toFixed(1)} ms`);
const rows = [
  ["version", ({ version }) => version ?? "–"],
  ["the journey", ({ steps, failure }) => (failure ? `fails after ${steps} steps` : `${steps} steps`)],
  ["engine", ({ status }) => status?.thread ?? "–"],
  ["ranking kernel", ({ status }) => status?.kernel ?? "–"],
  ["encoder's backend once it is timed", ({ status }) => (status ? `${status.backend}, ${milliseconds(status.timings[status.backend])}` : "–")],
  ["a page from the back/forward cache", ({ cache }) => cache ?? "–"],
  ["a prerendered page", ({ prerendered }) => prerendered ?? "–"],
  ["storage", ({ status }) => status?.storage ?? "–"],
  [
    "event → ranking, main thread",
    ({ status }) => (status?.lastUpdate ? `${milliseconds(status.lastUpdate.total)}, ${milliseconds(status.lastUpdate.main)}` : "–"),
  ],
  ["says it does without", ({ status }) => status?.problems.map(({ code }) => code).join(", ") || "nothing"],
  ...[...new Set(results.flatMap(({ features: has }) => [...(has?.keys() ?? [])]))].map((feature) => [
    feature,
    ({ features: has }) => (has === undefined ? "–" : has.get(feature) ? "yes" : "no"),
  ]),
];
console.log(`\n| | ${results.map(({ name }) => name).join(" | ")} |\n|---|${"---|".repeat(results.length)}`);
for (const [title, cell] of rows) console.log(`| ${title} | ${results.map(cell).join(" | ")} |`);
const failed = results.filter(({ failure }) => failure).length;
const passed = results.reduce((sum, { steps }) => sum + steps, 0);
console.log(`\n${passed} passed, ${failed} failed`);
if (values.report) writeFileSync(values.report, JSON.stringify({ passed, failed }));
process.exitCode = failed || !results.length ? 1 : 0;
