import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { build } from "./build.mjs";
import { freePort } from "./ports.mjs";
import { at } from "./process.mjs";
import { setup } from "./setup.mjs";

/**
 * `npm start`: the demo shop, the endpoint on its embedded database in .presently/, and the training loop.
 * PORT and ENDPOINT_PORT choose other ports; one that is taken gives way to the next free one.
 */
const DATA = at(".presently");
const CLI = at("endpoint/dist/cli.js");
/** A shop of many shoppers waits for more feedback; here one person wants to see the loop turn, whose few answers a GPU would not learn faster. */
const DEMO_PACE = ["--min-records", "20", "--interval", "60", "--feed-interval", "20", "--device", "cpu"];
const stops = [];
let stopping = false;

async function stop(code) {
  if (stopping) return;
  stopping = true;
  await Promise.all(stops.map((each) => each()));
  process.exit(code);
}

/** A child that ends with us, and we with it. */
function start(name, args) {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  stops.push(() => {
    const impatient = setTimeout(() => child.kill("SIGKILL"), 5_000);
    child.kill("SIGTERM");
    return ended.finally(() => clearTimeout(impatient));
  });
  ended.then((code) => {
    if (stopping) return;
    console.error(`The ${name} stopped (exit code ${code}); its message is above.`);
    void stop(1);
  });
  return ended;
}

async function answers(url, seconds) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end && !stopping) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  if (!stopping) throw new Error(`${url} did not answer within ${seconds} s`);
}

await setup();
await build();
process.on("SIGINT", () => void stop(0));
process.on("SIGTERM", () => void stop(0));

try {
  mkdirSync(DATA, { recursive: true });
  const { startStorefront } = await import("../examples/storefront/server.mjs");
  const shopPort = await freePort(Number(process.env.PORT ?? 4173));
  const endpointPort = await freePort(Number(process.env.ENDPOINT_PORT ?? 8787), [shopPort]);
  const endpoint = `http://127.0.0.1:${endpointPort}`;
  const shop = await startStorefront({ port: shopPort, endpoint });
  stops.push(() => shop.close());
  const feed = `${shop.url}/feed.xml`;
  start("endpoint", [
    CLI,
    "serve",
    "--port",
    String(endpointPort),
    "--data",
    DATA,
    "--catalog",
    feed,
    "--release",
    at("models/demo"),
    "--origin",
    shop.url,
    ...DEMO_PACE,
  ]);
  await answers(`${endpoint}/healthz`, 60);
  await answers(`${endpoint}/releases/manifest.json`, 60);
  console.log(`
  Shop      ${shop.url}
  Endpoint  ${endpoint}   (status page, feedback, releases)
  Data      ${DATA}

  Open the shop and click around: the shelves follow you. Ctrl-C stops everything.
`);
} catch (error) {
  console.error(error.message);
  await stop(1);
}
