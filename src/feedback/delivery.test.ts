import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createEndpoint, createRig, MINUTE, type Rig, type Weather } from "../../testing/feedback-rig.js";
import type { PresentlyEvent } from "../contract/events.js";
import type { Storage } from "../contract/storage.js";
import { memoryStorage } from "../storage/memory.js";
import { enqueueRecord, QUEUE_BYTES, readQueue, sealBatches, type WaitingRecord } from "./queue.js";
import { retryAfter } from "./send.js";

async function waiting(options: Parameters<typeof createRig>[0] = {}, shop: Parameters<typeof createRig>[1] = {}): Promise<Rig> {
  const rig = createRig(options, shop);
  await rig.feedback.setMode("balanced");
  rig.act("view_item", "a");
  rig.act("view_item", "b");
  return rig;
}

describe.each<Weather>(["offline", "lost", 429, 503])("an endpoint that is %s", (weather) => {
  it("gets the batch again, with the same key and bytes, until it answers; then it is stored once", async () => {
    const rig = await waiting();
    rig.endpoint.weather = weather;
    for (let i = 0; i < 4; i++) {
      await rig.feedback.flush();
      expect([rig.feedback.queued(), rig.feedback.state()]).toEqual([1, "failing"]);
      rig.clock.time += 60 * MINUTE;
    }
    rig.endpoint.weather = "up";
    await rig.feedback.flush();
    expect([rig.feedback.queued(), rig.feedback.state()]).toEqual([0, "idle"]);
    expect(rig.endpoint.requests).toHaveLength(5);
    expect(new Set(rig.endpoint.requests.map(({ key, body }) => key + body)).size).toBe(1);
    expect(rig.endpoint.pairs().map(({ target }) => target)).toEqual(["b"]);
  });

  it("is asked less and less often, by all pages together", async () => {
    const rig = await waiting();
    rig.endpoint.weather = weather;
    const session: PresentlyEvent[] = [];
    for (let second = 0; second < 3_600; second += 10) {
      rig.clock.time += 10_000;
      const page = createRig({}, { ...rig, session });
      await page.feedback.setMode("balanced");
      await page.feedback.flush();
      page.feedback.stop();
    }
    expect(rig.endpoint.requests.length).toBeLessThanOrEqual(7);
    expect(rig.problems).toEqual([]);
  });
});

describe("delivery", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("waits as long as Retry-After asks for", async () => {
    const rig = await waiting();
    Object.assign(rig.endpoint, { weather: 429, retryAfter: "600" });
    await rig.feedback.flush();
    rig.clock.time += 9 * MINUTE;
    await rig.feedback.flush();
    expect(rig.endpoint.requests).toHaveLength(1);
    rig.clock.time += MINUTE + 1;
    await rig.feedback.flush();
    expect(rig.endpoint.requests).toHaveLength(2);
  });

  it("reads Retry-After as seconds or as a date, and nothing else", () => {
    const now = Date.parse("2026-11-01T00:00:00Z");
    expect([retryAfter("120", now), retryAfter("Sun, 01 Nov 2026 00:01:00 GMT", now)]).toEqual([120_000, 60_000]);
    expect(["", "soon", "-5", "Sat, 01 Nov 2025 00:00:00 GMT"].map((header) => retryAfter(header, now))).toEqual([0, 0, 0, 0]);
    expect(retryAfter("99999999999", now)).toBe(86_400_000);
  });

  it("takes any other 4xx as final: the records go, and the ledger says so", async () => {
    const rig = await waiting();
    rig.endpoint.weather = 400;
    await rig.feedback.flush();
    rig.clock.time += 60 * MINUTE;
    await rig.feedback.flush();
    expect([rig.endpoint.requests.length, rig.feedback.queued(), rig.feedback.state()]).toEqual([1, 0, "refused"]);
    expect((await rig.feedback.ledger()).map(({ state }) => state)).toEqual(["refused"]);
  });

  it("removes a batch only after its answer", async () => {
    let answer = (_: Response) => {};
    const rig = await waiting({ fetch: () => new Promise<Response>((resolve) => (answer = resolve)) });
    const flushing = rig.feedback.flush();
    await vi.waitFor(async () => expect((await readQueue(rig.storage)).batches).toHaveLength(1));
    answer(new Response(null, { status: 202 }));
    await flushing;
    expect(await rig.storage.read("feedback")).toEqual([]);
  });

  it("keeps records of different releases in different batches", async () => {
    const rig = await waiting();
    rig.show("r1", ["x"], 7);
    rig.feedback.outcome("r1", "x", "click");
    await rig.feedback.flush();
    expect([...rig.endpoint.stored.values()].map(({ release, records }) => [release, records.length]).sort()).toEqual([
      [0, 1],
      [7, 1],
    ]);
  });

  it("goes by itself when a record's delay is over, and not before", async () => {
    vi.useFakeTimers();
    const rig = await waiting({ delay: [3_000, 20_000], now: () => Date.now() });
    await vi.advanceTimersByTimeAsync(2_900);
    expect(rig.endpoint.requests).toEqual([]);
    await vi.advanceTimersByTimeAsync(17_200);
    expect(rig.endpoint.requests).toHaveLength(1);
  });

  it("goes when the page is hidden, before memory is lost; a disk keeps what is not due for the next page", async () => {
    const inMemory = await waiting({ delay: [9_000, 9_000] });
    inMemory.hide();
    await vi.waitFor(() => expect(inMemory.endpoint.requests).toHaveLength(1));
    const onDisk = await waiting({ delay: [9_000, 9_000] }, { storage: { ...memoryStorage(), persistent: true } });
    onDisk.hide();
    await onDisk.feedback.ledger();
    expect(onDisk.endpoint.requests).toEqual([]);
    onDisk.feedback.stop();
    onDisk.clock.time += 9_001;
    const next = createRig({ delay: [0, 0] }, onDisk);
    await next.feedback.setMode("balanced");
    await vi.waitFor(() => expect(onDisk.endpoint.requests).toHaveLength(1));
  });

  it("is done by one tab at a time", async () => {
    let held = false;
    let most = 0;
    let inFlight = 0;
    const locks = {
      async request(_name: string, _options: object, callback: (lock: unknown) => Promise<void>) {
        if (held) return callback(null);
        held = true;
        await callback({}).finally(() => {
          held = false;
        });
      },
    };
    const endpoint = createEndpoint();
    const slow = (async (url: string, init: RequestInit) => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inFlight--;
      return endpoint.fetch(url, init);
    }) as typeof fetch;
    const storage = { ...memoryStorage(), persistent: true };
    const tabs = await Promise.all([1, 2, 3].map(() => waiting({ locks, fetch: slow }, { storage, endpoint })));
    await Promise.all(tabs.map((tab) => tab.feedback.flush()));
    await tabs[0].feedback.flush();
    expect(most).toBe(1);
    expect(new Set(endpoint.requests.map(({ key }) => key)).size).toBe(endpoint.requests.length);
    expect(held).toBe(false);
  });

  it("takes the lock from a page that holds it frozen, after giving it time, and sends once", async () => {
    const asked: object[] = [];
    const locks = {
      async request(_name: string, options: { steal?: boolean }, callback: (lock: unknown) => Promise<void>) {
        asked.push(options);
        await callback(options.steal ? {} : null);
      },
    };
    const rig = await waiting({ locks }, { storage: { ...memoryStorage(), persistent: true } });
    await rig.feedback.flush();
    rig.clock.time += 4_000;
    await rig.feedback.flush();
    expect(rig.endpoint.requests).toEqual([]);
    rig.clock.time += 1_000;
    await rig.feedback.flush();
    expect(asked.at(-1)).toEqual({ steal: true });
    expect(rig.endpoint.requests).toHaveLength(1);
    expect(rig.feedback.queued()).toBe(0);
    await rig.feedback.flush();
    expect(asked.at(-1)).toEqual({ ifAvailable: true });
  });

  /** Firefox: who asks while the page goes into the back/forward cache gets no answer, ever. */
  function deafLocks() {
    let deaf = true;
    return {
      hear: () => {
        deaf = false;
      },
      request: (_name: string, _options: object, callback: (lock: unknown) => Promise<void>) => (deaf ? new Promise<void>(() => {}) : callback({})),
    };
  }

  it("goes on where the browser does not answer whether the lock is free", async () => {
    vi.useFakeTimers();
    const locks = deafLocks();
    const rig = await waiting({ locks }, { storage: { ...memoryStorage(), persistent: true } });
    void rig.feedback.flush();
    await vi.advanceTimersByTimeAsync(1_000);
    locks.hear();
    expect(rig.endpoint.requests).toHaveLength(0);
    rig.clock.time += MINUTE;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rig.endpoint.requests).toHaveLength(1);
    expect(rig.feedback.queued()).toBe(0);
  });

  it("holds up no withdrawal there, and sends nothing after it", async () => {
    const locks = deafLocks();
    const rig = await waiting({ locks }, { storage: { ...memoryStorage(), persistent: true } });
    void rig.feedback.flush();
    await rig.feedback.setMode(false);
    await rig.feedback.moveTo(memoryStorage());
    locks.hear();
    await rig.feedback.flush();
    expect(rig.endpoint.requests).toEqual([]);
    expect(rig.problems).toEqual([]);
  });

  it("keeps at most 256 KiB and drops the oldest", async () => {
    const storage = memoryStorage();
    for (let i = 0; i < 400; i++) {
      const record: WaitingRecord["record"] = {
        kind: "pair",
        context: "c".repeat(256),
        target: `${i} ${"t".repeat(250)}`,
        outcome: "view",
        position: null,
        propensity: null,
      };
      await enqueueRecord(storage, { kind: "record", mode: "balanced", release: 1, record, text: "x".repeat(300), time: i, due: 0 });
    }
    const { sizes, records } = await readQueue(storage);
    expect(sizes.reduce((sum, [, bytes]) => sum + bytes, 0)).toBeLessThanOrEqual(QUEUE_BYTES);
    expect([records[0].time > 50, records.at(-1)?.time]).toEqual([true, 399]);
  });

  it("leaves out what is no queue entry", async () => {
    const storage = memoryStorage();
    for (const junk of [null, 7, "x", {}, { kind: "other" }]) await storage.append("feedback", junk);
    expect(await readQueue(storage)).toEqual({ records: [], batches: [], notes: [], sizes: [] });
    expect(await storage.read("feedback")).toEqual([]);
  });

  it("sends no record twice when a crash came between a batch and the removal of its records", async () => {
    const storage = memoryStorage();
    const rig = await waiting({}, { storage });
    await rig.feedback.ledger();
    const dying: Storage = { ...storage, remove: () => Promise.reject(new Error("crash")) };
    await expect(sealBatches(dying, crypto, () => true)).rejects.toThrow("crash");
    expect(await storage.read("feedback")).toHaveLength(2);
    await rig.feedback.flush();
    expect(rig.endpoint.pairs()).toHaveLength(1);
  });
});

/** Every call goes through until the page dies; then none does. */
function mortal(storage: Storage): { storage: Storage; dieAfter(calls: number): void } {
  let left = Number.POSITIVE_INFINITY;
  const live = new Proxy(storage, {
    get(target, name: keyof Storage) {
      const member = target[name];
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => (left-- > 0 ? (member as (...args: unknown[]) => unknown)(...args) : Promise.reject(new Error("the page is gone")));
    },
  });
  return {
    storage: live,
    dieAfter(calls) {
      left = calls;
    },
  };
}

describe("whatever happens", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("view" as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("click" as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("flush" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("hide" as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("weather" as const), weather: fc.constantFrom<Weather>("up", "offline", "lost", 429, 503) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 90 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), after: fc.nat(12) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("breathe" as const), ticks: fc.nat(30) }) },
  );

  it("every record is delivered or still queued, none twice, and a key always has the same bytes", async () => {
    let retries = 0;
    let delivered = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const disk = { ...memoryStorage(), persistent: true };
        const written = new Set<string>();
        const noted: Storage = {
          ...disk,
          async exchange(log, seqs, value, remember) {
            const seq = await disk.exchange(log, seqs, value, remember);
            const { record } = value as WaitingRecord;
            if (seq !== null && record.kind === "pair") written.add(record.target);
            return seq;
          },
        };
        const endpoint = createEndpoint();
        const clock = { time: 1_000_000_000_000 };
        const session: PresentlyEvent[] = [];
        let life = mortal(noted);
        const page = async () => {
          life = mortal(noted);
          const rig = createRig({}, { endpoint, clock, session, storage: life.storage });
          await rig.feedback.setMode("balanced");
          return rig;
        };
        let rig = await page();
        let views = 0;
        for (const one of steps) {
          if (one.do === "view") rig.act("view_item", `item ${views++}`);
          else if (one.do === "click") {
            const item = `item ${views++}`;
            rig.show(`ranking of ${item}`, [item]);
            rig.feedback.outcome(`ranking of ${item}`, item, "click");
          } else if (one.do === "flush") void rig.feedback.flush();
          else if (one.do === "hide") rig.hide();
          else if (one.do === "weather") endpoint.weather = one.weather;
          else if (one.do === "wait") clock.time += one.minutes * MINUTE;
          else if (one.do === "breathe") for (let i = 0; i < one.ticks; i++) await Promise.resolve();
          else {
            life.dieAfter(one.after);
            void rig.feedback.flush();
            await new Promise((resolve) => setImmediate(resolve));
            rig.feedback.stop();
            rig = await page();
          }
          const before = [...written];
          const queue = await readQueue(disk);
          const safe = new Set([...endpoint.pairs(), ...queue.batches.flatMap(({ records }) => records), ...queue.records].map((record) => targetOf(record)));
          for (const target of before) expect(safe).toContain(target);
        }
        endpoint.weather = "up";
        for (let i = 0; i < 3; i++) {
          clock.time += 120 * MINUTE;
          await rig.feedback.flush();
        }
        rig.feedback.stop();
        expect(endpoint.pairs().map(targetOf).sort()).toEqual([...written].sort());
        expect(await disk.read("feedback")).toEqual([]);
        const bodies = new Map<string, string>();
        for (const { key, body } of endpoint.requests) {
          if (bodies.has(key)) retries++;
          expect(bodies.get(key) ?? body).toBe(body);
          bodies.set(key, body);
        }
        delivered += written.size;
      }),
      { numRuns: 300 },
    );
    // The property was put to the test.
    expect([retries > 50, delivered > 300]).toEqual([true, true]);
  });
});

function targetOf(entry: object): string {
  const record = "record" in entry ? (entry as WaitingRecord).record : entry;
  return (record as { target: string }).target;
}
