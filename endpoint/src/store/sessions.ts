import { createHash } from "node:crypto";
import { PresentlyError, type PresentlyEvent, parseEvent } from "presently/contract";
import type { IgnoredImpression } from "../train/data.js";
import { type Database, databaseError, transaction } from "./database.js";

/** A session the shop had already, from a session file. */
export interface ImportedSession {
  readonly events: readonly PresentlyEvent[];
  readonly ignored: readonly IgnoredImpression[];
  /** Milliseconds since the epoch. */
  readonly time: number;
}

export interface StoredSession extends ImportedSession {
  /** Hash of its content: importing a file twice changes nothing. */
  readonly id: Uint8Array;
}

export interface SessionStore {
  /** @returns how many were new */
  add(sessions: readonly ImportedSession[]): number;
  sessions(): Generator<StoredSession>;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * One line of a session file: {"events":[…],"ignored":[…],"time":ms}.
 * @throws PresentlyError `session/invalid`, `event/invalid`
 */
export function parseSessionLine(line: string): ImportedSession {
  const fail = (message: string, cause?: unknown): never => {
    throw new PresentlyError("session/invalid", message, { cause });
  };
  let input: unknown;
  try {
    input = JSON.parse(line);
  } catch (cause) {
    fail(`not JSON: ${(cause as Error).message}`, cause);
  }
  if (!isRecord(input)) return fail("not an object with events");
  const { events, ignored = [], time } = input;
  if (!Array.isArray(events) || events.length === 0) return fail("events is not a list with at least one event");
  if (!Array.isArray(ignored)) return fail("ignored is not a list");
  if (time !== undefined && !(typeof time === "number" && Number.isFinite(time) && time >= 0)) return fail("time is not milliseconds since the epoch");
  const start = typeof time === "number" ? time : 0;
  const parsed = events.map((event) => parseEvent(event, start));
  const impressions = ignored.map((one): IgnoredImpression => {
    if (!isRecord(one) || (typeof one.item_id !== "string" && typeof one.item_id !== "number")) return fail("ignored has an entry without item_id");
    const number = (value: unknown, max: number) => (typeof value === "number" && value >= 0 && value <= max ? value : null);
    return { item_id: String(one.item_id), propensity: number(one.propensity, 1), position: number(one.position, Number.MAX_SAFE_INTEGER) };
  });
  return { events: parsed, ignored: impressions, time: typeof time === "number" ? time : parsed[parsed.length - 1].time };
}

export function sessionStore(db: Database, path: string): SessionStore {
  const insert = db.prepare("INSERT INTO sessions VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  const count = db.prepare("UPDATE counters SET value = value + ? WHERE name = 'sessions'");
  return {
    add(sessions) {
      try {
        return transaction(db, () => {
          let added = 0;
          for (const { events, ignored, time } of sessions) {
            const body = JSON.stringify({ events, ignored });
            const id = createHash("sha256").update(`${time}\n${body}`).digest().subarray(0, 16);
            added += insert.run([id, Math.floor(time), body]).changes;
          }
          count.run([added]);
          return added;
        });
      } catch (error) {
        throw databaseError(error, path);
      }
    },
    *sessions() {
      for (const row of db.prepare("SELECT id, time, body FROM sessions").iterate([])) {
        const { id, time, body } = row as { id: ArrayBuffer; time: number; body: string };
        yield { id: new Uint8Array(id), time, ...(JSON.parse(body) as Pick<ImportedSession, "events" | "ignored">) };
      }
    },
  };
}
