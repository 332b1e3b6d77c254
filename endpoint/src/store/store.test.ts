import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import Libsql from "libsql";
import { type FeedbackRecord, OUTCOMES } from "presently/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anyJson, expectValueOrCode } from "../../../testing/corruption.js";
import { tinyItems, tinyRecords, tinySessions } from "../../../testing/tiny-shop.js";
import { trainingSessions } from "./convert.js";
import { databaseError } from "./database.js";
import { parseSessionLine } from "./sessions.js";
import { splitSessions } from "./split.js";
import { openStore } from "./store.js";

describe("the store", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "store-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const path = () => join(folder, "presently.db");

  it("keeps what it was given when it is opened again", () => {
    const store = openStore(folder);
    store.catalog.put(tinyItems);
    expect(store.sessions.add(tinySessions(5))).toBe(5);
    expect(store.sessions.add(tinySessions(6))).toBe(1);
    const batch = { format: "presently.feedback/1", key: "ab".repeat(16), release: 1, mode: "balanced", records: tinyRecords(3) } as const;
    expect([store.feedback.add([batch, batch]), store.feedback.add([batch])]).toEqual([1, 0]);
    store.close();
    const again = openStore(folder);
    expect(again.catalog.items()).toEqual(tinyItems);
    expect([...again.feedback.records()]).toHaveLength(3);
    expect(again.counters()).toMatchObject({ batches: 1, records: 3, sessions: 6, items: 40 });
    again.close();
  });

  it("names the fix for a damaged database", () => {
    writeFileSync(path(), "this is no database ".repeat(500));
    expect(() => openStore(folder)).toThrow(expect.objectContaining({ code: "store/corrupt", message: expect.stringMatching(/backup.*\.recover/) }));
  });

  it("notices a database that was cut off", () => {
    const store = openStore(folder);
    store.catalog.put(Array.from({ length: 400 }, (_, i) => ({ ...tinyItems[0], item_id: `i${i}`, description: "x".repeat(500) })));
    store.close();
    const db = new Libsql(path());
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    db.close();
    truncateSync(path(), 64 * 1024);
    expect(() => openStore(folder)).toThrow(expect.objectContaining({ code: "store/corrupt" }));
  });

  it("names the fix where it is locked, newer than this program, or cannot be made", () => {
    openStore(folder).close();
    const other = new Libsql(path());
    other.exec("BEGIN IMMEDIATE");
    const impatient = new Libsql(path(), { timeout: 50 } as Libsql.Options);
    let locked: unknown;
    try {
      impatient.exec("BEGIN IMMEDIATE");
    } catch (error) {
      locked = databaseError(error, path());
    }
    expect(locked).toMatchObject({ code: "store/locked", message: expect.stringContaining("stop the other presently") });
    impatient.close();
    other.exec("COMMIT");
    other.exec("PRAGMA user_version = 999");
    other.close();
    expect(() => openStore(folder)).toThrow(expect.objectContaining({ code: "store/newer", message: expect.stringContaining("update presently") }));
    writeFileSync(join(folder, "file"), "");
    expect(() => openStore(join(folder, "file", "below"))).toThrow(expect.objectContaining({ code: "store/open" }));
    mkdirSync(join(folder, "odd", "presently.db"), { recursive: true });
    expect(() => openStore(join(folder, "odd"))).toThrow(expect.objectContaining({ code: "store/open" }));
  });

  it("parts what it holds the same way in every run, however much came in between, and gives no session to both sides", () => {
    const store = openStore(folder);
    const options = { maxSessions: 1000, maxHeldOut: 1000 };
    store.sessions.add(tinySessions(300, 1));
    const keysOf = (sessions: readonly { time: number; events: unknown }[]) =>
      new Set(sessions.map((session) => JSON.stringify([session.time, session.events])));
    const first = splitSessions(store, options);
    store.sessions.add(tinySessions(300, 2));
    const second = splitSessions(store, options);
    const trained = keysOf(first.train);
    expect(second.heldOut.length).toBeGreaterThan(first.heldOut.length);
    for (const held of keysOf(second.heldOut)) expect(trained.has(held)).toBe(false);
    for (const held of keysOf(first.heldOut)) expect(keysOf(second.heldOut).has(held)).toBe(true);
    expect(second.train.length + second.heldOut.length).toBe(600);
    const few = splitSessions(store, { maxSessions: 100, maxHeldOut: 10 });
    expect([few.train.length, few.heldOut.length]).toEqual([100, 10]);
    const newest = Math.max(...second.train.map(({ time }) => time));
    expect(few.train.some(({ time }) => time === newest)).toBe(true);
    store.close();
  });

  it("replays of what is known as much as is new, and all where there is little", () => {
    const store = openStore(folder);
    store.sessions.add(tinySessions(6000, 1));
    const options = { maxSessions: 100_000, maxHeldOut: 20 };
    const { train: all } = splitSessions(store, options);
    const { train } = splitSessions(store, { ...options, fresh: 0.3 });
    expect(train.length).toBe(Math.ceil(0.6 * all.length));
    const newest = all.map(({ time }) => time).sort((a, b) => a - b);
    expect(train.filter(({ time }) => time >= newest[Math.floor(0.7 * newest.length)]).length).toBeGreaterThanOrEqual(Math.floor(0.3 * all.length));
    expect(splitSessions(store, { ...options, fresh: 0 }).train).toHaveLength(2000);
    store.close();
  });

  it("keeps sessions from before the live release to judge by where the newest are all of after it", () => {
    const store = openStore(folder);
    store.sessions.add(tinySessions(600, 1));
    const { heldOut, earlier } = splitSessions(store, { maxSessions: 1000, maxHeldOut: 20 });
    expect(earlier).toHaveLength(0);
    const since = heldOut[0].time;
    const large = splitSessions(store, { maxSessions: 1000, maxHeldOut: 20, since });
    expect(large.earlier).toHaveLength(20);
    for (const { time } of large.earlier) expect(time).toBeLessThan(since);
    expect(splitSessions(store, { maxSessions: 1000, maxHeldOut: 20, since: Number.MAX_SAFE_INTEGER }).earlier).toHaveLength(0);
    store.close();
  });
});

describe("records as sessions", () => {
  const id = fc.constantFrom("a", "b", "c", "d");
  const shown = { position: fc.option(fc.nat(20)), propensity: fc.option(fc.double({ min: 0, max: 1, noNaN: true })) };
  const pair = fc.record({ kind: fc.constant("pair" as const), context: fc.option(id), target: id, outcome: fc.constantFrom(...OUTCOMES), ...shown });
  const session = fc.record({
    kind: fc.constant("session" as const),
    context: fc.array(fc.record({ item: id, event: fc.constantFrom("view" as const, "cart" as const, "purchase" as const) }), { maxLength: 16 }),
    impressions: fc.array(fc.record({ item: id, outcome: fc.constantFrom(...OUTCOMES), ...shown }), { maxLength: 20 }),
  });

  it("tell every positive outcome once, in time, and no ignored one as an event", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(pair, session), { maxLength: 30 }), (records: FeedbackRecord[]) => {
        const sessions = trainingSessions(records.map((record) => ({ record, day: 20_000 })));
        const isPositive = (outcome: string) => outcome !== "ignored" && outcome !== "dismissed";
        const events = records.reduce((sum, record) => {
          if (record.kind === "session") return sum + record.context.length + record.impressions.filter(({ outcome }) => isPositive(outcome)).length;
          return sum + (isPositive(record.outcome) ? (record.context === null ? 1 : 2) : 0);
        }, 0);
        expect(sessions.reduce((sum, one) => sum + one.events.length, 0)).toBe(events);
        for (const one of sessions) {
          for (let i = 1; i < one.events.length; i++) expect(one.events[i].time).toBeGreaterThan(one.events[i - 1].time);
          expect(one.time).toBe(20_000 * 86_400_000);
        }
      }),
    );
  });

  it("gives what was passed over to pairs with the same context, and to nobody twice", () => {
    const shownAt = { position: 1, propensity: 0.9 };
    const one = (context: string, target: string, outcome: "click" | "ignored"): FeedbackRecord => ({ kind: "pair", context, target, outcome, ...shownAt });
    const sessions = trainingSessions(
      [one("a", "b", "click"), one("a", "c", "ignored"), one("x", "c", "ignored"), one("a", "d", "click")].map((record) => ({ record, day: 1 })),
    );
    expect(sessions.map(({ events }) => events.map(({ name, items }) => [name, items?.[0].item_id]))).toEqual([
      [
        ["view_item", "a"],
        ["select_item", "b"],
      ],
      [
        ["view_item", "a"],
        ["select_item", "d"],
      ],
    ]);
    expect(sessions.flatMap(({ ignored }) => ignored)).toEqual([{ item_id: "c", ...shownAt }]);
  });
});

describe("a line of a session file", () => {
  it("is a session or says what is wrong with it", () => {
    const [session] = tinySessions(1);
    expect(parseSessionLine(JSON.stringify(session))).toEqual(session);
    expect(() => parseSessionLine("{")).toThrow(/not JSON/);
    expect(() => parseSessionLine('{"events":[]}')).toThrow(/events/);
    expect(() => parseSessionLine('{"events":[{"name":"view_item"}]}')).toThrow(/view_item needs items/);
    const code = /^(session|event)\/invalid$/;
    fc.assert(fc.property(anyJson, (value) => void expectValueOrCode(() => parseSessionLine(JSON.stringify(value)), code)));
    fc.assert(
      fc.property(anyJson, anyJson, (events, ignored) => void expectValueOrCode(() => parseSessionLine(JSON.stringify({ events: [events], ignored })), code)),
    );
  });
});
