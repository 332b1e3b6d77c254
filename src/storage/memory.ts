import { PresentlyError } from "../contract/errors.js";
import { LOGS, type LogEntry, type LogName, type Storage } from "../contract/storage.js";
import { LOG_LIMITS } from "./limits.js";

/** Everything a storage holds, so that one driver can take over from another. */
export interface Contents {
  readonly logs: Readonly<Record<LogName, readonly LogEntry[]>>;
  readonly values: ReadonlyMap<string, unknown>;
}

/** Lasts as long as the page: before consent, and where the browser gives no database. Values are cloned, as a database would. */
export function memoryStorage(start?: Contents): Storage {
  const logs = Object.fromEntries(LOGS.map((log) => [log, [...(start?.logs[log] ?? [])]])) as Record<LogName, LogEntry[]>;
  const values = new Map(start?.values);
  let last = Math.max(0, ...LOGS.flatMap((log) => logs[log].map((entry) => entry.seq)));
  let open = true;

  const check = () => {
    if (!open) throw new PresentlyError("storage/closed", "The storage is closed");
  };

  const storage: Storage = {
    persistent: false,
    async append(log, value) {
      check();
      logs[log].push({ seq: ++last, value: structuredClone(value) });
      logs[log].splice(0, logs[log].length - LOG_LIMITS[log]);
      return last;
    },
    async read(log, { after = 0, limit = Number.POSITIVE_INFINITY } = {}) {
      check();
      return structuredClone(logs[log].filter((entry) => entry.seq > after).slice(0, limit));
    },
    async remove(log, seqs) {
      check();
      const gone = new Set(seqs);
      logs[log] = logs[log].filter((entry) => !gone.has(entry.seq));
    },
    async exchange(log, seqs, value, remember) {
      check();
      if (!seqs.every((seq) => logs[log].some((entry) => entry.seq === seq))) return null;
      await storage.remove(log, seqs);
      const seq = await storage.append(log, value);
      if (remember) await storage.set(...remember(seq));
      return seq;
    },
    async get(key) {
      check();
      return structuredClone(values.get(key));
    },
    async set(key, value) {
      check();
      if (value === undefined) values.delete(key);
      else values.set(key, structuredClone(value));
    },
    async clear() {
      check();
      for (const log of LOGS) logs[log] = [];
      values.clear();
    },
    close() {
      open = false;
    },
  };
  return storage;
}
