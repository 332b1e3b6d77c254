/*
 * How many feedback batches the endpoint takes durably, over HTTP as pages send them: answered 202 once they are on disk.
 * Grouped commits (as served) against one commit per batch, on this machine's disk.
 *
 *   npm run bench:ingest [-- --seconds 5 --connections 64 --records 5 --json]
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const at = (path) => pathToFileURL(fileURLToPath(new URL(`../../endpoint/dist/${path}`, import.meta.url))).href;

/** The server, in a thread of its own, so that the clients do not slow it down more than other processes would. */
async function serveThread({ data, group }) {
  const { serve } = await import("@hono/node-server");
  const { createIngest } = await import(at("ingest/ingest.js"));
  const { openStore } = await import(at("store/store.js"));
  const store = openStore(data);
  const { app } = createIngest((batches) => void store.feedback.add(batches), { origins: [], rate: 0, now: Date.now, address: () => "", group });
  const server = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }) => parentPort.postMessage({ port }));
  parentPort.once("message", () => {
    server.closeAllConnections();
    server.close();
    parentPort.postMessage(store.counters());
    store.close();
  });
}

const bodyOf = (records) =>
  Buffer.from(
    JSON.stringify({
      format: "presently.feedback/1",
      key: randomBytes(16).toString("hex"),
      release: 1,
      mode: "balanced",
      records: Array.from({ length: records }, (_, i) => ({
        kind: "pair",
        context: "sku-1001",
        target: `sku-${2000 + i}`,
        outcome: "view",
        position: null,
        propensity: null,
      })),
    }),
  );

function post(agent, port, body) {
  return new Promise((resolve, reject) => {
    const sent = request(
      { agent, port, host: "127.0.0.1", path: "/v1/feedback", method: "POST", headers: { "content-type": "text/plain", "content-length": body.length } },
      (response) => {
        response.resume();
        response.once("end", () => resolve(response.statusCode));
      },
    );
    sent.once("error", reject);
    sent.end(body);
  });
}

async function measure(group, { seconds, connections, records }) {
  const data = mkdtempSync(join(process.cwd(), ".bench-ingest-"));
  const worker = new Worker(new URL(import.meta.url), { workerData: { data, group } });
  const next = () => new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  try {
    const { port } = await next();
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const latencies = [];
    const run = async (end, note) => {
      await Promise.all(
        Array.from({ length: connections }, async () => {
          while (performance.now() < end) {
            const body = bodyOf(records);
            const started = performance.now();
            const status = await post(agent, port, body);
            if (status !== 202) throw new Error(`answered ${status}`);
            if (note) latencies.push(performance.now() - started);
            else warm++;
          }
        }),
      );
    };
    let warm = 0;
    await run(performance.now() + 1000, false);
    const started = performance.now();
    await run(started + seconds * 1000, true);
    const taken = (performance.now() - started) / 1000;
    agent.destroy();
    const counted = next();
    worker.postMessage("stop");
    const { batches } = await counted;
    if (batches !== warm + latencies.length) throw new Error(`${warm + latencies.length} were acknowledged, ${batches} are stored`);
    latencies.sort((a, b) => a - b);
    const quantile = (q) => Number(latencies[Math.floor(q * (latencies.length - 1))].toFixed(2));
    return { batches_per_second: Math.round(latencies.length / taken), p50_ms: quantile(0.5), p99_ms: quantile(0.99), max_ms: quantile(1) };
  } finally {
    await worker.terminate();
    rmSync(data, { recursive: true, force: true });
  }
}

if (!isMainThread) {
  await serveThread(workerData);
} else {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "5" },
      connections: { type: "string", default: "64" },
      records: { type: "string", default: "5" },
      json: { type: "boolean", default: false },
    },
  });
  const load = { seconds: Number(values.seconds), connections: Number(values.connections), records: Number(values.records) };
  const result = { ...load, cpus: cpus().length, grouped: await measure({}, load), single: await measure({ delay: 0, size: 1 }, load) };
  if (values.json) console.log(JSON.stringify(result));
  else {
    console.log(`${load.connections} connections, ${load.records} records a batch, ${load.seconds} s, ${result.cpus} CPUs, clients on the same machine`);
    for (const name of ["grouped", "single"]) {
      const { batches_per_second, p50_ms, p99_ms, max_ms } = result[name];
      console.log(`${name.padEnd(8)} ${String(batches_per_second).padStart(6)} durable batches/s   p50 ${p50_ms} ms   p99 ${p99_ms} ms   max ${max_ms} ms`);
    }
  }
}
