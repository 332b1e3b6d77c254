import { connectEngine } from "./connection.js";
import type { Engine, EngineOptions, EngineStatus } from "./contract/engine.js";
import { type ErrorData, errorData } from "./contract/errors.js";
import type { Notify } from "./engine.js";

/** The engine as the page uses it: callable at once, whatever becomes of it. */
export interface EngineLink {
  /** Calls the engine once it is open. Rejects where it cannot be loaded at all. */
  call<T>(work: (engine: Engine) => Promise<T>): Promise<T>;
  status(): EngineStatus;
  allowStorage(store: boolean): Promise<void>;
  stop(): void;
}

const CLOSED: EngineStatus = {
  release: 0,
  items: 0,
  created: null,
  source: null,
  backend: null,
  timings: {},
  kernel: null,
  thread: "main",
  problems: [],
};

/** Starts the engine and keeps its newest status. */
export function linkEngine(
  options: Omit<EngineOptions, "assets">,
  { assets, thread, onChange }: { assets: string | undefined; thread: EngineStatus["thread"] | undefined; onChange: Notify },
): EngineLink {
  let status = CLOSED;
  let failure: ErrorData | null = null;
  let { store } = options;
  const changed: Notify = (what, next) => {
    status = next;
    onChange(what, next);
  };
  const connected = connectEngine({ onChange: changed, address: assets, thread });
  const opened = connected.then(async (engine) => {
    const given = store;
    status = await engine.open({ ...options, store: given, assets: assets ?? new URL("../tag/", import.meta.url).href });
    if (store !== given) await engine.allowStorage(store);
    onChange(status.release ? "release" : "problem", status);
    return engine;
  });
  opened.catch((error) => {
    failure = errorData(error);
    changed("problem", CLOSED);
  });
  return {
    call: async (work) => work(await opened),
    status: () => (failure ? { ...status, problems: [...status.problems, failure] } : status),
    async allowStorage(next) {
      store = next;
      await opened.then(
        (engine) => engine.allowStorage(next),
        () => {},
      );
    },
    stop() {
      connected.then(
        (engine) => engine.close(),
        () => {},
      );
    },
  };
}
