// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeClient, personaOf, settle } from "../../testing/fake-client.js";
import { PresentlyError } from "../contract/errors.js";
import type { Ranking } from "../contract/ranking.js";
import { clientStore, consentStore, givenClient, personaStore, type RankingState, rankingStore, readable } from "./index.js";

const made = vi.hoisted(() => ({ createPresently: vi.fn() }));
vi.mock("../index.js", () => made);

const idsOf = ({ items }: RankingState) => items.map(({ item_id }) => item_id);
const ignore = () => {};

let rig: ReturnType<typeof fakeClient>;
beforeEach(() => {
  rig = fakeClient();
  made.createPresently.mockReset().mockImplementation(() => rig.client);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a readable", () => {
  it("calls back at once, then at each change, until it is left", () => {
    let set = (_: number) => {};
    const store = readable(1, (next) => {
      set = next;
      return () => {};
    });
    const seen: number[] = [];
    const unsubscribe = store.subscribe((value) => seen.push(value));
    set(2);
    set(2);
    unsubscribe();
    set(3);
    expect(seen).toEqual([1, 2]);
    expect(store.getServer()).toBe(1);
  });

  it("runs from the first listener to the last, also where one function listens twice", () => {
    const log: string[] = [];
    const store = readable(0, () => {
      log.push("start");
      return () => log.push("stop");
    });
    const [first, second] = [store.subscribe(ignore), store.subscribe(ignore)];
    first();
    first();
    expect(log).toEqual(["start"]);
    second();
    expect(log).toEqual(["start", "stop"]);
    store.subscribe(ignore)();
    expect(log).toEqual(["start", "stop", "start", "stop"]);
  });

  it("reports a listener which throws, and calls the others", () => {
    const complaint = vi.spyOn(console, "error").mockImplementation(() => {});
    let set = (_: number) => {};
    const store = readable(1, (next) => {
      set = next;
      return () => {};
    });
    store.subscribe(() => {
      throw new Error("the page's own");
    });
    const seen: number[] = [];
    store.subscribe((value) => seen.push(value));
    set(2);
    expect(seen).toEqual([1, 2]);
    expect(complaint).toHaveBeenCalledTimes(2);
  });
});

describe("a ranking", () => {
  it("is asked for with the first listener, and no longer followed after the last", async () => {
    const store = rankingStore(rig.client, { limit: 2 });
    await settle();
    expect([rig.asked.length, rig.listeners.size, store.get().status]).toEqual([0, 0, "loading"]);
    const seen: RankingState[] = [];
    const unsubscribe = store.subscribe((state) => seen.push(state));
    await settle();
    expect(seen.map(({ status }) => status)).toEqual(["loading", "ready"]);
    expect(idsOf(store.get())).toEqual(["a", "b"]);
    await rig.moves(["c"]);
    expect(idsOf(store.get())).toEqual(["c"]);
    unsubscribe();
    expect(rig.listeners.size).toBe(0);
    const asked = rig.asked.length;
    await rig.moves(["d"]);
    expect(rig.asked.length).toBe(asked);
    expect(store.get().status).toBe("ready");
  });

  it("is one for equal options, and another for others", async () => {
    const store = rankingStore(rig.client, { limit: 2, filter: { availability: "in_stock", price: { max: 50 } } });
    expect(rankingStore(rig.client, { filter: { price: { max: 50 }, availability: "in_stock" }, limit: 2 })).toBe(store);
    expect(rankingStore(rig.client, { limit: 3 })).not.toBe(store);
    expect(rankingStore(fakeClient().client, { limit: 2 })).not.toBe(store);
    store.subscribe(ignore);
    store.subscribe(ignore);
    await settle();
    expect(rig.asked).toHaveLength(1);
  });

  it("asks for what is like an item, and for nothing that cannot go to a worker", async () => {
    const proxy = new Proxy({ price: { max: Number.POSITIVE_INFINITY }, availability: "in_stock" as const }, {});
    rankingStore(rig.client, { similarTo: "m-1", filter: proxy }).subscribe(ignore);
    await settle();
    expect(rig.asked).toEqual([{ similarTo: "m-1", filter: { price: {}, availability: "in_stock" } }]);
    expect(() => structuredClone(rig.asked[0])).not.toThrow();
  });

  it("takes a burst of changes as one, and shows no answer older than the newest question", async () => {
    const answers: ((ranking: Ranking) => void)[] = [];
    rig.client.recommend = () => new Promise((resolve) => answers.push(resolve));
    const ranking = (id: string): Ranking => ({ id, kind: "recommend", release: 1, candidates: 0, items: [], milliseconds: 0 });
    const store = rankingStore(rig.client);
    const seen: (string | undefined)[] = [];
    store.subscribe((state) => seen.push(state.ranking?.id));
    await settle();
    for (let i = 0; i < 3; i++) rig.emit({ type: "persona", persona: personaOf("") });
    answers[0](ranking("old"));
    await settle();
    expect(answers).toHaveLength(2);
    answers[1](ranking("new"));
    await settle();
    expect(seen).toEqual([undefined, "new"]);
  });

  it("keeps its items when asking fails, says why, and recovers", async () => {
    const store = rankingStore(rig.client);
    store.subscribe(ignore);
    await settle();
    rig.failure = new PresentlyError("engine/gone", "The worker is gone");
    await rig.moves(["x"]);
    expect(store.get()).toMatchObject({ status: "error", error: rig.failure });
    expect(idsOf(store.get())).toEqual(["a", "b"]);
    rig.failure = null;
    await rig.moves(["y"]);
    expect(store.get()).toMatchObject({ status: "ready", error: null });
    expect(idsOf(store.get())).toEqual(["y"]);
  });

  it("survives a client that throws", async () => {
    rig.client.recommend = () => {
      throw new Error("at once");
    };
    const store = rankingStore(rig.client);
    store.subscribe(ignore);
    await settle();
    expect(store.get()).toMatchObject({ status: "error", error: { message: "at once" } });
  });

  it("settles once, without a listener, and hands its answer to whoever comes next", async () => {
    vi.useFakeTimers();
    const store = rankingStore(rig.client);
    expect(store.settled()).toBe(store.settled());
    await store.settled();
    expect(store.get().status).toBe("ready");
    const unsubscribe = store.subscribe(ignore);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rig.asked).toHaveLength(1);
    unsubscribe();
    expect(rig.listeners.size).toBe(0);
  });

  it("is kept for the way back, though not for ever", async () => {
    const store = rankingStore(rig.client, { similarTo: "first" });
    const mounted = rankingStore(rig.client, { similarTo: "mounted" });
    mounted.subscribe(ignore);
    store.subscribe(ignore)();
    for (let i = 0; i < 20; i++) rankingStore(rig.client, { similarTo: `${i}` });
    expect(rankingStore(rig.client, { similarTo: "first" })).toBe(store);
    for (let i = 0; i < 100; i++) rankingStore(rig.client, { similarTo: `${i}` });
    expect(rankingStore(rig.client, { similarTo: "first" })).not.toBe(store);
    expect(rankingStore(rig.client, { similarTo: "mounted" })).toBe(mounted);
  });
});

describe("persona and consent", () => {
  it("are the newest that the client knows", async () => {
    const persona = personaStore(rig.client);
    expect(personaStore(rig.client)).toBe(persona);
    expect(persona.get()).toBeNull();
    const unsubscribe = persona.subscribe(ignore);
    await settle();
    expect(persona.get()?.summary).toBe("first");
    await rig.moves([], "second");
    expect(persona.get()?.summary).toBe("second");
    unsubscribe();
    expect(rig.listeners.size).toBe(0);
  });

  it("do not go back to the persona of before a change", async () => {
    const persona = personaStore(rig.client);
    persona.subscribe(ignore);
    rig.emit({ type: "persona", persona: personaOf("newer") });
    await settle();
    expect(persona.get()?.summary).toBe("newer");
  });

  it("tell of a choice made elsewhere, and before anyone listened", async () => {
    await rig.client.setConsent({ store: true });
    const consent = consentStore(rig.client);
    expect(consent.get().store).toBe(true);
    expect(consent.getServer()).toEqual({ store: false, share: false });
    const seen: boolean[] = [];
    consent.subscribe(({ store }) => seen.push(store));
    await rig.client.setConsent({ store: false });
    expect(seen).toEqual([true, false]);
  });
});

describe("a client of the store's own", () => {
  const options = { manifest: "/manifest.json" };

  it("is made with the first listener and stopped with the last", async () => {
    const store = clientStore(options);
    await settle();
    expect(made.createPresently).not.toHaveBeenCalled();
    const unsubscribe = store.subscribe(ignore);
    await vi.waitFor(() => expect(store.get().client).toBe(rig.client));
    expect(made.createPresently).toHaveBeenCalledExactlyOnceWith(options);
    unsubscribe();
    expect(rig.stopped).toBe(1);
    expect(store.get().client).toBeNull();
  });

  it("is one where listeners go and come back, and none where they went before its code came", async () => {
    const store = clientStore(options);
    store.subscribe(ignore)();
    const unsubscribe = store.subscribe(ignore);
    await vi.waitFor(() => expect(store.get().client).toBe(rig.client));
    unsubscribe();
    clientStore(options).subscribe(ignore)();
    await settle();
    expect(made.createPresently).toHaveBeenCalledOnce();
  });

  it("is told what happened before it was there, at the time when it did", async () => {
    const before = Date.now();
    const store = clientStore(options);
    store.track({ name: "view_item", item_id: "a" });
    const settled = store.settled();
    expect(store.settled()).toBe(settled);
    store.subscribe(ignore);
    await settled;
    await settle();
    expect(rig.tracked).toEqual([{ name: "view_item", item_id: "a", time: expect.any(Number) }]);
    expect(rig.tracked[0].time).toBeGreaterThanOrEqual(before);
    store.track({ name: "view_item", item_id: "b", time: 5 });
    await settle();
    expect(rig.tracked[1]).toEqual({ name: "view_item", item_id: "b", time: 5 });
  });

  it("is an error where it cannot be made", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const misuse = new PresentlyError("options/invalid", "createPresently needs the release's address");
    made.createPresently.mockImplementation(() => {
      throw misuse;
    });
    const store = clientStore({} as never);
    store.subscribe(ignore);
    await store.settled();
    expect(store.get()).toEqual({ client: null, error: misuse });
  });

  it("is left running where it is the page's", async () => {
    const store = givenClient(rig.client);
    expect(givenClient(rig.client)).toBe(store);
    expect(store.getServer().client).toBeNull();
    store.subscribe(ignore)();
    expect(rig.stopped).toBe(0);
    const complaint = vi.spyOn(console, "error").mockImplementation(() => {});
    store.whenReady(() => {
      throw new Error("refused");
    });
    await settle();
    expect(complaint).toHaveBeenCalledOnce();
  });
});
