import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Libsql from "libsql";
import { PresentlyError } from "presently/contract";
import { MIGRATIONS } from "./schema.js";

export type Database = Libsql.Database;

/** How long a writer waits for another process's transaction, in milliseconds. */
const BUSY_MS = 5_000;
/** Pages of 4 KiB in the log before they are copied into the database: 32 MB. */
const CHECKPOINT_PAGES = 8_000;
/** Databases up to this size are checked whole at opening, a matter of milliseconds; damage in larger ones shows where it is met. */
const CHECKED_BYTES = 64 * 2 ** 20;

/** SQLite's complaint with what to do about it. Codes: https://www.sqlite.org/rescode.html */
export function databaseError(error: unknown, path: string): PresentlyError {
  if (error instanceof PresentlyError) return error;
  const { code = "", message = String(error) } = error as { code?: string; message?: string };
  const is = (name: string) => code.startsWith(name);
  const say = (what: string, text: string) => new PresentlyError(`store/${what}`, text, { cause: error });
  if (is("SQLITE_BUSY") || is("SQLITE_LOCKED") || /is locked/.test(message))
    return say("locked", `${path} is locked by another process: stop the other presently, or wait until it has finished`);
  if (is("SQLITE_NOTADB") || is("SQLITE_CORRUPT") || /malformed|not a database/.test(message))
    return say("corrupt", `${path} is damaged (${message}): put back a backup, or rescue it with: sqlite3 ${path} .recover | sqlite3 rescued.db`);
  if (is("SQLITE_FULL")) return say("full", `The disk of ${path} is full: free space and try again`);
  if (is("SQLITE_READONLY")) return say("readonly", `${path} cannot be written: give its folder to the user that runs presently`);
  if (is("SQLITE_IOERR")) return say("disk", `Reading or writing ${path} failed (${message}): check the disk`);
  if (is("SQLITE_CANTOPEN") || /ConnectionFailed|unable to open/i.test(message))
    return say("open", `${path} cannot be opened: give another --data folder, or give this one to the user that runs presently`);
  return say("failed", `${path}: ${message}`);
}

/**
 * Runs `work` in one write transaction, on disk when it returns.
 * SQLite ends a transaction itself on some errors (full disk), so the rollback may find none.
 */
export function transaction<T>(db: Database, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    try {
      db.exec("ROLLBACK");
    } catch {}
    throw error;
  }
}

/** A pragma's first value. libsql has no `simple` of its own. */
const pragma = (db: Database, text: string): unknown => Object.values((db.pragma(text) as Record<string, unknown>[])[0] ?? {})[0];

function migrate(db: Database, path: string): void {
  if (Number(pragma(db, "user_version")) === MIGRATIONS.length) return;
  transaction(db, () => {
    // Read again inside: another process may have been first.
    const done = Number(pragma(db, "user_version"));
    if (done > MIGRATIONS.length)
      throw new PresentlyError("store/newer", `${path} was written by a newer presently (form ${done}, this one knows ${MIGRATIONS.length}): update presently`);
    for (const step of MIGRATIONS.slice(done)) db.exec(step);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

/**
 * Opens the database, made and brought up to date where need be. What is committed survives a power cut (WAL, synchronous=FULL).
 * @throws PresentlyError `store/open`, `store/locked`, `store/corrupt`, `store/newer`, `store/readonly`, `store/full`
 */
export function openDatabase(path: string): Database {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    throw new PresentlyError("store/open", `The folder ${dirname(path)} cannot be made (${(cause as Error).message}): give another --data folder`, { cause });
  }
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let db: Database | null = null;
  try {
    db = new Libsql(path, { timeout: BUSY_MS } as Libsql.Options);
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    // Random ids touch a page each: copied back eight times less often, many of them are touched again meanwhile.
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    if (size > 0 && size <= CHECKED_BYTES) {
      const fault = pragma(db, "quick_check(1)");
      if (fault !== "ok") throw Object.assign(new Error(String(fault)), { code: "SQLITE_CORRUPT" });
    }
    migrate(db, path);
    return db;
  } catch (error) {
    db?.close();
    throw databaseError(error, path);
  }
}
