import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import type { ErrorData } from "../contract/errors.js";
import type { PresentlyEvent } from "../contract/events.js";
import { openStorage } from "../storage/index.js";
import { memoryStorage } from "../storage/memory.js";
import { cartItems } from "./log.js";
import { createSession, MAX_EVENTS, type SessionChannel, type SessionOptions } from "./session.js";

const MINUTE = 60_000;

/** Delivers to every other channel of the hub, cloned and later, as browsers do. */
function hub() {
  const channels = new Set<(message: unknown) => void>();
  return (): SessionChannel => {
    const own = new Set<(message: unknown) => void>();
    return {
      post(message) {
        const copy = structuredClone(message);
        for (const listener of channels) if (!own.has(listener)) queueMicrotask(() => listener(copy));
      },
      hear(listener) {
        own.add(listener);
        channels.add(listener);
        return () => {
          own.delete(listener);
          channels.delete(listener);
        };
      },
    };
  };
}

const clock = { time: 1_000_000 };
const now = () => clock.time;
const view = (id: string, more: Partial<PresentlyEvent> = {}): PresentlyEvent => ({ name: "view_item", time: now(), items: [{ item_id: id }], ...more });
const ids = (events: readonly PresentlyEvent[]) => events.map((event) => event.items?.[0]?.item_id);
let names = 0;
const disk = () => `session-${++names}`;
const open = async (name: string, more: Partial<SessionOptions> = {}) => createSession(await openStorage({ name }), { now, ...more });
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

describe("createSession", () => {
  it("shows an event at once and tells its subscribers", async () => {
    const session = await createSession(memoryStorage(), { now });
    const heard: unknown[] = [];
    const stop = session.subscribe((change) => heard.push([change.type, change.event?.items?.[0]?.item_id]));
    const saved = session.add(view("a"));
    expect(ids(session.events())).toEqual(["a"]);
    expect(heard).toEqual([["added", "a"]]);
    await saved;
    stop();
    void session.add(view("b"));
    expect(heard).toHaveLength(1);
  });

  it("hands on what was not saved when the page was left, each event once", async () => {
    const name = disk();
    const storage = await openStorage({ name });
    let leaving = false;
    const session = await createSession(
      { ...storage, append: (log, value) => (leaving ? new Promise<number>(() => {}) : storage.append(log, value)) },
      { now },
    );
    await session.add(view("a"));
    expect(session.unsaved()).toEqual([]);
    leaving = true;
    void session.add(view("b"));
    await settle();
    const left = session.unsaved();
    expect(ids(left.map(({ event }) => event))).toEqual(["b"]);
    for (let page = 0; page < 2; page++) {
      const next = await open(name);
      for (const { event, id } of left) await next.add(event, id);
      expect(ids(next.events())).toEqual(["a", "b"]);
      expect(next.unsaved()).toEqual([]);
      expect(await storage.read("events")).toHaveLength(2);
    }
  });

  it("survives a reload", async () => {
    const name = disk();
    const session = await open(name);
    await session.add(view("a"));
    clock.time += MINUTE;
    await session.add(view("b"));
    expect(ids((await open(name)).events())).toEqual(["a", "b"]);
  });

  it("ends after thirty idle minutes: the next event starts a new session and the old one is gone, on disk too", async () => {
    const name = disk();
    const session = await open(name);
    await session.add(view("old"));
    clock.time += 31 * MINUTE;
    const types: string[] = [];
    session.subscribe((change) => types.push(change.type));
    await session.add(view("new"));
    expect(ids(session.events())).toEqual(["new"]);
    expect(types).toEqual(["replaced", "added"]);
    expect(await (await openStorage({ name })).read("events")).toHaveLength(1);
  });

  it("does not bring back a session that ended before the page was opened", async () => {
    const name = disk();
    await (await open(name)).add(view("old"));
    clock.time += 31 * MINUTE;
    const session = await open(name);
    expect(session.events()).toEqual([]);
    await session.add(view("new"));
    expect(ids((await open(name)).events())).toEqual(["new"]);
    expect(await (await openStorage({ name })).read("events")).toHaveLength(1);
  });

  it("keeps the newest events only", async () => {
    const storage = { ...memoryStorage(), persistent: true };
    const session = await createSession(storage, { now });
    for (let i = 0; i < MAX_EVENTS + 5; i++) void session.add(view(`item ${i}`));
    await session.add(view("last"));
    expect(session.events()).toHaveLength(MAX_EVENTS);
    expect(ids(session.events()).at(-1)).toBe("last");
    expect(await storage.read("events")).toHaveLength(MAX_EVENTS);
  });

  it("takes one event out, and an equal copy of it from a file or a message likewise", async () => {
    const name = disk();
    const session = await open(name);
    const [a, b, c] = [view("a"), view("b"), view("c")];
    for (const event of [a, b, c]) await session.add(event);
    await session.remove(b);
    await session.remove(JSON.parse(JSON.stringify(c)));
    expect(ids(session.events())).toEqual(["a"]);
    expect(ids((await open(name)).events())).toEqual(["a"]);
  });

  it("counts a purchase once per transaction, however often its page is loaded", async () => {
    const session = await createSession(memoryStorage(), { now });
    const purchase: PresentlyEvent = { name: "purchase", time: now(), transaction_id: "T1", items: [{ item_id: "a" }] };
    await session.add(purchase);
    await session.add({ ...purchase });
    await session.add({ ...purchase, transaction_id: "T2" });
    expect(session.events().map((event) => event.transaction_id)).toEqual(["T1", "T2"]);
  });

  it("clears its log and the shopper starts anew", async () => {
    const name = disk();
    const session = await open(name);
    void session.add(view("a"));
    await session.clear();
    expect(session.events()).toEqual([]);
    expect((await open(name)).events()).toEqual([]);
  });

  it("goes on in memory, and says so, when its storage fails", async () => {
    const problems: ErrorData[] = [];
    const storage = { ...memoryStorage(), persistent: true };
    const session = await createSession(storage, { now, onProblem: (problem) => problems.push(problem) });
    storage.close();
    await session.add(view("a"));
    expect(ids(session.events())).toEqual(["a"]);
    expect(problems.map((problem) => problem.code)).toEqual(["storage/closed"]);
  });

  it("leaves out of the log what is no event", async () => {
    const storage = { ...memoryStorage(), persistent: true };
    for (const junk of [null, 7, { id: 1 }, { id: "x", event: { name: 3 } }]) await storage.append("events", junk);
    const session = await createSession(storage, { now });
    expect(session.events()).toEqual([]);
    await session.add(view("a"));
    expect(await storage.read("events")).toHaveLength(1);
  });
});

describe("consent", () => {
  it("given: the session in memory goes to disk, after what another tab has put there", async () => {
    const name = disk();
    clock.time += MINUTE;
    await (await open(name)).add(view("other tab"));
    clock.time += MINUTE;
    const session = await createSession(memoryStorage(), { now });
    void session.add(view("here"));
    await session.moveTo(await openStorage({ name }));
    expect(ids(session.events())).toEqual(["other tab", "here"]);
    expect(ids((await open(name)).events())).toEqual(["other tab", "here"]);
  });

  it("given: a session that ended on disk long ago is not mixed in, and is deleted", async () => {
    const name = disk();
    await (await open(name)).add(view("last week"));
    clock.time += 10_000 * MINUTE;
    const session = await createSession(memoryStorage(), { now });
    void session.add(view("today"));
    await session.moveTo(await openStorage({ name }));
    expect(ids(session.events())).toEqual(["today"]);
    expect(await (await openStorage({ name })).read("events")).toHaveLength(1);
  });

  it("withdrawn and given again in two tabs doubles nothing", async () => {
    const name = disk();
    const connect = hub();
    const [one, two] = [await open(name, { channel: connect() }), await open(name, { channel: connect() })];
    await one.add(view("a"));
    await two.add(view("b"));
    await settle();
    await Promise.all([one.moveTo(memoryStorage()), two.moveTo(memoryStorage())]);
    await (await openStorage({ name })).clear();
    expect(ids(one.events())).toEqual(["a", "b"]);
    await Promise.all([one.moveTo(await openStorage({ name })), two.moveTo(await openStorage({ name }))]);
    await settle();
    for (const tab of [one, two, await open(name)]) expect(ids(tab.events())).toEqual(["a", "b"]);
  });

  it("not given: nothing goes from tab to tab", async () => {
    const connect = hub();
    const [one, two] = [await createSession(memoryStorage(), { now, channel: connect() }), await createSession(memoryStorage(), { now, channel: connect() })];
    await one.add(view("a"));
    await settle();
    expect(two.events()).toEqual([]);
  });
});

describe("several tabs", () => {
  it("have one session: each event in each tab, once, by time", async () => {
    const name = disk();
    const connect = hub();
    const tabs = await Promise.all([0, 1, 2].map(() => open(name, { channel: connect() })));
    await Promise.all(Array.from({ length: 12 }, (_, i) => tabs[i % 3].add(view(`item ${i}`, { time: now() - 12 + i }))));
    await settle();
    const expected = Array.from({ length: 12 }, (_, i) => `item ${i}`);
    for (const tab of [...tabs, await open(name)]) expect(ids(tab.events())).toEqual(expected);
  });

  it("follow a removal, a replacement and a clear", async () => {
    const name = disk();
    const connect = hub();
    const [one, two] = [await open(name, { channel: connect() }), await open(name, { channel: connect() })];
    await one.add(view("a"));
    await two.add(view("b"));
    await settle();
    await one.remove(one.events()[0]);
    await settle();
    expect(ids(two.events())).toEqual(["b"]);
    await two.replace([view("x"), view("y")]);
    await settle();
    expect(ids(one.events())).toEqual(["x", "y"]);
    await one.clear();
    await settle();
    expect(two.events()).toEqual([]);
  });

  it("catch up when one comes back from the back/forward cache", async () => {
    const name = disk();
    const page = new EventTarget();
    const frozen = await open(name, { page });
    await (await open(name)).add(view("meanwhile"));
    expect(frozen.events()).toEqual([]);
    page.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    await settle();
    expect(ids(frozen.events())).toEqual(["meanwhile"]);
  });
});

describe("cart", () => {
  const cart = async (...events: Partial<PresentlyEvent>[]) => {
    const session = await createSession(memoryStorage(), { now });
    for (const event of events) await session.add({ time: now(), name: "page_view", ...event });
    return cartItems(session.events());
  };
  const item = (item_id: string, quantity?: number) => ({ item_id, quantity });

  it("is what was added and neither removed nor bought", async () => {
    expect(
      await cart(
        { name: "add_to_cart", items: [item("a", 2)] },
        { name: "add_to_cart", items: [item("b")] },
        { name: "add_to_cart", items: [item("c")] },
        { name: "remove_from_cart", items: [item("a")] },
        { name: "remove_from_cart", items: [item("b")] },
        { name: "purchase", transaction_id: "1", items: [item("c")] },
      ),
    ).toEqual(["a"]);
  });

  it("is empty after a purchase that does not name its items", async () => {
    expect(await cart({ name: "add_to_cart", items: [item("a", 3)] }, { name: "purchase" })).toEqual([]);
  });

  it("is not below nothing for an item removed that this session never added", async () => {
    expect(await cart({ name: "remove_from_cart", items: [item("a")] }, { name: "add_to_cart", items: [item("a")] })).toEqual(["a"]);
  });
});
