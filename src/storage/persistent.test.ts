import "fake-indexeddb/auto";
import { IDBFactory as FakeFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ErrorData } from "../contract/errors.js";
import { persistentStorage } from "./persistent.js";

const real = globalThis.indexedDB;

beforeEach(() => {
  globalThis.indexedDB = new FakeFactory();
});
afterEach(() => {
  globalThis.indexedDB = real;
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const errorNamed = (name: string) => new DOMException(`${name} for the test`, name);

/** The store's writes fail as a full disk makes them fail. */
function fillDisk() {
  vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(() => {
    throw errorNamed("QuotaExceededError");
  });
}

async function expectMemory(options: { code: string }) {
  const problems: ErrorData[] = [];
  const storage = await persistentStorage({ onProblem: (problem) => problems.push(problem) });
  expect(storage.persistent).toBe(false);
  expect(storage.problem?.code).toBe(options.code);
  expect(problems.map((problem) => problem.code)).toEqual([options.code]);
  await storage.append("events", "works");
  expect((await storage.read("events")).map((entry) => entry.value)).toEqual(["works"]);
}

describe("persistentStorage", () => {
  it("keeps what it was given over pages", async () => {
    const first = await persistentStorage();
    await first.append("events", "kept");
    first.close();
    const second = await persistentStorage();
    expect(second.persistent).toBe(true);
    expect(second.problem).toBeNull();
    expect((await second.read("events")).map((entry) => entry.value)).toEqual(["kept"]);
  });

  it("goes to memory where there is no IndexedDB", async () => {
    globalThis.indexedDB = undefined as never;
    await expectMemory({ code: "storage/absent" });
  });

  it("goes to memory where the page may not use IndexedDB", async () => {
    vi.spyOn(globalThis.indexedDB, "open").mockImplementation(() => {
      throw errorNamed("SecurityError");
    });
    await expectMemory({ code: "storage/blocked" });
  });

  it("goes to memory where the database does not answer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    vi.spyOn(globalThis.indexedDB, "open").mockImplementation(() => new (globalThis.IDBOpenDBRequest as unknown as new () => IDBOpenDBRequest)());
    const checked = expectMemory({ code: "storage/blocked" });
    await vi.advanceTimersByTimeAsync(10_000);
    await checked;
  });

  it("goes to memory where a newer version owns the database", async () => {
    await new Promise<void>((resolve) => {
      const request = indexedDB.open("presently", 99);
      request.onsuccess = () => {
        request.result.close();
        resolve();
      };
    });
    await expectMemory({ code: "storage/blocked" });
  });

  it("makes a database anew whose stores are missing", async () => {
    await new Promise<void>((resolve) => {
      const request = indexedDB.open("presently", 1);
      request.onsuccess = () => {
        request.result.close();
        resolve();
      };
    });
    const storage = await persistentStorage();
    await storage.append("events", 1);
    expect(storage.persistent).toBe(true);
    expect(await storage.read("events")).toHaveLength(1);
  });

  it("takes its contents along into memory when the disk is full, and loses no call", async () => {
    const storage = await persistentStorage();
    await storage.append("events", "before");
    await storage.set("key", "value");
    fillDisk();
    const [a, b] = await Promise.all([storage.append("events", "during"), storage.append("feedback", "too")]);
    expect(new Set([a, b]).size).toBe(2);
    expect(storage.persistent).toBe(false);
    expect(storage.problem?.code).toBe("storage/full");
    expect((await storage.read("events")).map((entry) => entry.value)).toEqual(["before", "during"]);
    expect(await storage.get("key")).toBe("value");
  });

  it("clears the disk too when memory has taken over", async () => {
    const storage = await persistentStorage();
    await storage.append("events", "on disk");
    fillDisk();
    await storage.append("events", "in memory");
    await storage.clear();
    expect(await storage.read("events")).toEqual([]);
    expect(await indexedDB.databases()).toEqual([]);
  });

  it("tells the caller of a value that cannot be stored, and stays persistent", async () => {
    const storage = await persistentStorage();
    await expect(storage.append("events", () => {})).rejects.toMatchObject({ code: "storage/invalid" });
    expect(storage.persistent).toBe(true);
  });
});

describe("two tabs", () => {
  it("give numbers that grow over both", async () => {
    const [one, two] = [await persistentStorage(), await persistentStorage()];
    const a = await one.append("events", "a");
    const b = await two.append("events", "b");
    const c = await one.append("events", "c");
    expect([a < b, b < c]).toEqual([true, true]);
    expect((await two.read("events", { after: a })).map((entry) => entry.value)).toEqual(["b", "c"]);
  });

  it("delete the database itself on clear, though the other holds it open; both go on", async () => {
    const [one, two] = [await persistentStorage(), await persistentStorage()];
    await two.append("events", "a");
    await one.clear();
    expect(await indexedDB.databases()).toEqual([]);
    await two.append("events", "b");
    expect((await one.read("events")).map((entry) => entry.value)).toEqual(["b"]);
    expect(two.persistent).toBe(true);
  });

  it("empty the stores even where a foreign connection blocks the deletion", async () => {
    const storage = await persistentStorage();
    await storage.append("events", "secret");
    const foreign = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open("presently", 1);
      request.onsuccess = () => resolve(request.result);
    });
    await storage.clear();
    const left = await new Promise((resolve) => {
      const request = foreign.transaction("events").objectStore("events").getAll();
      request.onsuccess = () => resolve(request.result);
    });
    expect(left).toEqual([]);
    foreign.close();
  });
});

describe("a page that is left", () => {
  /** `exchange` reads first and writes later: the page is left in between. */
  async function leftWhileExchanging() {
    const page = new EventTarget();
    const storage = await persistentStorage({ page });
    const note = await storage.append("feedback", "note");
    const getKey = IDBObjectStore.prototype.getKey;
    let leave = () => {};
    const reading = new Promise<void>((resolve) => {
      leave = resolve;
    });
    vi.spyOn(IDBObjectStore.prototype, "getKey").mockImplementationOnce(function (this: IDBObjectStore, key) {
      leave();
      return getKey.call(this, key);
    });
    const exchanged = storage.exchange("feedback", [note], "record");
    exchanged.catch(() => {});
    await reading;
    page.dispatchEvent(new Event("pagehide"));
    return { page, storage, exchanged };
  }

  it("holds up no other page's writes, and no deletion", async () => {
    const { storage } = await leftWhileExchanging();
    const next = await persistentStorage();
    expect((await next.read("feedback")).map(({ value }) => value)).toEqual(["note"]);
    const started = Date.now();
    await next.clear();
    expect(Date.now() - started).toBeLessThan(1_000);
    storage.close();
  });

  it("does when it comes back what it had no time for, once", async () => {
    const { page, storage, exchanged } = await leftWhileExchanging();
    const later = storage.append("feedback", "later");
    page.dispatchEvent(new Event("pageshow"));
    await Promise.all([exchanged, later]);
    expect((await storage.read("feedback")).map(({ value }) => value).sort()).toEqual(["later", "record"]);
    expect(storage.problem).toBeNull();
  });

  /** Firefox: a page in the back/forward cache hears of nothing that happens to its transactions, then or later. */
  function deafTransactions() {
    const dispatch = IDBTransaction.prototype.dispatchEvent;
    const deaf = new WeakSet<IDBTransaction>();
    const transaction = IDBDatabase.prototype.transaction;
    const made: IDBTransaction[] = [];
    vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (this: IDBDatabase, ...given) {
      const tx = transaction.apply(this, given);
      made.push(tx);
      return tx;
    });
    vi.spyOn(IDBTransaction.prototype, "dispatchEvent").mockImplementation(function (this: IDBTransaction, event) {
      return deaf.has(this) || dispatch.call(this, event);
    });
    // A request's error bubbles to its transaction.
    const tell = IDBRequest.prototype.dispatchEvent;
    vi.spyOn(IDBRequest.prototype, "dispatchEvent").mockImplementation(function (this: IDBRequest, event) {
      return (this.transaction !== null && deaf.has(this.transaction)) || tell.call(this, event);
    });
    return () => {
      for (const tx of made.splice(0)) deaf.add(tx);
    };
  }

  it("does again what was ended without its hearing of it", async () => {
    const deafen = deafTransactions();
    const { page, storage, exchanged } = await leftWhileExchanging();
    deafen();
    page.dispatchEvent(new Event("pageshow"));
    expect(await exchanged).toBeGreaterThan(0);
    expect((await storage.read("feedback")).map(({ value }) => value)).toEqual(["record"]);
  });

  it.each([
    ["writes nothing twice that was committed without its hearing of it", false],
    ["brings back nothing that another page has taken meanwhile", true],
  ])("%s", async (_, taken) => {
    const page = new EventTarget();
    const storage = await persistentStorage({ page });
    const deafen = deafTransactions();
    const committed = new Promise<void>((resolve) => {
      const commit = IDBTransaction.prototype.commit;
      vi.spyOn(IDBTransaction.prototype, "commit").mockImplementationOnce(function (this: IDBTransaction) {
        commit.call(this);
        resolve();
      });
    });
    const appended = storage.append("feedback", { kind: "note", time: 1 });
    await committed;
    page.dispatchEvent(new Event("pagehide"));
    deafen();
    const next = await persistentStorage();
    const [entry] = await next.read("feedback");
    expect(entry.value).toEqual({ kind: "note", time: 1 });
    if (taken) await next.remove("feedback", [entry.seq]);
    page.dispatchEvent(new Event("pageshow"));
    expect(await appended).toBe(taken ? 0 : entry.seq);
    expect(await storage.read("feedback")).toHaveLength(taken ? 0 : 1);
  });
});
