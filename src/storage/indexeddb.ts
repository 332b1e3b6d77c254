import { deleteDB, type IDBPDatabase, type IDBPTransaction, openDB } from "idb";
import { PresentlyError } from "../contract/errors.js";
import { LOGS, type LogEntry, type LogName, type Storage } from "../contract/storage.js";
import { LOG_LIMITS } from "./limits.js";
import type { Contents } from "./memory.js";

const VALUES = "values";
/** An open or a deletion that takes longer hangs behind another tab, or on a browser's bug (WebKit 226547). */
const PATIENCE = 3_000;

export interface IndexedDbStorage extends Storage {
  contents(): Promise<Contents>;
}

const MESSAGES: Readonly<Record<string, string>> = {
  "storage/full": "The browser's disk quota is used up; the session stays in memory",
  "storage/blocked": "The database is held by another tab or a newer version of the script; close the other tabs or reload",
  "storage/corrupt": "The browser cannot read its database; the session stays in memory",
  "storage/invalid": "The value cannot be stored: it must be structured-cloneable",
};

function coded(error: unknown): PresentlyError {
  if (error instanceof PresentlyError) return error;
  const name = (error as Error | null)?.name;
  const what =
    name === "QuotaExceededError"
      ? "full"
      : name === "VersionError" || name === "InvalidStateError" || name === "SecurityError"
        ? "blocked"
        : name === "DataCloneError"
          ? "invalid"
          : "corrupt";
  const code = `storage/${what}`;
  return new PresentlyError(code, MESSAGES[code], { cause: error });
}

function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PresentlyError("storage/blocked", MESSAGES["storage/blocked"])), PATIENCE);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * IndexedDB driver. A promise resolves at the transaction's `complete`, not at the request's success.
 * Another tab's deletion or upgrade is let through at once; the next call connects again.
 * `page`: the window. WebKit keeps a page that is left in the midst of a transaction in its back/forward cache, transaction and all, and every
 * later page waits for it, as a deletion waits for its connection: so a page that is being left ends what is not committed, closes, and goes
 * on when it comes back. Firefox then tells it neither of an abort nor of a commit that happened meanwhile: it does not wait for either.
 */
export async function indexedDbStorage(name: string, page?: EventTarget): Promise<IndexedDbStorage> {
  let connection: Promise<IDBPDatabase> | null = null;
  let open = true;
  const running = new Set<Pick<IDBTransaction, "abort">>();
  /** What had begun to commit when the page was left. */
  const committing = new WeakSet<object>();
  /** Resolves when the page is back. */
  let away: Promise<void> | null = null;
  let comeBack = () => {};
  let hides = 0;
  /** End the waiting of what was under way when the page was left. */
  const waiting = new Set<(reason: Error) => void>();

  const onHide = () => {
    hides++;
    away ??= new Promise((resolve) => {
      comeBack = resolve;
    });
    for (const tx of running) {
      try {
        tx.abort();
      } catch {
        committing.add(tx);
      }
    }
    running.clear();
    connection?.then((db) => db.close()).catch(() => {});
    connection = null;
  };
  const onShow = () => {
    if (!away) return;
    away = null;
    comeBack();
    for (const end of waiting) end(new Error("The page was left"));
  };
  page?.addEventListener("pagehide", onHide);
  page?.addEventListener("pageshow", onShow);

  async function whole<T>(tx: Pick<IDBPTransaction<unknown, string[], "readwrite">, "abort" | "done">, work: Promise<T>): Promise<T> {
    running.add(tx);
    // The transaction's own error names the cause (quota); a request's may only say that it was aborted.
    const [result, done] = await Promise.allSettled([work, tx.done]);
    running.delete(tx);
    if (done.status === "rejected") throw done.reason;
    if (result.status === "rejected") throw result.reason;
    return result.value;
  }

  function connect(): Promise<IDBPDatabase> {
    const drop = () => {
      if (connection === mine) connection = null;
    };
    const opening = openDB(name, 1, {
      upgrade(db, _from, _to, tx) {
        whole(tx, Promise.resolve()).catch(() => {});
        for (const log of LOGS) db.createObjectStore(log, { autoIncrement: true });
        db.createObjectStore(VALUES);
      },
      blocking(_from, _to, event) {
        (event.target as IDBDatabase).close();
        drop();
      },
      terminated: drop,
    });
    const mine = inTime(opening).catch((error) => {
      drop();
      opening.then((db) => db.close()).catch(() => {});
      throw error;
    });
    return mine;
  }

  /** `work` hears whether it may have been done before: it was being committed when the page was left. */
  async function run<T>(
    mode: "readonly" | "readwrite",
    stores: string[],
    work: (tx: IDBPTransaction<unknown, string[], typeof mode>, perhapsDone: boolean) => Promise<T>,
  ): Promise<T> {
    let perhapsDone = false;
    for (let attempt = 0; ; attempt++) {
      await away;
      const before = hides;
      if (!open) throw new PresentlyError("storage/closed", "The storage is closed; open another one");
      let tx: IDBPTransaction<unknown, string[], typeof mode> | undefined;
      const once = async () => {
        connection ??= connect();
        const db = await connection;
        if (hides > before) throw new Error("The page was left");
        tx = db.transaction(stores, mode);
        return whole(tx, work(tx, perhapsDone));
      };
      let end = (_: Error) => {};
      const left = new Promise<never>((_, reject) => {
        end = reject;
      });
      waiting.add(end);
      try {
        return await Promise.race([once(), left]);
      } catch (error) {
        if (hides > before) {
          perhapsDone ||= tx !== undefined && committing.has(tx);
          attempt--;
          continue;
        }
        // The connection closed under us (another tab deleted the database, the browser evicted it), or it is from a half-made upgrade.
        const name_ = (error as Error | null)?.name;
        if (attempt > 0 || (name_ !== "InvalidStateError" && name_ !== "NotFoundError" && name_ !== "UnknownError")) throw coded(error);
        (await connection?.catch(() => null))?.close();
        connection = null;
        if (name_ !== "InvalidStateError") await inTime(deleteDB(name)).catch(() => {});
      } finally {
        waiting.delete(end);
      }
    }
  }

  const trim = (log: LogName) =>
    run("readwrite", [log], async (tx) => {
      const store = tx.objectStore(log);
      let surplus = (await store.count()) - LOG_LIMITS[log];
      for (let cursor = surplus > 0 ? await store.openCursor() : null; cursor && surplus > 0; surplus--) {
        await cursor.delete!();
        cursor = await cursor.continue();
      }
    });

  const storage: IndexedDbStorage = {
    persistent: true,
    async append(log, value) {
      // Committed without waiting for the answer: a page that is being left gets no answer any more, and its last events would be lost.
      const seq = await run("readwrite", [log], async (tx, perhapsDone) => {
        const store = tx.objectStore(log);
        if (perhapsDone) {
          const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
          const at = values.map((one) => JSON.stringify(one)).lastIndexOf(JSON.stringify(value));
          // Where it is not there any more, another page has taken it: no entry has the number 0.
          return at < 0 ? 0 : (keys[at] as number);
        }
        const added = store.add!(value) as Promise<number>;
        tx.commit();
        return added;
      });
      if (seq > LOG_LIMITS[log]) await trim(log);
      return seq;
    },
    read: (log, { after = 0, limit } = {}) =>
      run("readonly", [log], async (tx) => {
        const range = IDBKeyRange.lowerBound(after, true);
        const store = tx.objectStore(log);
        const [keys, values] = await Promise.all([store.getAllKeys(range, limit), store.getAll(range, limit)]);
        return keys.map((seq, i): LogEntry => ({ seq: seq as number, value: values[i] }));
      }),
    remove: (log, seqs) => run("readwrite", [log], async (tx) => void (await Promise.all(seqs.map((seq) => tx.objectStore(log).delete!(seq))))),
    async exchange(log, seqs, value, remember) {
      const seq = await run("readwrite", [log, VALUES], async (tx) => {
        const entries = tx.objectStore(log);
        const there = await Promise.all(seqs.map((one) => entries.getKey(one)));
        if (there.includes(undefined)) return null;
        for (const one of seqs) void entries.delete!(one);
        const added = (await entries.add!(value)) as number;
        const [key, kept] = remember?.(added) ?? [];
        if (key !== undefined) await (kept === undefined ? tx.objectStore(VALUES).delete!(key) : tx.objectStore(VALUES).put!(kept, key));
        return added;
      });
      if (seq !== null && seq > LOG_LIMITS[log]) await trim(log);
      return seq;
    },
    get: (key) => run("readonly", [VALUES], (tx) => tx.objectStore(VALUES).get(key)),
    set: (key, value) =>
      run("readwrite", [VALUES], async (tx) => {
        const store = tx.objectStore(VALUES);
        const done = value === undefined ? store.delete!(key) : store.put!(value, key);
        tx.commit();
        await done;
      }),
    async contents() {
      const logs = await Promise.all(LOGS.map(async (log) => [log, await storage.read(log)] as const));
      const values = await run("readonly", [VALUES], async (tx) => {
        const store = tx.objectStore(VALUES);
        const [keys, all] = await Promise.all([store.getAllKeys(), store.getAll()]);
        return new Map(keys.map((key, i) => [String(key), all[i]]));
      });
      return { logs: Object.fromEntries(logs) as Record<LogName, readonly LogEntry[]>, values };
    },
    async clear() {
      // Emptied first: where another page holds the database open, its deletion waits, but no byte of ours does.
      const stores = [...LOGS, VALUES];
      await run("readwrite", stores, async (tx) => void (await Promise.all(stores.map((store) => tx.objectStore(store).clear!()))));
      (await connection)?.close();
      connection = null;
      await inTime(deleteDB(name)).catch(() => {});
    },
    close() {
      open = false;
      page?.removeEventListener("pagehide", onHide);
      page?.removeEventListener("pageshow", onShow);
      comeBack();
      connection?.then((db) => db.close()).catch(() => {});
    },
  };
  await storage.get("");
  return storage;
}
