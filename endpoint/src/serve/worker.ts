/* A run in a thread of its own, so that serving goes on while it trains. */
import { parentPort, workerData } from "node:worker_threads";
import { errorData } from "presently/contract";
import { openStore } from "../store/store.js";
import { dataFolder } from "./data-folder.js";
import { type RunHooks, runCatalog, runTraining } from "./training.js";
import type { FromRun, RunOrder, ToRun } from "./worker-protocol.js";

const port = parentPort!;
const { data, kind, options } = workerData as RunOrder;
const stop = new AbortController();
const send = (message: FromRun) => port.postMessage(message);
port.on("message", ({ type }: ToRun) => {
  if (type === "stop") stop.abort();
});

try {
  const store = openStore(data);
  try {
    const hooks: RunHooks = { now: Date.now, signal: stop.signal, onProgress: (progress) => send({ type: "progress", progress }) };
    const run = kind === "train" ? runTraining : runCatalog;
    send({ type: "done", result: await run(store, dataFolder(data), options, hooks) });
  } finally {
    store.close();
  }
} catch (error) {
  send({ type: "failed", error: errorData(error) });
} finally {
  port.close();
}
