import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright";
import { findChromium } from "../../scripts/chromium.mjs";
import { at } from "../../scripts/process.mjs";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };

/** Files of some folders, each under its name, isolated from other origins: that makes the clock tick in 5 µs. */
function serve(folders) {
  const headers = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp", "cache-control": "no-store" };
  const server = createServer((request, response) => {
    const [, name, ...rest] = normalize(new URL(request.url, "http://localhost").pathname).split("/");
    const folder = folders()[name];
    const file = folder && join(folder, ...rest);
    if (!name) return response.writeHead(200, { ...headers, "content-type": TYPES[".html"] }).end("<!doctype html><title>bench</title>");
    if (!file || !existsSync(file) || !statSync(file).isFile()) return response.writeHead(404, headers).end();
    response.writeHead(200, { ...headers, "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-length": statSync(file).size });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** A page in Chromium that can start one worker per system. `data` gives the folder of the present vectors. */
export async function openBrowser({ bundles, data }) {
  const server = await serve(() => ({ data: data(), bundles, sdk: at("dist/tag") }));
  const executablePath = await findChromium();
  if (!executablePath) throw new Error("No Chromium: npm run chromium gets one");
  // Memory is told at once instead of after the next garbage collection.
  const browser = await chromium.launch({ executablePath, args: ["--enable-blink-features=ForceEagerMeasureMemory"] });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.evaluate(() => {
    const workers = {};
    let calls = 0;
    window.bench = {
      memory: async () => (await performance.measureUserAgentSpecificMemory?.())?.bytes ?? null,
      start(name) {
        workers[name] = new Worker(`/bundles/${name}.js`, { type: "module" });
      },
      stop(name) {
        workers[name]?.terminate();
        delete workers[name];
      },
      call: (name, call, args, patience) =>
        new Promise((resolve, reject) => {
          const id = calls++;
          const worker = workers[name];
          const late = setTimeout(() => reject(new Error(`longer than ${patience / 1000} s`)), patience);
          const listen = ({ data }) => {
            if (data.id !== id) return;
            clearTimeout(late);
            worker.removeEventListener("message", listen);
            if (data.error === undefined) resolve(data.value);
            else reject(new Error(data.error));
          };
          worker.addEventListener("message", listen);
          worker.addEventListener("error", ({ message }) => reject(new Error(`the worker failed: ${message || "its bundle does not load"}`)), { once: true });
          worker.postMessage({ id, call, args });
        }),
    };
  });
  return {
    start: (name) => page.evaluate((system) => window.bench.start(system), name),
    stop: (name) => page.evaluate((system) => window.bench.stop(system), name),
    call: (name, call, args, patience = 300_000) => page.evaluate((all) => window.bench.call(...all), [name, call, args, patience]),
    memory: () => page.evaluate(() => window.bench.memory()),
    async close() {
      await browser.close();
      server.close();
    },
  };
}
