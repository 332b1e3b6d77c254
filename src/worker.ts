import { usableCaches } from "./caches.js";
import type { FromEngine, ToEngine } from "./contract/engine.js";
import { errorData } from "./contract/errors.js";
import { createEngine } from "./engine.js";

/** The part of a worker's global scope that is used here; the library "webworker" and the page's "dom" collide in one project. */
interface WorkerScope {
  postMessage(message: FromEngine): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToEngine>) => void): void;
}
const scope = globalThis as unknown as WorkerScope;

const engine = createEngine(
  {
    fetch: (input, init) => fetch(input, init),
    caches: usableCaches(),
    now: () => performance.now(),
    random: Math.random,
    thread: "worker",
    connection: () => (navigator as { connection?: { saveData?: boolean; effectiveType?: string } }).connection,
  },
  (what, status) => scope.postMessage({ type: "changed", what, status }),
);

scope.addEventListener("message", ({ data: { id, method, args } }) => {
  const call = engine[method] as (...args: unknown[]) => Promise<unknown>;
  call(...args).then(
    (value) => scope.postMessage({ type: "answer", id, value }),
    (error) => scope.postMessage({ type: "failure", id, error: errorData(error) }),
  );
});

scope.postMessage({ type: "ready" });

/**
 * A process reads its tables of numbers and currencies for its first number format, which took 43 to 75 ms where memory is dear: here, while a release is on its way,
 * so that a page's thread which shows prices later need not.
 */
setTimeout(() => new Intl.NumberFormat(undefined, { style: "currency", currency: "EUR" }).format(0), 10);
