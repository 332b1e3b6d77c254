import { describe, expect, it } from "vitest";
import { createRig, MINUTE, shopper } from "../../testing/feedback-rig.js";
import { memoryStorage } from "../storage/memory.js";
import { MAX_NEGATIVE, MAX_POSITIVE } from "./balanced.js";

const pair = (context: string | null, target: string, outcome: string, position: number | null = null) => ({
  kind: "pair",
  context,
  target,
  outcome,
  position,
  propensity: position === null ? null : 0.5,
});

describe("balanced mode", () => {
  it("tells a click with what was looked at before, place and propensity", async () => {
    const rig = await shopper();
    rig.act("view_item", "a");
    rig.show("r1", ["b", "c"]);
    rig.feedback.outcome("r1", "c", "click");
    rig.act("view_item", "c");
    await rig.feedback.flush();
    expect(rig.endpoint.records()).toEqual([pair("a", "c", "click", 1)]);
    expect([...rig.endpoint.stored.values()][0]).toMatchObject({ release: 3, mode: "balanced" });
  });

  it("tells what was opened without a ranking's help as a pair without a place", async () => {
    const rig = await shopper();
    rig.act("view_item", "a");
    rig.act("view_item", "b");
    await rig.feedback.flush();
    expect(rig.endpoint.records()).toEqual([pair("a", "b", "view")]);
  });

  it("tells a click that becomes a purchase, pages later, once: as the purchase", async () => {
    const first = await shopper();
    first.act("view_item", "a");
    first.show("r1", ["b"]);
    first.feedback.outcome("r1", "b", "click");
    await first.feedback.ledger();
    first.feedback.stop();
    const next = await shopper("balanced", {}, first);
    for (const name of ["view_item", "add_to_cart", "purchase"] as const) next.act(name, "b");
    await next.feedback.flush();
    expect(next.endpoint.records()).toEqual([pair("a", "b", "purchase", 0)]);
  });

  it("tells the stronger outcome too when the weaker one has left already", async () => {
    const rig = await shopper();
    rig.show("r1", ["b"]);
    rig.feedback.outcome("r1", "b", "click");
    await rig.feedback.flush();
    rig.act("add_to_cart", "b");
    await rig.feedback.flush();
    expect(rig.endpoint.records()).toEqual([pair(null, "b", "click", 0), pair(null, "b", "cart", 0)]);
  });

  it("tells an item put into the cart straight from the shelf with its place", async () => {
    const rig = await shopper();
    rig.show("r1", ["x", "b"]);
    rig.act("add_to_cart", "b");
    await rig.feedback.flush();
    expect(rig.endpoint.records()).toEqual([pair(null, "b", "cart", 1)]);
  });

  it("tells a sample of what was passed over when the page is left, and nothing of what was taken or dismissed", async () => {
    const rig = await shopper();
    const ids = Array.from({ length: 12 }, (_, i) => `i${i}`);
    rig.show("r1", ids);
    rig.feedback.outcome("r1", "i0", "click");
    rig.feedback.outcome("r1", "i1", "dismissed");
    rig.hide();
    rig.hide();
    await rig.feedback.flush();
    const by = (outcome: string) => rig.endpoint.pairs().filter((record) => record.outcome === outcome);
    expect(by("click").map((record) => record.target)).toEqual(["i0"]);
    expect(by("dismissed").map((record) => record.target)).toEqual(["i1"]);
    expect(by("ignored")).toHaveLength(3);
    for (const { target, position } of by("ignored")) expect([`i${position}`, position! > 1]).toEqual([target, true]);
  });

  it("loses nothing of a page that had time for one write only", async () => {
    const disk = memoryStorage();
    const brief = { ...disk, persistent: true, get: () => new Promise<never>(() => {}) };
    const gone = createRig({}, { storage: brief });
    void gone.feedback.setMode("balanced");
    gone.show("r2", ["a", "b"]);
    gone.feedback.outcome("r2", "b", "click");
    gone.hide();
    gone.feedback.stop();
    const next = await shopper("balanced", {}, { ...gone, storage: { ...disk, persistent: true } });
    await next.feedback.flush();
    const told = next.endpoint.pairs().map(({ target, outcome, position }) => [target, outcome, position]);
    expect(told.sort()).toEqual([
      ["a", "ignored", 0],
      ["b", "click", 1],
    ]);
    expect(await disk.read("feedback")).toEqual([]);
  });

  it("does not call passed over what was opened by another way", async () => {
    const rig = await shopper();
    rig.show("r1", ["b"]);
    rig.act("view_item", "b");
    rig.hide();
    await rig.feedback.flush();
    expect(rig.endpoint.records()).toEqual([]);
  });

  it("draws the passed-over sample from all places alike", async () => {
    const counts = new Array(6).fill(0);
    for (let round = 0; round < 150; round++) {
      const rig = await shopper();
      rig.show("r", ["0", "1", "2", "3", "4", "5"]);
      rig.hide();
      await rig.feedback.flush();
      for (const { position } of rig.endpoint.pairs()) counts[position!]++;
      rig.feedback.stop();
    }
    expect(counts.reduce((a, b) => a + b)).toBe(450);
    // Expected 75 each, standard deviation 6.1: five of them.
    for (const count of counts) expect(Math.abs(count - 75)).toBeLessThan(31);
  });

  it("tells at most five positive records and ten negative ones a visit, over pages, and again after it", async () => {
    const rig = await shopper();
    rig.act("view_item", "start");
    for (let i = 0; i < 12; i++) rig.act("view_item", `v${i}`);
    for (let i = 0; i < 15; i++) {
      rig.show(`r${i}`, [`s${i}`]);
      rig.feedback.outcome(`r${i}`, `s${i}`, "dismissed");
    }
    await rig.feedback.flush();
    const count = (outcome: string) => rig.endpoint.pairs().filter((record) => record.outcome === outcome).length;
    expect([count("view"), count("dismissed")]).toEqual([MAX_POSITIVE, MAX_NEGATIVE]);
    const next = await shopper("balanced", {}, rig);
    next.act("view_item", "p");
    next.act("view_item", "q");
    await next.feedback.flush();
    expect(count("view")).toBe(MAX_POSITIVE);
    rig.clock.time += 31 * MINUTE;
    next.act("view_item", "tomorrow");
    await next.feedback.flush();
    expect(count("view")).toBe(MAX_POSITIVE + 1);
  });

  it("pads every batch to one size and puts neither time nor anything of the device into it", async () => {
    const sizes = new Set<number>();
    for (const count of [1, 3, 5]) {
      const rig = await shopper();
      rig.act("view_item", "start");
      for (let i = 0; i < count; i++) rig.act("view_item", `ein langes Kennzeichen – ${"ü".repeat(20 * i)}`);
      await rig.feedback.flush();
      const { body, init, url } = rig.endpoint.requests[0];
      sizes.add(new TextEncoder().encode(body).length);
      expect(Object.keys(JSON.parse(body)).sort()).toEqual(["format", "key", "mode", "padding", "records", "release"]);
      expect(url).toBe("https://learn.shop.example/v1/feedback");
      expect(init).toMatchObject({ method: "POST", keepalive: true, credentials: "omit", referrerPolicy: "no-referrer" });
      expect(init.headers).toBeUndefined();
      expect(body).not.toContain(String(rig.clock.time).slice(0, 8));
    }
    expect([...sizes]).toEqual([4096]);
  });

  it("sends records in another order than that of the acts", async () => {
    const orders = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const rig = await shopper();
      rig.act("view_item", "start");
      for (const id of ["a", "b", "c", "d"]) rig.act("view_item", id);
      await rig.feedback.flush();
      orders.add(
        rig.endpoint
          .pairs()
          .map((record) => record.target)
          .join(""),
      );
      rig.feedback.stop();
    }
    expect(orders.size).toBeGreaterThan(5);
  });
});

describe("session mode", () => {
  it("tells a visit as one record at the purchase: items in order and what was shown", async () => {
    const rig = await shopper("session");
    rig.act("view_item", "a");
    rig.show("r1", ["b", "c"]);
    rig.feedback.outcome("r1", "b", "click");
    rig.hide();
    rig.act("view_item", "b");
    rig.act("add_to_cart", "b");
    await rig.feedback.flush();
    expect(rig.endpoint.records()).toEqual([]);
    rig.act("purchase", "b");
    await rig.feedback.flush();
    expect(rig.endpoint.records()).toEqual([
      {
        kind: "session",
        context: [
          { item: "a", event: "view" },
          { item: "b", event: "view" },
          { item: "b", event: "cart" },
          { item: "b", event: "purchase" },
        ],
        impressions: [
          { item: "b", outcome: "purchase", position: 0, propensity: 0.5 },
          { item: "c", outcome: "ignored", position: 1, propensity: 0.5 },
        ],
      },
    ]);
  });

  it("tells a visit that ended without a purchase when the shopper comes back", async () => {
    const rig = await shopper("session");
    rig.act("view_item", "a");
    rig.act("view_item", "b");
    await rig.feedback.ledger();
    rig.feedback.stop();
    rig.clock.time += 31 * MINUTE;
    const next = await shopper("session", {}, rig);
    await next.feedback.flush();
    expect(next.endpoint.records()).toMatchObject([{ kind: "session", context: [{ item: "a" }, { item: "b" }] }]);
  });

  it("never has more than 16 items and 20 impressions in a record, and loses none", async () => {
    const rig = await shopper("session");
    for (let i = 0; i < 40; i++) rig.act("view_item", `v${i}`);
    for (let i = 0; i < 50; i++) {
      rig.show(`r${i}`, [`s${i}`]);
      rig.feedback.outcome(`r${i}`, `s${i}`, "dismissed");
    }
    rig.act("purchase", "v0");
    await rig.feedback.flush();
    const records = rig.endpoint.records().flatMap((record) => (record.kind === "session" ? record : []));
    expect(new Set(records.flatMap((record) => record.context.map(({ item }) => item))).size).toBe(40);
    expect(new Set(records.flatMap((record) => record.impressions.map(({ item }) => item))).size).toBe(50);
  });
});
