import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { serveFolder } from "../../examples/storefront/files.mjs";
import { findChromium } from "../../scripts/chromium.mjs";
import { at } from "../../scripts/process.mjs";
import { listing, SHELF } from "./page.mjs";

/**
 * What the tag costs a page's main thread, in Chromium: on load (evaluation of the script, and all that follows), per event, and what a shopper
 * who clicks and types feels of it (INP, layout shift, long tasks), the same page without the tag in the same run beside it.
 */
const { values } = parseArgs({
  options: {
    release: { type: "string", default: at("models/demo") },
    rounds: { type: "string", default: "5" },
    loads: { type: "string", default: "15" },
    events: { type: "string", default: "200" },
    json: { type: "boolean", default: false },
  },
});

const TAG = '<script async src="/sdk/presently.js" data-manifest="/presently/manifest.json"></script>';
const sdk = serveFolder(at("dist/tag"), "public, max-age=600");
const release = serveFolder(values.release, "public, max-age=600");

async function answer({ url = "/" }) {
  const { pathname } = new URL(url, "http://host");
  if (pathname.startsWith("/sdk/")) return sdk(pathname.slice(5));
  if (pathname.startsWith("/presently/")) return release(pathname.slice(11));
  const html = {
    "/with": () => listing(TAG),
    "/without": () => listing(""),
    "/bare": () => listing(TAG, ""),
    "/empty": () => "<!doctype html><title>Empty</title>",
  }[pathname];
  if (pathname === "/nothing.js") return new Response("", { headers: { "content-type": "text/javascript" } });
  return html ? new Response(html(), { headers: { "content-type": "text/html" } }) : null;
}

/**
 * The listing up to where a script that is there already is evaluated, and the rest of it. Its load event comes in the task that evaluates it; a
 * script after it may come later, for the parser yields to other tasks.
 */
function loading(script, { manifest = "/presently/manifest.json", shelf = "" } = {}) {
  const [first, last] = listing(`<link rel="preload" as="script" href="${script}">`, shelf).split("</body>");
  const tag = TAG.replace("async ", 'onload="window.loaded = performance.now()" ')
    .replace("/sdk/presently.js", script)
    .replace("/presently/manifest.json", manifest);
  return [first, `<script>window.began = performance.now()</script>${tag}</body>${last}`];
}
const LOADS = {
  "/load": loading("/sdk/presently.js"),
  "/load-shelf": loading("/sdk/presently.js", { shelf: SHELF }),
  // The script before any model: its release never comes.
  "/load-script": loading("/sdk/presently.js", { manifest: "/never/manifest.json" }),
  "/load-nothing": loading("/nothing.js"),
};

const server = createServer(async (incoming, outgoing) => {
  const [first, rest] = LOADS[incoming.url] ?? [];
  if (first) {
    outgoing.writeHead(200, { "content-type": "text/html" });
    outgoing.write(first);
    // By then the script is there.
    setTimeout(() => outgoing.end(rest), 400);
    return;
  }
  if (incoming.url.startsWith("/never/")) return;
  const response = (await answer(incoming)) ?? new Response("", { status: 404 });
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const SIDES = { with: "with the tag and a shelf", bare: "with the tag", without: "without the tag" };
const quantile = (samples, share) => {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
};
const summary = (samples) => ({ min: Math.min(...samples), p50: quantile(samples, 0.5), p95: quantile(samples, 0.95), max: Math.max(0, ...samples) });

const executablePath = await findChromium();
if (!executablePath) throw new Error("No Chromium: npm run chromium gets one");
const browser = await chromium.launch({ executablePath });

async function fresh(work) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

const ready = (page) => page.waitForFunction(() => typeof window.presently?.status === "function");
const ranked = (page) => page.waitForFunction(() => document.querySelector("presently-shelf")?.shadowRoot?.querySelector("a[href]") !== null);

/** Milliseconds of the processor that the page's main thread has had so far. */
async function threadTime(client) {
  return (await client.send("Performance.getMetrics")).metrics.find(({ name }) => name === "ThreadTime").value * 1000;
}

/**
 * Milliseconds by the clock in which a script, already there, is compiled and run, its microtasks included, and the processor's of the whole main
 * thread from the beginning of the page until all that the script has begun is done. (In a trace it takes half as long again: the tracer wants
 * the source positions of each request that a script makes.)
 */
const load = (path) =>
  fresh(async (page) => {
    const client = await page.context().newCDPSession(page);
    await client.send("Performance.enable");
    await page.goto(origin + path);
    await page.waitForTimeout(2_000);
    return { evaluation: await page.evaluate(() => window.loaded - window.began), thread: await threadTime(client) };
  });

/**
 * Milliseconds by the clock of each `track` with the microtasks that it leaves; and the processor's of the whole main thread per event, all that
 * follows included, beyond what the same page needs while nothing happens.
 */
const perEvent = (path, count) =>
  fresh(async (page) => {
    await page.goto(origin + path);
    await ready(page);
    await page.evaluate(() => window.presently.recommend());
    const client = await page.context().newCDPSession(page);
    await client.send("Performance.enable");
    const spent = async (work) => {
      const before = await threadTime(client);
      const value = await work();
      return { value, cpu: (await threadTime(client)) - before };
    };
    const run = (events, track) =>
      page.evaluate(
        async ({ events, track }) => {
          const samples = [];
          for (let i = 0; i < events; i++) {
            const started = performance.now();
            if (track) window.presently.track({ name: "view_item", item_id: `TEN-${String((i % 70) + 1).padStart(3, "0")}` });
            for (let turn = 0; turn < 8; turn++) await null;
            samples.push(performance.now() - started);
            await new Promise((resolve) => setTimeout(resolve, 25));
          }
          return samples;
        },
        { events, track },
      );
    const idle = await spent(() => run(count, false));
    const busy = await spent(() => run(count, true));
    return { track: busy.value, all: (busy.cpu - idle.cpu) / count };
  });

/** A shopper who clicks and types. INP as web.dev/articles/inp defines it: the worst interaction, one in fifty left out. */
const visit = (path) =>
  fresh(async (page) => {
    await page.goto(`${origin}${path}`);
    if (path === "/with") await ranked(page);
    // While a page is still starting, its first click waits for that, tag or not.
    await page.waitForTimeout(500);
    for (let i = 0; i < 24; i++) {
      await page
        .locator("ul")
        .locator(i % 2 ? "a" : "button")
        .nth(i)
        .click();
      await page.waitForTimeout(40);
    }
    await page.locator("input").click();
    await page.keyboard.type("two person tents", { delay: 40 });
    await page.waitForTimeout(300);
    const { shifts, long, events } = await page.evaluate(() => window.seen);
    const interactions = new Map();
    for (const [id, duration] of events) interactions.set(id, Math.max(duration, interactions.get(id) ?? 0));
    const worst = [...interactions.values()].sort((a, b) => b - a);
    return {
      inp: worst[Math.floor(worst.length / 50)] ?? 0,
      handlers: events.map(([, , processing]) => processing),
      cls: shifts,
      long: long.length,
    };
  });

try {
  await fresh((page) => page.goto(`${origin}/empty`));
  const loads = Object.fromEntries(Object.keys(LOADS).map((path) => [path, []]));
  for (let i = 0; i < Number(values.loads); i++) for (const path of Object.keys(LOADS)) loads[path].push(await load(path));
  const loadOf = (path, what) => summary(loads[path].map((one) => one[what]));
  const { track, all: own } = await perEvent("/bare", Number(values.events));
  const { all } = await perEvent("/with", Number(values.events));
  const visits = { with: [], bare: [], without: [] };
  for (let round = 0; round < Number(values.rounds); round++)
    for (const side of round % 2 ? ["with", "bare", "without"] : ["without", "bare", "with"]) visits[side].push(await visit(`/${side}`));
  const sides = Object.fromEntries(
    Object.entries(visits).map(([side, list]) => [
      side,
      {
        inp: summary(list.map(({ inp }) => inp)),
        handlers: summary(list.flatMap(({ handlers }) => handlers)),
        cls: Math.max(...list.map(({ cls }) => cls)),
        longTasks: list.reduce((sum, { long }) => sum + long, 0),
      },
    ]),
  );
  const result = {
    load: { evaluation: loadOf("/load", "evaluation"), thread: loadOf("/load", "thread") },
    shelf: { thread: loadOf("/load-shelf", "thread") },
    script: { evaluation: loadOf("/load-script", "evaluation"), thread: loadOf("/load-script", "thread") },
    nothing: { evaluation: loadOf("/load-nothing", "evaluation"), thread: loadOf("/load-nothing", "thread") },
    track: summary(track),
    perEvent: { own, withShelf: all },
    ...sides,
  };
  if (values.json) console.log(JSON.stringify(result));
  else {
    const ms = ({ min, p50, p95, max }) => `${min.toFixed(2)} / ${p50.toFixed(2)} / ${p95.toFixed(2)} / ${max.toFixed(2)} ms`;
    console.log(`Min / p50 / p95 / max:`);
    console.log(`evaluation of the script, ${values.loads} fresh pages                ${ms(result.load.evaluation)}`);
    console.log(`evaluation of an empty script                          ${ms(result.nothing.evaluation)}`);
    console.log(`main thread of the page's first 2 s, processor         ${ms(result.load.thread)}`);
    console.log(`the same with a shelf, which the page draws          ${ms(result.shelf.thread)}`);
    console.log(`the same before any model: the release never comes      ${ms(result.script.thread)}`);
    console.log(`the same with an empty script                          ${ms(result.nothing.thread)}`);
    console.log(`track() and its microtasks, ${values.events} events                 ${ms(result.track)}`);
    console.log(
      `whole main thread per event, processor           ${own.toFixed(2)} ms; with a shelf that changes, layout and paint included, ${all.toFixed(2)} ms`,
    );
    console.log("\n| page | INP p50 / max of rounds | handlers p50 / p95 | CLS | tasks > 50 ms |\n|---|---|---|---|---|");
    for (const [side, { inp, handlers, cls, longTasks }] of Object.entries(sides))
      console.log(
        `| ${SIDES[side]} | ${inp.p50} / ${inp.max} ms | ${handlers.p50.toFixed(2)} / ${handlers.p95.toFixed(2)} ms | ${cls.toFixed(4)} | ${longTasks} |`,
      );
  }
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
