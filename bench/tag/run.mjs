import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { serveFolder } from "../../examples/storefront/files.mjs";
import { findChromium } from "../../scripts/chromium.mjs";
import { at } from "../../scripts/process.mjs";
import { listing } from "./page.mjs";

/**
 * What the tag costs a page's main thread, in Chromium: on load (the script itself, and all that follows), per event, and what a shopper
 * who clicks and types feels of it (INP, layout shift, long tasks), the same page without the tag in the same run beside it.
 */
const { values } = parseArgs({
  options: {
    release: { type: "string", default: at("models/demo") },
    rounds: { type: "string", default: "5" },
    loads: { type: "string", default: "10" },
    events: { type: "string", default: "200" },
    /** Milliseconds between two clicks: hardly anybody clicks more than seven times a second. */
    pause: { type: "string", default: "150" },
    json: { type: "boolean", default: false },
  },
});

const TAG = '<script async src="/sdk/presently.js" data-manifest="/presently/manifest.json"></script>';
const PAGES = {
  "/with": listing(TAG),
  "/bare": listing(TAG, ""),
  "/without": listing(""),
  "/nothing": listing('<script async src="/nothing.js"></script>', ""),
  "/empty": "<!doctype html><title>Empty</title>",
};
const LOADS = { "/nothing": "with an empty script", "/bare": "with the tag", "/with": "with tag and shelf" };
/** Scripts that a page gets when it has long been loaded. */
const ADDED = ["/sdk/presently.js", "/nothing.js"];
const sdk = serveFolder(at("dist/tag"), "public, max-age=600");
const release = serveFolder(values.release, "public, max-age=600");

async function answer({ url = "/" }) {
  const { pathname, search } = new URL(url, "http://host");
  if (pathname.startsWith("/sdk/")) return sdk(pathname.slice(5));
  if (pathname.startsWith("/presently/")) return release(pathname.slice(11));
  if (pathname === "/nothing.js") return new Response("", { headers: { "content-type": "text/javascript" } });
  const html = pathname === "/added" ? listing(`<link rel="preload" as="script" href="${search.slice(1)}">`, "") : PAGES[pathname];
  return html ? new Response(html, { headers: { "content-type": "text/html" } }) : null;
}

const server = createServer(async (incoming, outgoing) => {
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
/** Asked by the page itself, in frames: what Playwright would wait with is a script of its own, whose 40 ms are a long task of nobody's. */
const ranked = (page) =>
  page.evaluate(async () => {
    while (!document.querySelector("presently-shelf")?.shadowRoot?.querySelector("a[href]")) await new Promise((resolve) => requestAnimationFrame(resolve));
  });

/** Milliseconds of the processor that the page's main thread has had so far. */
async function threadTime(client) {
  return (await client.send("Performance.getMetrics")).metrics.find(({ name }) => name === "ThreadTime").value * 1000;
}

/**
 * What a script costs that is added to a page which is loaded and has nothing else to do: milliseconds of the main thread's processor until it is
 * run and has had its first look at the page, and until a second later; and the first by the clock, which also counts what other processes take.
 * Its release never comes: this is the script before any model.
 */
const added = (script) =>
  fresh(async (page) => {
    const client = await page.context().newCDPSession(page);
    await client.send("Performance.enable");
    await page.goto(`${origin}/added?${script}`);
    await page.waitForTimeout(1_000);
    const add = (src) =>
      page.evaluate(
        (src) =>
          new Promise((resolve) => {
            const element = Object.assign(document.createElement("script"), { src });
            element.dataset.manifest = "/never/manifest.json";
            const began = performance.now();
            element.onload = () => resolve(performance.now() - began);
            document.head.append(element);
          }),
        src,
      );
    // What asking costs the first time is nobody's.
    await add("/nothing.js?first");
    const before = await threadTime(client);
    const clock = await add(script);
    const run = (await threadTime(client)) - before;
    await page.waitForTimeout(1_000);
    return { clock, run, second: (await threadTime(client)) - before };
  });

/**
 * Milliseconds of the processor that the main thread has had of a page's first second and a half, and of its first six: by then all that begins while
 * a page is quiet has begun. (In a trace it takes half as long again: the tracer wants the source positions of each request that a script makes.)
 */
const load = (path) =>
  fresh(async (page) => {
    const client = await page.context().newCDPSession(page);
    await client.send("Performance.enable");
    await page.goto(origin + path);
    await page.waitForTimeout(1_500);
    const loading = await threadTime(client);
    await page.waitForTimeout(4_500);
    return { loading, quiet: await threadTime(client) };
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

/**
 * A shopper who clicks and types, by the mouse and the keyboard alone (see `ranked`). INP as web.dev/articles/inp defines it: the worst interaction,
 * one in fifty left out.
 */
const visit = (path) =>
  fresh(async (page) => {
    await page.goto(`${origin}${path}`);
    if (path === "/with") await ranked(page);
    // While a page is still starting, its first click waits for that, tag or not: a page without a shelf gets the second that the shelf takes.
    await page.waitForTimeout(path === "/with" ? 500 : 1_500);
    const [input, ...places] = await page.evaluate(() =>
      [document.querySelector("input"), ...[...document.querySelectorAll("li")].slice(0, 24).map((card, i) => card.querySelector(i % 2 ? "a" : "button"))].map(
        (element) => {
          const { left, top, width, height } = element.getBoundingClientRect();
          return [left + width / 2, top + height / 2];
        },
      ),
    );
    for (const place of places) {
      await page.mouse.click(...place);
      await page.waitForTimeout(Number(values.pause));
    }
    await page.mouse.click(...input);
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
  const results = Object.fromEntries([...Object.keys(LOADS), ...ADDED].map((path) => [path, []]));
  for (let i = 0; i < Number(values.loads); i++) {
    for (const script of ADDED) results[script].push(await added(script));
    for (const path of Object.keys(LOADS)) results[path].push(await load(path));
  }
  const of = (path, ...measures) => Object.fromEntries(measures.map((what) => [what, summary(results[path].map((one) => one[what]))]));
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
    script: of("/sdk/presently.js", "clock", "run", "second"),
    nothing: of("/nothing.js", "clock", "run", "second"),
    load: Object.fromEntries(Object.keys(LOADS).map((path) => [path, of(path, "loading", "quiet")])),
    track: summary(track),
    perEvent: { own, withShelf: all },
    ...sides,
  };
  if (values.json) console.log(JSON.stringify(result));
  else {
    const ms = ({ min, p50, p95, max }) => `${min.toFixed(2)} / ${p50.toFixed(2)} / ${p95.toFixed(2)} / ${max.toFixed(2)} ms`;
    const { script, nothing } = result;
    const beyond = (what) => (script[what].p50 - nothing[what].p50).toFixed(1);
    console.log(`Min / p50 / p95 / max of ${values.loads} fresh pages; the main thread's processor:`);
    console.log(`the script is run and looks at the page              ${ms(script.run)}`);
    console.log(`an empty script                                      ${ms(nothing.run)}     ${beyond("run")} ms less`);
    console.log(`the same by the clock                                ${ms(script.clock)}`);
    console.log(`an empty script                                      ${ms(nothing.clock)}`);
    console.log(`the script and all that it does in a second          ${ms(script.second)}`);
    console.log(`an empty script                                      ${ms(nothing.second)}     ${beyond("second")} ms less`);
    for (const [what, name] of Object.entries({ loading: "first 1.5 s", quiet: "first 6 s" }))
      for (const [path, side] of Object.entries(LOADS)) console.log(`${`a page's ${name}, ${side}`.padEnd(53)}${ms(result.load[path][what])}`);
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
