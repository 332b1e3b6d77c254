import type { ErrorData } from "../contract/errors.js";
import { errorData, PresentlyError } from "../contract/errors.js";
import type { Storage } from "../contract/storage.js";
import { type IndexedDbStorage, indexedDbStorage } from "./indexeddb.js";
import { memoryStorage } from "./memory.js";
import type { OpenOptions } from "./open.js";

export { memoryStorage };

/** A storage which says why it is not persistent, where it is not. */
export interface OpenedStorage extends Storage {
  readonly problem: ErrorData | null;
}

const LOST = new Set(["storage/absent", "storage/blocked", "storage/full", "storage/corrupt"]);

/**
 * The browser's database, or memory with the reason: never an error. Where the database fails later (disk full, evicted, broken)
 * memory takes over with what can still be read, and the call that failed is repeated there.
 */
export async function persistentStorage({ name = "presently", page, onProblem }: OpenOptions = {}): Promise<OpenedStorage> {
  let database: IndexedDbStorage | null = null;
  let current: Storage;
  let problem: ErrorData | null = null;
  let takeover: Promise<Storage> | null = null;

  const lost = (error: unknown) => {
    problem = errorData(error);
    onProblem?.(problem);
  };

  try {
    if (!globalThis.indexedDB) throw new PresentlyError("storage/absent", "This browser gives no IndexedDB here; the session stays in memory");
    current = database = await indexedDbStorage(name, page);
  } catch (error) {
    lost(error);
    current = memoryStorage();
  }

  async function run<T>(call: (storage: Storage) => Promise<T>): Promise<T> {
    const used = current;
    try {
      return await call(used);
    } catch (error) {
      if (!used.persistent || !LOST.has(error instanceof PresentlyError ? error.code : "")) throw error;
      takeover ??= database!
        .contents()
        .catch(() => undefined)
        .then((contents) => {
          lost(error);
          current = memoryStorage(contents);
          return current;
        });
      return call(await takeover);
    }
  }

  return {
    get persistent() {
      return current.persistent;
    },
    get problem() {
      return problem;
    },
    append: (log, value) => run((storage) => storage.append(log, value)),
    read: (log, options) => run((storage) => storage.read(log, options)),
    remove: (log, seqs) => run((storage) => storage.remove(log, seqs)),
    exchange: (...change) => run((storage) => storage.exchange(...change)),
    get: (key) => run((storage) => storage.get(key)),
    set: (key, value) => run((storage) => storage.set(key, value)),
    async clear() {
      // What was written before the takeover is still on the disk.
      if (current !== database) await database?.clear().catch(() => {});
      await run((storage) => storage.clear());
    },
    close() {
      database?.close();
      current.close();
    },
  };
}
