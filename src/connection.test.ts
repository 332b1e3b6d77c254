import { describe, expect, it } from "vitest";
import { connectEngine } from "./connection.js";
import type { Engine, EngineOptions, EngineStatus, FromEngine, ToEngine } from "./contract/engine.js";
import { errorData, PresentlyError } from "./contract/errors.js";
import type { PresentlyEvent } from "./contract/events.js";

const OPTIONS: EngineOptions = { manifest: "https://shop.example/manifest.json", assets: "https://shop.example/", refreshInterval: 0, store: false };
const EVENTS: readonly PresentlyEvent[] = [{ name: "view_item", time: 1, items: [{ item_id: "a" }] }];

/** An engine that tells what was asked of it. */
function recordingEngine(thread: EngineStatus["thread"]) {
  const calls: string[] = [];
  const status: EngineStatus = {
    release: 1,
    items: 2,
    partitions: null,
    created: null,
    source: "network",
    backend: null,
    timings: {},
    kernel: "js",
    thread,
    problems: [],
  };
  const engine = {
    open: async (options: EngineOptions) => {
      calls.push(`open ${options.store}`);
      return status;
    },
    observe: async (events: readonly PresentlyEvent[]) => {
      calls.push(`observe ${events.length}`);
      return { tokens: [] };
    },
    rank: async (request: { kind: string }) => {
      calls.push(`rank ${request.kind}`);
      if (request.kind === "wrong") throw new PresentlyError("rank/invalid", "The ranking request is not valid: kind");
      return { id: thread };
    },
    status: async () => status,
    allowStorage: async () => {},
    close: async () => {
      calls.push("close");
    },
  } as unknown as Engine;
  return { engine, calls, status };
}

/** A worker of the same protocol in this thread, with the ways in which workers fail. */
function fakeWorker({ ready = true, deaf = false }: { ready?: boolean; deaf?: boolean } = {}) {
  const { engine, calls, status } = recordingEngine("worker");
  const worker = {
    onmessage: null as ((event: { data: FromEngine }) => void) | null,
    onerror: null as ((event: { message: string }) => void) | null,
    onmessageerror: null,
    terminated: false,
    postMessage(message: ToEngine) {
      const { id, method, args } = structuredClone(message);
      if (deaf && method !== "open" && method !== "observe") return;
      const call = engine[method] as (...args: unknown[]) => Promise<unknown>;
      call(...args).then(
        (value) => tell({ type: "answer", id, value }),
        (error) => tell({ type: "failure", id, error: errorData(error) }),
      );
    },
    terminate() {
      worker.terminated = true;
    },
  };
  const tell = (data: FromEngine) => void (worker.terminated || worker.onmessage?.({ data: structuredClone(data) }));
  if (ready) setTimeout(() => tell({ type: "ready" }));
  return { worker: worker as unknown as Worker, state: worker, calls, status, tell, crash: (message: string) => worker.onerror?.({ message }) };
}

function setUp(worker: () => Worker, patience = 1_000) {
  const main = recordingEngine("main");
  const changes: [string, EngineStatus][] = [];
  const connect = () =>
    connectEngine({
      onChange: (what, status) => void changes.push([what, status]),
      startWorker: worker,
      importEngine: async () => ({ createEngine: () => main.engine }),
      patience,
    });
  return { connect, main, changes };
}

const codes = ({ problems }: EngineStatus) => problems.map(({ code }) => code);

describe("the connection", () => {
  it("asks the worker, and gives its answers and its errors", async () => {
    const fake = fakeWorker();
    const { connect, changes } = setUp(() => fake.worker);
    const engine = await connect();
    expect(engine.thread).toBe("worker");
    expect(await engine.open(OPTIONS)).toMatchObject({ thread: "worker", problems: [] });
    expect(await engine.rank({ kind: "recommend" })).toEqual({ id: "worker" });
    const error = await engine.rank({ kind: "wrong" as never }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PresentlyError);
    expect(error).toMatchObject({ code: "rank/invalid", message: "The ranking request is not valid: kind" });
    fake.tell({ type: "changed", what: "release", status: { ...fake.status, release: 2 } });
    expect(changes).toMatchObject([["release", { release: 2 }]]);
    await engine.close();
    expect(fake.state.terminated).toBe(true);
    await expect(engine.status()).rejects.toMatchObject({ code: "engine/closed" });
  });

  it.each([
    [
      "a page that forbids workers",
      () => {
        throw new DOMException("Blocked by Content Security Policy", "SecurityError");
      },
      /Content Security Policy/,
    ],
    ["a worker that is never ready", () => fakeWorker({ ready: false }).worker, /50 ms/],
    [
      "a worker whose script does not load",
      () => {
        const fake = fakeWorker({ ready: false });
        setTimeout(() => fake.crash(""));
        return fake.worker;
      },
      /worker-src/,
    ],
  ])("runs on the main thread on %s, and says why", async (_, worker, reason) => {
    const { connect, main } = setUp(worker as () => Worker, 50);
    const engine = await connect();
    expect(engine.thread).toBe("main");
    const status = await engine.open(OPTIONS);
    expect(codes(status)).toEqual(["engine/worker-lost"]);
    expect(status.problems[0].message).toMatch(reason);
    expect(await engine.rank({ kind: "recommend" })).toEqual({ id: "main" });
    expect(main.calls).toEqual(["open false", "rank recommend"]);
  });

  it("moves to the main thread when the worker crashes: same options, same session, and the call under way is answered", async () => {
    const fake = fakeWorker({ deaf: true });
    const { connect, main, changes } = setUp(() => fake.worker);
    const engine = await connect();
    await engine.open(OPTIONS);
    await engine.observe(EVENTS);
    const underWay = engine.rank({ kind: "recommend" });
    await new Promise((resolve) => setTimeout(resolve));
    fake.crash("out of memory");
    expect(await underWay).toEqual({ id: "main" });
    expect(main.calls).toEqual(["open false", "observe 1", "rank recommend"]);
    expect([engine.thread, codes(await engine.status())]).toEqual(["main", ["engine/worker-lost"]]);
    expect(changes.at(-1)).toMatchObject(["problem", { thread: "main", problems: [{ code: "engine/worker-lost" }] }]);
  });

  it("says what to do where neither a worker nor the engine's file can be had", async () => {
    const connection = connectEngine({
      onChange: () => {},
      startWorker: () => {
        throw new DOMException("no workers", "SecurityError");
      },
      importEngine: () => Promise.reject(new TypeError("Failed to fetch dynamically imported module")),
    });
    await expect(connection).rejects.toMatchObject({ code: "engine/unreachable", message: expect.stringContaining("script-src") });
  });

  it("rejects what cannot go to a worker, naming the method", async () => {
    const fake = fakeWorker();
    const engine = await setUp(() => fake.worker).connect();
    await expect(engine.rank({ kind: "recommend", limit: (() => 1) as never })).rejects.toMatchObject({ code: "engine/uncloneable" });
    await engine.close();
  });
});
