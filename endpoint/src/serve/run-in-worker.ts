import { Worker } from "node:worker_threads";
import { PresentlyError, reviveError } from "presently/contract";
import type { LoopRun } from "./loop.js";
import type { RunHooks, RunResult } from "./training.js";
import type { TrainingOptions } from "./training-options.js";
import type { FromRun, RunOrder, ToRun } from "./worker-protocol.js";

/** A run stopped meanwhile has this long to end by itself. */
const PATIENCE_MS = 3_000;

/**
 * Training makes much that lives for a step alone. In V8's usual 48 MiB of it the collector, which copies what still lives, took a fifth to a quarter
 * of an evaluation's time; in twice as much a sixth (bench/LOG.md).
 */
const YOUNG_MIB = 96;

/** Runs a training or a catalogue update in a thread of its own. */
export function runInWorker(data: string, kind: LoopRun, options: TrainingOptions, { onProgress, signal }: RunHooks): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const order: RunOrder = { data, kind, options };
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: order, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
    let impatient: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      worker.postMessage({ type: "stop" } satisfies ToRun);
      impatient = setTimeout(() => void worker.terminate(), PATIENCE_MS);
    };
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
    worker.on("message", (message: FromRun) => {
      if (message.type === "progress") onProgress?.(message.progress);
      else if (message.type === "done") resolve(message.result);
      else reject(reviveError(message.error));
    });
    worker.on("error", reject);
    worker.on("exit", (code) => {
      clearTimeout(impatient);
      signal?.removeEventListener("abort", stop);
      // Settled already where it answered.
      reject(new PresentlyError("train/thread", `The training thread ended (exit code ${code}) without an answer: give the endpoint more memory`));
    });
  });
}
