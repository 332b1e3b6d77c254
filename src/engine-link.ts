import type { ConnectOptions, EngineConnection } from "./connection.js";
import type { Engine, EngineOptions, EngineStatus } from "./contract/engine.js";
import { type ErrorData, errorData, missingFile, PresentlyError } from "./contract/errors.js";
import type { Notify } from "./engine.js";

/** The engine as the page uses it: callable at once, whatever becomes of it. */
export interface EngineLink {
  /** Loads and opens it; so does the first call. */
  begin(): void;
  /** Calls the engine once it is open. Rejects where it cannot be loaded at all. */
  call<T>(work: (engine: Engine) => Promise<T>): Promise<T>;
  status(): EngineStatus;
  allowStorage(store: boolean): Promise<void>;
  stop(): void;
}

const CLOSED: EngineStatus = {
  release: 0,
  items: 0,
  partitions: null,
  created: null,
  source: null,
  backend: null,
  timings: {},
  kernel: null,
  thread: "main",
  problems: [],
};

/**
 * Only scripts of the page's own origin can be a worker's address. For others a blob of the page's origin imports them;
 * their host must then allow it by CORS, as for any module.
 */
function startWorker(assets: string | undefined): Worker {
  if (assets === undefined) return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  const { href, origin } = new URL("worker.js", assets);
  // A blob's address must live until the worker has read it, which nothing tells; it is a few bytes.
  const address = origin === location.origin ? href : URL.createObjectURL(new Blob([`import "${href}";`], { type: "text/javascript" }));
  return new Worker(trusted(address), { type: "module" });
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): { createScriptURL(address: string): string };
}

/** Under require-trusted-types-for 'script' (https://w3c.github.io/trusted-types/) a worker's address must come from a policy. */
function trusted(address: string): string {
  try {
    return (window as unknown as { trustedTypes: TrustedTypes }).trustedTypes
      .createPolicy("presently", { createScriptURL: (given) => given })
      .createScriptURL(address);
  } catch {
    // No such thing here, or no policy of this name allowed: the page's default policy decides, or there is no worker.
    return address;
  }
}

function unreachable(cause: unknown): never {
  throw missingFile("engine/unreachable", "connection", cause);
}

/** Connects to a worker that loads beside the code which talks to it. */
async function connect(options: Pick<ConnectOptions, "onChange" | "address" | "thread">): Promise<EngineConnection> {
  const early: Event[] = [];
  let worker: Worker | undefined;
  let refused: unknown;
  try {
    if (options.thread !== "main") {
      worker = startWorker(options.address);
      worker.onmessage = worker.onerror = (event: Event) => {
        event.preventDefault();
        early.push(event);
      };
    }
  } catch (error) {
    refused = error;
  }
  const { connectEngine } = await import("./connection.js").catch((cause) => {
    worker?.terminate();
    return unreachable(cause);
  });
  return connectEngine({
    ...options,
    early,
    startWorker() {
      if (!worker) throw refused;
      return worker;
    },
  });
}

/** Starts the engine when it is asked for and its options are there, and keeps its newest status. */
export function linkEngine(
  optionsOf: () => Promise<EngineOptions>,
  { assets, thread, onChange }: { assets: string | undefined; thread: EngineStatus["thread"] | undefined; onChange: Notify },
): EngineLink {
  let status = CLOSED;
  let failure: ErrorData | null = null;
  let store: boolean | null = null;
  const changed: Notify = (what, next) => {
    status = next;
    onChange(what, next);
  };
  let stopped = false;
  let begun: { readonly connected: Promise<EngineConnection>; readonly opened: Promise<Engine> } | null = null;

  function begin() {
    if (begun) return begun;
    if (stopped) throw new PresentlyError("engine/closed", "Stopped");
    const given = optionsOf();
    const connected = given.then(() => connect({ onChange: changed, address: assets, thread }));
    const opened = connected.then(async (engine) => {
      const options = await given;
      status = await engine.open({ ...options, store: store ?? options.store });
      onChange(status.release ? "release" : "problem", status);
      return engine;
    });
    opened.catch((error) => {
      failure = errorData(error);
      changed("problem", CLOSED);
    });
    begun = { connected, opened };
    return begun;
  }

  return {
    begin,
    call: async (work) => work(await begin().opened),
    status: () => (failure ? { ...status, problems: [...status.problems, failure] } : status),
    async allowStorage(next) {
      store = next;
      // After open's call, not after its answer, which waits for a download.
      if (begun) await begun.connected.then((engine) => engine.allowStorage(next)).catch(() => {});
      // Whatever pages before this one have kept.
      else if (!next) await (await import("./connection.js").catch(unreachable)).deleteKept();
    },
    stop() {
      stopped = true;
      begun?.connected.then(
        (engine) => engine.close(),
        () => {},
      );
    },
  };
}
