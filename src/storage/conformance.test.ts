import "fake-indexeddb/auto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LOGS, type LogName, type Storage } from "../contract/storage.js";
import { indexedDbStorage } from "./indexeddb.js";
import { lazyMemory } from "./lazy.js";
import { LOG_LIMITS } from "./limits.js";
import { memoryStorage } from "./memory.js";
import { persistentStorage } from "./persistent.js";

let names = 0;
const name = () => `conformance-${++names}`;

const DRIVERS: Record<string, () => Promise<Storage>> = {
  memory: async () => memoryStorage(),
  "memory, loaded when it is written": async () => lazyMemory(),
  indexeddb: () => indexedDbStorage(name()),
  "persistentStorage()": () => persistentStorage({ name: name() }),
};

describe.each(Object.entries(DRIVERS))("%s", (_, create) => {
  it("reads what was appended, oldest first, with growing numbers", async () => {
    const storage = await create();
    const first = await storage.append("events", { a: 1 });
    const second = await storage.append("events", { a: 2 });
    expect(second).toBeGreaterThan(first);
    expect(await storage.read("events")).toEqual([
      { seq: first, value: { a: 1 } },
      { seq: second, value: { a: 2 } },
    ]);
    expect(await storage.read("feedback")).toEqual([]);
  });

  it("reads after a number, and no more than asked for", async () => {
    const storage = await create();
    const seqs: number[] = [];
    for (let i = 0; i < 5; i++) seqs.push(await storage.append("ledger", i));
    expect((await storage.read("ledger", { after: seqs[1] })).map((entry) => entry.value)).toEqual([2, 3, 4]);
    expect((await storage.read("ledger", { after: seqs[1], limit: 2 })).map((entry) => entry.value)).toEqual([2, 3]);
    expect(await storage.read("ledger", { after: seqs[4] })).toEqual([]);
  });

  it("removes the named entries of one log alone and never gives their numbers again", async () => {
    const storage = await create();
    const [a, b] = [await storage.append("events", "a"), await storage.append("events", "b")];
    await storage.append("feedback", "kept");
    await storage.remove("events", [a, b, 999]);
    expect(await storage.read("events")).toEqual([]);
    expect((await storage.read("feedback")).map((entry) => entry.value)).toEqual(["kept"]);
    expect(await storage.append("events", "c")).toBeGreaterThan(b);
  });

  it("exchanges entries for another and keeps a value beside it, or does nothing where one of them is gone", async () => {
    const storage = await create();
    const [a, b] = [await storage.append("feedback", "a"), await storage.append("feedback", "b")];
    const c = await storage.exchange("feedback", [a], "c", (seq) => ["last", seq]);
    expect(await storage.read("feedback")).toEqual([
      { seq: b, value: "b" },
      { seq: c, value: "c" },
    ]);
    expect(await storage.get("last")).toBe(c);
    expect(await storage.exchange("feedback", [a, b], "d", (seq) => ["last", seq])).toBeNull();
    expect((await storage.read("feedback")).map(({ value }) => value)).toEqual(["b", "c"]);
    expect(await storage.get("last")).toBe(c);
    await storage.exchange("feedback", [], "e", () => ["last", undefined]);
    expect((await storage.read("feedback")).map(({ value }) => value)).toEqual(["b", "c", "e"]);
    expect(await storage.get("last")).toBeUndefined();
  });

  it("lets one of two that exchange the same entry do it", async () => {
    const storage = await create();
    const seq = await storage.append("feedback", "note");
    const made = await Promise.all(["one", "two"].map((value) => storage.exchange("feedback", [seq], value)));
    expect(made.filter((one) => one !== null)).toHaveLength(1);
    expect(await storage.read("feedback")).toHaveLength(1);
  });

  it("keeps values apart from the caller's objects", async () => {
    const storage = await create();
    const value = { list: [1] };
    await storage.append("events", value);
    await storage.set("key", value);
    value.list.push(2);
    expect((await storage.read("events"))[0].value).toEqual({ list: [1] });
    const read = (await storage.get("key")) as { list: number[] };
    read.list.push(3);
    expect(await storage.get("key")).toEqual({ list: [1] });
  });

  it("has no value under an unknown key, and none under one set to undefined", async () => {
    const storage = await create();
    expect(await storage.get("a")).toBeUndefined();
    await storage.set("a", 1);
    expect(await storage.get("a")).toBe(1);
    await storage.set("a", undefined);
    expect(await storage.get("a")).toBeUndefined();
  });

  it("drops the oldest entries beyond the log's limit", async () => {
    const storage = await create();
    const limit = LOG_LIMITS.ledger;
    for (let i = 0; i < limit + 3; i++) await storage.append("ledger", i);
    const values = (await storage.read("ledger")).map((entry) => entry.value);
    expect(values).toHaveLength(limit);
    expect([values[0], values.at(-1)]).toEqual([3, limit + 2]);
  });

  it("is empty and usable after clear", async () => {
    const storage = await create();
    for (const log of LOGS) await storage.append(log, log);
    await storage.set("key", 1);
    await storage.clear();
    for (const log of LOGS) expect(await storage.read(log)).toEqual([]);
    expect(await storage.get("key")).toBeUndefined();
    await storage.append("events", "new");
    expect((await storage.read("events")).map((entry) => entry.value)).toEqual(["new"]);
  });

  it("answers storage/closed once closed", async () => {
    const storage = await create();
    storage.close();
    await expect(storage.append("events", 1)).rejects.toMatchObject({ code: "storage/closed" });
    await expect(storage.read("events")).rejects.toMatchObject({ code: "storage/closed" });
  });

  it("behaves as a list and a map under any calls", async () => {
    const call = fc.oneof(
      fc.record({ do: fc.constant("append" as const), log: fc.constantFrom(...LOGS), value: fc.jsonValue() }),
      fc.record({ do: fc.constant("remove" as const), log: fc.constantFrom(...LOGS), pick: fc.nat(20) }),
      fc.record({ do: fc.constant("set" as const), key: fc.constantFrom("a", "b"), value: fc.jsonValue() }),
      fc.record({ do: fc.constant("clear" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 25 }), async (calls) => {
        const storage = await create();
        const logs = Object.fromEntries(LOGS.map((log) => [log, []])) as unknown as Record<LogName, { seq: number; value: unknown }[]>;
        const values = new Map<string, unknown>();
        for (const one of calls) {
          if (one.do === "append") logs[one.log].push({ seq: await storage.append(one.log, one.value), value: one.value });
          else if (one.do === "remove") {
            const gone = logs[one.log].splice(one.pick, 2);
            await storage.remove(
              one.log,
              gone.map((entry) => entry.seq),
            );
          } else if (one.do === "set") {
            await storage.set(one.key, one.value);
            values.set(one.key, one.value);
          } else {
            await storage.clear();
            for (const log of LOGS) logs[log] = [];
            values.clear();
          }
        }
        for (const log of LOGS) expect(await storage.read(log)).toEqual(logs[log]);
        for (const key of ["a", "b"]) expect(await storage.get(key)).toEqual(values.get(key));
        storage.close();
      }),
      { numRuns: 25 },
    );
  });
});
