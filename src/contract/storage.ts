export const LOGS = ["events", "feedback", "ledger"] as const;
export type LogName = (typeof LOGS)[number];

export interface LogEntry {
  /** Grows with every append, over all tabs. */
  readonly seq: number;
  readonly value: unknown;
}

/**
 * What Presently keeps on this device: three bounded logs and a few values. Drivers: IndexedDB, memory.
 * A promise that resolves means that the transaction is complete. Values are structured-cloneable.
 * @throws PresentlyError `storage/full`, `storage/blocked`, `storage/closed`
 */
export interface Storage {
  readonly persistent: boolean;
  append(log: LogName, value: unknown): Promise<number>;
  /** Oldest first; only entries with seq > `after`. */
  read(log: LogName, options?: { after?: number; limit?: number }): Promise<readonly LogEntry[]>;
  remove(log: LogName, seqs: readonly number[]): Promise<void>;
  /**
   * In one transaction: `value` comes in place of the entries `seqs`, and `remember` says what to keep beside the log, under which key.
   * null, and nothing is changed, where one of the entries is gone: another page has done it.
   */
  exchange(log: LogName, seqs: readonly number[], value: unknown, remember?: (seq: number) => readonly [key: string, value: unknown]): Promise<number | null>;
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  /** Deletes everything, the database itself included. The storage stays usable and empty. */
  clear(): Promise<void>;
  close(): void;
}
