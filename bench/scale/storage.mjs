/*
 * Where a page keeps partitions: the Cache API against the origin's private file system (OPFS), in a worker of a real browser. Each writes 100
 * files of 30 kB and reads them back in another order, five rounds after one to warm up; medians, milliseconds a file.
 *
 *   npm run bench:scale-storage [-- --json]
 */
import { createServer } from "node:http";
import { chromium } from "playwright";
import { findChromium } from "../../scripts/chromium.mjs";

const WORKER = `
const FILES = 100, BYTES = 30_000;
const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
const order = Array.from({ length: FILES }, (_, i) => (i * 37) % FILES);
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
async function timed(work) { const started = performance.now(); for (const i of order) await work(i); return (performance.now() - started) / FILES; }
const stores = {
  async cache() {
    const cache = await caches.open("bench");
    const key = (i) => location.origin + "/file?" + i;
    return { write: (i) => cache.put(key(i), new Response(bytes)), read: async (i) => (await (await cache.match(key(i))).arrayBuffer()).byteLength, clear: () => caches.delete("bench") };
  },
  async opfs() {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("bench", { create: true });
    return {
      async write(i) { const file = await root.getFileHandle(String(i), { create: true }); const open = await file.createSyncAccessHandle(); open.truncate(0); open.write(bytes); open.flush(); open.close(); },
      async read(i) { const open = await (await root.getFileHandle(String(i))).createSyncAccessHandle(); const out = new Uint8Array(open.getSize()); open.read(out); open.close(); return out.length; },
      clear: async () => (await navigator.storage.getDirectory()).removeEntry("bench", { recursive: true }),
    };
  },
};
onmessage = async () => {
  const result = {};
  for (const [name, open] of Object.entries(stores)) {
    const writes = [], reads = [];
    for (let round = 0; round < 6; round++) {
      const store = await open();
      const write = await timed(store.write), read = await timed(store.read);
      if (round > 0) { writes.push(write); reads.push(read); }
      await store.clear();
    }
    result[name] = { write: median(writes), read: median(reads) };
  }
  postMessage(result);
};`;

const server = createServer((request, response) => {
  const script = request.url === "/worker.js";
  response.writeHead(200, { "content-type": script ? "text/javascript" : "text/html" });
  response.end(script ? WORKER : "<!doctype html><title>bench</title>");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = await chromium.launch({ executablePath: await findChromium() });
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const result = await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/worker.js");
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage("go");
      }),
  );
  if (process.argv.includes("--json")) console.log(JSON.stringify(result));
  else
    for (const [name, { write, read }] of Object.entries(result))
      console.log(`${name.padEnd(8)} write ${write.toFixed(2)} ms, read ${read.toFixed(2)} ms a file`);
} finally {
  await browser.close();
  server.close();
}
