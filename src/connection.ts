import { usableCaches } from "./caches.js";
import { deleteReleaseCaches } from "./catalog/cache.js";
import type { Engine, EngineMethod, EngineOptions, EngineStatus, FromEngine, ToEngine } from "./contract/engine.js";
import { type ErrorData, errorData, PresentlyError, reviveError } from "./contract/errors.js";
import type { PresentlyEvent } from "./contract/events.js";
import type { EngineParts, Notify } from "./engine.js";

type CreateEngine = (parts: EngineParts, notify: Notify) => Engine;

export interface ConnectOptions {
  readonly onChange: Notify;
  /** Absolute address of the folder with engine.js and worker.js (the script tag's own). Without it they are this module's neighbours (npm). */
  readonly address?: string | undefined;
  /** "main" asks for no worker at all. */
  readonly thread?: EngineStatus["thread"] | undefined;
  /** Milliseconds in which a worker must be ready. */
  readonly patience?: number;
  /** Gives the worker, or throws why there is none. */
  readonly startWorker: () => Worker;
  /** What the worker said before anybody listened. */
  readonly early?: readonly Event[];
  /** Replaces what the browser does, in tests. */
  readonly importEngine?: () => Promise<{ createEngine: CreateEngine }>;
}

export interface EngineConnection extends Engine {
  /** Where the engine runs now. */
  readonly thread: EngineStatus["thread"];
}

/** What answers calls: a worker, or the engine on this thread. */
interface Target {
  readonly thread: EngineStatus["thread"];
  readonly engine: Engine;
  stop(): void;
}

const METHODS: readonly EngineMethod[] = ["open", "observe", "rank", "cards", "map", "status", "refresh", "allowStorage", "close"];
const PATIENCE = 10_000;
const LOST = "engine/worker-lost";

/** An engine whose calls go through `call`. */
function engineOf(call: (method: EngineMethod, args: readonly unknown[]) => Promise<unknown>): Engine {
  return Object.fromEntries(METHODS.map((method) => [method, (...args: unknown[]) => call(method, args)])) as unknown as Engine;
}

function importEngine(address: string | undefined): Promise<{ createEngine: CreateEngine }> {
  if (address === undefined) return import("./engine.js");
  // Without CORS a script from elsewhere has no base address of its own (https://html.spec.whatwg.org/#creating-a-classic-script): absolute.
  return import(/* webpackIgnore: true */ /* @vite-ignore */ new URL("engine.js", address).href);
}

/** Resolves when the worker says "ready"; rejects when it fails before, or is late. */
function workerTarget(worker: Worker, { patience = PATIENCE, early = [], onChange }: ConnectOptions, onLost: (error: PresentlyError) => void): Promise<Target> {
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: PresentlyError) => void }>();
  let calls = 0;
  const engine = engineOf(
    (method, args) =>
      new Promise((resolve, reject) => {
        const id = calls++;
        pending.set(id, { resolve, reject });
        try {
          worker.postMessage({ type: "call", id, method, args } as unknown as ToEngine);
        } catch (cause) {
          pending.delete(id);
          reject(
            new PresentlyError("engine/uncloneable", `The arguments of ${method} cannot go to a worker: pass plain data (${(cause as Error).message})`, {
              cause,
            }),
          );
        }
      }),
  );
  return new Promise((resolve, reject) => {
    let ready = false;
    const fail = (why: string) => {
      clearTimeout(late);
      worker.terminate();
      const error = new PresentlyError(LOST, `${why}: the engine runs on the page's main thread`);
      for (const call of pending.values()) call.reject(error);
      pending.clear();
      if (ready) onLost(error);
      else reject(error);
    };
    const late = setTimeout(() => fail(`The worker was not ready within ${patience} ms`), patience);
    worker.onerror = (event) => {
      event.preventDefault?.();
      fail(
        event.message
          ? `The worker failed (${event.message})`
          : "The worker could not be started; serve worker.js beside the script, and allow it in the CSP's worker-src",
      );
    };
    worker.onmessageerror = () => fail("The worker sent what this page cannot read");
    worker.onmessage = ({ data }: MessageEvent<FromEngine>) => {
      if (data.type === "ready") {
        ready = true;
        clearTimeout(late);
        resolve({ thread: "worker", engine, stop: () => worker.terminate() });
      } else if (data.type === "changed") onChange(data.what, data.status);
      else {
        const call = pending.get(data.id);
        pending.delete(data.id);
        if (data.type === "answer") call?.resolve(data.value);
        else call?.reject(reviveError(data.error));
      }
    };
    for (const event of early) worker.dispatchEvent(event);
  });
}

/** The next moment in which the page has nothing to do, but soon. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === "function") requestIdleCallback(() => resolve(), { timeout: 100 });
    else setTimeout(resolve);
  });
}

async function mainTarget({ importEngine: load, address, onChange }: ConnectOptions): Promise<Target> {
  let module: { createEngine: CreateEngine };
  try {
    module = await (load?.() ?? importEngine(address));
  } catch (cause) {
    throw new PresentlyError(
      "engine/unreachable",
      `engine.js cannot be loaded (${(cause as Error)?.message ?? cause}): serve it beside the script, with Access-Control-Allow-Origin where that is another origin, and allow it in script-src`,
      { cause },
    );
  }
  const engine = module.createEngine(
    {
      fetch: (input, init) => fetch(input, init),
      caches: usableCaches(),
      now: () => performance.now(),
      random: Math.random,
      thread: "main",
      connection: () => (navigator as { connection?: { saveData?: boolean; effectiveType?: string } }).connection,
    },
    onChange,
  );
  const call = engineOf(async (method, args) => {
    await idle();
    return (engine[method] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
  });
  return { thread: "main", engine: call, stop: () => {} };
}

/** What engines have kept on this device; for a page that has none. */
export async function deleteKept(): Promise<void> {
  const caches = usableCaches();
  if (caches) await deleteReleaseCaches(caches);
}

/**
 * Starts the engine in a worker, else on this thread, and moves it there when the worker fails later: the page's calls go on,
 * those under way included.
 * @throws PresentlyError `engine/unreachable` where neither can be loaded
 */
export async function connectEngine(options: ConnectOptions): Promise<EngineConnection> {
  const problems: ErrorData[] = [];
  let opened: EngineOptions | null = null;
  let events: readonly PresentlyEvent[] | null = null;
  let target: Promise<Target>;
  let thread: EngineStatus["thread"] = "worker";
  let closed = false;

  const withProblems = (status: EngineStatus): EngineStatus => ({ ...status, problems: [...problems, ...status.problems] });
  const onChange: Notify = (what, status) => {
    if (!closed) options.onChange(what, withProblems(status));
  };

  async function toMain(problem?: PresentlyError): Promise<Target> {
    if (problem) problems.push(errorData(problem));
    const main = await mainTarget({ ...options, onChange });
    thread = "main";
    if (opened) {
      const status = await main.engine.open(opened);
      if (events) await main.engine.observe(events);
      onChange("problem", status);
    }
    return main;
  }

  function lost(error: PresentlyError): void {
    target = toMain(error);
    // Whoever calls next hears of it.
    target.catch(() => {});
  }

  async function start(): Promise<Target> {
    if (options.thread === "main") return toMain();
    try {
      return await workerTarget(options.startWorker(), { ...options, onChange }, lost);
    } catch (error) {
      return toMain(
        error instanceof PresentlyError
          ? error
          : new PresentlyError(LOST, `The worker could not be started (${(error as Error)?.message ?? error}): the engine runs on the page's main thread`, {
              cause: error,
            }),
      );
    }
  }

  async function call(method: EngineMethod, args: readonly unknown[]): Promise<unknown> {
    if (closed) throw new PresentlyError("engine/closed", "The engine was closed: connect again");
    if (method === "open") opened = args[0] as EngineOptions;
    if (method === "observe") events = args[0] as readonly PresentlyEvent[];
    if (method === "allowStorage" && opened) opened = { ...opened, store: args[0] as boolean };
    for (let retry = false; ; retry = true) {
      const { engine } = await target;
      // The main thread's engine has been opened on the way to it.
      const wanted = retry && method === "open" ? "status" : method;
      try {
        const value = await (engine[wanted] as (...args: readonly unknown[]) => Promise<unknown>)(...(wanted === method ? args : []));
        return wanted === "open" || wanted === "status" || wanted === "refresh" ? withProblems(value as EngineStatus) : value;
      } catch (error) {
        if (!(error instanceof PresentlyError && error.code === LOST) || retry) throw error;
      }
    }
  }

  target = start();
  await target;
  const engine = engineOf(call);
  return {
    ...engine,
    get thread() {
      return thread;
    },
    async close() {
      if (closed) return;
      closed = true;
      const running = await target.catch(() => null);
      await running?.engine.close().catch(() => {});
      running?.stop();
    },
  };
}
