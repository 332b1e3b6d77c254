/*
 * Are events lost or doubled where a page is left at once? In Chromium, a product page's link is clicked by a script, the browser goes to the
 * next product, and so on. Every click has to be one `select_item` in the session, every page one `page_view` and one `view_item`; with
 * sharing, every click on a shelf one record in the endpoint's database.
 *
 *   early      consent to store; a page is left in the task in which the script has started, long before the database is open
 *   soon       the same; a page is left up to 60 ms later, while the database opens and writes
 *   open       the same; a page is left as soon as its session is open
 *   no-database  consent to store, but the browser gives no IndexedDB
 *   router     no consent: one page that swaps its content, everything stays in memory
 *   answers    consent to store and share; shelf clicks, five a session (which is what a session tells), counted at the endpoint
 *   answers-memory  consent to share alone: a page's answers leave with the page
 *
 *   npm run bench:events [-- --clicks 1000 --modes early,soon --json]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "@hono/node-server";
import { chromium } from "playwright";
import { findChromium } from "../../scripts/chromium.mjs";
import { at } from "../../scripts/process.mjs";
import { startPages } from "./pages.mjs";
import { clickAlong, clickAway } from "./shopper.mjs";

const ALL = ["early", "soon", "open", "no-database", "router", "answers", "answers-memory"];
const { values } = parseArgs({
  options: { clicks: { type: "string", default: "1000" }, modes: { type: "string", default: ALL.join() }, json: { type: "boolean", default: false } },
});
const CLICKS = Number(values.clicks);
const MODES = values.modes.split(",");
const unknown = MODES.find((mode) => !ALL.includes(mode));
if (unknown) throw new Error(`There is no mode ${unknown}; there are ${ALL.join(", ")}`);
/** A session holds 500 events. */
const A_SESSION = 100;
/** Positive records that one visit tells (src/feedback/balanced.ts). */
const A_VISIT = 5;
const ROUTER_PAUSE = 200;
/** Visits whose answers are still on their way. */
const OPEN_VISITS = 12;

const executablePath = await findChromium();
if (!executablePath) throw new Error("No Chromium: npm run chromium gets one");

const STORE = { store: true };
const withoutDatabase = () => Object.defineProperty(window, "indexedDB", { value: undefined });

/** How often each id occurs less, and more, than it should. */
function compare(wanted, found) {
  const counts = new Map();
  for (const id of wanted) counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const id of found) counts.set(id, (counts.get(id) ?? 0) - 1);
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  const differences = [...counts.values()];
  return { lost: sum(differences.filter((n) => n > 0)), doubled: sum(differences.filter((n) => n < 0).map((n) => -n)) };
}

const ready = (page) => page.waitForFunction(() => typeof window.presently?.timeline === "function");

/** Clicks from page to page; `each`: what every page is told of consent. Gives the last page, what was clicked and what was opened. */
async function walk(context, pages, { clicks, leave, consent, each }) {
  const page = await context.newPage();
  await page.addInitScript(clickAway);
  await page.goto(pages.url + pages.first);
  await ready(page);
  if (consent) await page.evaluate((given) => window.presently.setConsent(given), consent);
  await page.evaluate(
    (plan) => {
      window.name = JSON.stringify(plan);
      location.reload();
    },
    { left: clicks, wanted: [], leave, consent: each },
  );
  const arrived = () => {
    const { left, wanted } = JSON.parse(window.name);
    return left === 0 && location.pathname.endsWith(`/${wanted.at(-1)}`) && typeof window.presently?.timeline === "function";
  };
  await page.waitForFunction(arrived, null, { timeout: 300_000, polling: 100 });
  const { wanted } = JSON.parse(await page.evaluate(() => window.name));
  const first = pages.first.split("/").at(-1);
  return { page, clicked: wanted, opened: [first, first, ...wanted] };
}

/** What the session of a page holds, once what the pages before left is in it. */
const timeline = (page) =>
  page.evaluate(async () => {
    await window.presently.ledger();
    return window.presently.timeline();
  });

function compareSession(events, { clicked, opened }) {
  const ids = (name) => events.filter((event) => event.name === name).map((event) => event.items[0].item_id);
  const views = events.filter(({ name }) => name === "page_view").map(({ page_location }) => page_location.split("/").at(-1));
  return { select_item: compare(clicked, ids("select_item")), view_item: compare(opened, ids("view_item")), page_view: compare(opened, views) };
}

/** Sessions one after the other, each in a browser profile of its own. */
async function sessions(browser, leave, prepare) {
  const pages = await startPages({});
  const found = [];
  for (let done = 0; done < CLICKS; done += A_SESSION) {
    const context = await browser.newContext();
    if (prepare) await context.addInitScript(prepare);
    const walked = await walk(context, pages, { clicks: Math.min(A_SESSION, CLICKS - done), leave, consent: STORE });
    found.push(compareSession(await timeline(walked.page), walked));
    await context.close();
  }
  pages.close();
  return found;
}

async function router(browser) {
  const pages = await startPages({ kind: "spa" });
  const found = [];
  for (let done = 0; done < CLICKS; done += A_SESSION) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(pages.url + pages.first);
    await ready(page);
    const clicked = await page.evaluate(clickAlong, { clicks: Math.min(A_SESSION, CLICKS - done), pause: ROUTER_PAUSE });
    found.push(compareSession(await timeline(page), { clicked, opened: [pages.first.split("/").at(-1), ...clicked] }));
    const stored = await page.evaluate(async () => [...Object.keys(sessionStorage), ...Object.keys(localStorage), ...(await indexedDB.databases())].length);
    if (stored) throw new Error("Without consent something was stored");
    await context.close();
  }
  pages.close();
  return found;
}

/** The endpoint's own ingest and database. */
async function startEndpoint() {
  const load = (path) => import(pathToFileURL(at(`endpoint/dist/${path}`)).href);
  const { createIngest } = await load("ingest/ingest.js");
  const { openStore } = await load("store/store.js");
  const folder = mkdtempSync(join(tmpdir(), "presently-events-"));
  const store = openStore(folder);
  const { app } = createIngest((batches) => void store.feedback.add(batches), { origins: [], rate: 0, now: Date.now, address: () => "" });
  const { server, port } = await new Promise((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, (info) => resolve({ server: started, port: info.port }));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    clicked: () => [...store.feedback.records()].filter(({ record }) => record.outcome === "click").map(({ record }) => record.target),
    close() {
      server.close();
      server.closeAllConnections();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Shelf clicks, and what of them is in the endpoint's database in the end. */
async function answers(browser, { visit, consent, each }) {
  const endpoint = await startEndpoint();
  const pages = await startPages({ kind: "shelf", endpoint: endpoint.url });
  const clicked = [];
  const open = [];
  const finish = async ({ context, page }) => {
    await page.evaluate(async () => {
      while ((await window.presently.ledger()).some(({ state }) => state === "waiting")) await new Promise((done) => setTimeout(done, 500));
    });
    await context.close();
  };
  for (let done = 0; done < CLICKS; done += visit) {
    const context = await browser.newContext();
    const walked = await walk(context, pages, { clicks: Math.min(visit, CLICKS - done), leave: "shelf", consent, each });
    clicked.push(...walked.clicked);
    open.push({ context, page: walked.page });
    if (open.length > OPEN_VISITS) await finish(open.shift());
  }
  for (const one of open) await finish(one);
  // What a page sent as it was left may still be on its way.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const found = [{ "click at the endpoint": compare(clicked, endpoint.clicked()) }];
  pages.close();
  endpoint.close();
  return found;
}

const MODE = {
  early: (browser) => sessions(browser, "early"),
  soon: (browser) => sessions(browser, "soon"),
  open: (browser) => sessions(browser, "open"),
  "no-database": (browser) => sessions(browser, "soon", withoutDatabase),
  router,
  answers: (browser) => answers(browser, { visit: A_VISIT, consent: { store: true, share: "balanced" } }),
  "answers-memory": (browser) => answers(browser, { visit: A_SESSION, each: { share: "balanced" } }),
};

const rows = [];
const browser = await chromium.launch({ executablePath });
try {
  for (const mode of MODES) {
    const started = performance.now();
    const totals = new Map();
    for (const found of await MODE[mode](browser)) {
      for (const [event, { lost, doubled }] of Object.entries(found)) {
        const total = totals.get(event) ?? { lost: 0, doubled: 0 };
        totals.set(event, { lost: total.lost + lost, doubled: total.doubled + doubled });
      }
    }
    for (const [event, total] of totals) rows.push({ mode, clicks: CLICKS, event, ...total });
    console.error(`${mode}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
} finally {
  await browser.close();
}

if (values.json) console.log(JSON.stringify(rows));
else {
  console.log("| mode | clicks | event | lost | doubled |\n|---|---|---|---|---|");
  for (const { mode, clicks, event, lost, doubled } of rows) console.log(`| ${mode} | ${clicks} | ${event} | ${lost} | ${doubled} |`);
}
process.exitCode = rows.some(({ lost, doubled }) => doubled > 0 || lost > CLICKS / 1000) ? 1 : 0;
