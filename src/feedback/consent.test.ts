import { describe, expect, it } from "vitest";
import { createRig, MINUTE, shopper } from "../../testing/feedback-rig.js";
import { memoryStorage } from "../storage/memory.js";

describe("consent", () => {
  it("not given: nothing is stored and nothing sent, whatever happens", async () => {
    const rig = createRig();
    rig.act("view_item", "a");
    rig.show("r1", ["b"]);
    rig.feedback.outcome("r1", "b", "click");
    rig.hide();
    await rig.feedback.flush();
    expect([await rig.storage.read("feedback"), await rig.storage.read("ledger"), await rig.storage.get("feedback.visit")]).toEqual([[], [], undefined]);
    expect(rig.endpoint.requests).toEqual([]);
    expect(rig.feedback.state()).toBe("off");
  });

  it("withdrawn: what waits is deleted and never leaves", async () => {
    const rig = await shopper();
    rig.act("view_item", "a");
    rig.act("view_item", "b");
    await rig.feedback.setMode(false);
    await rig.feedback.setMode("balanced");
    await rig.feedback.flush();
    expect(rig.endpoint.requests).toEqual([]);
    expect(await rig.feedback.ledger()).toEqual([]);
  });

  it("without an endpoint nothing is recorded", async () => {
    const rig = await shopper("balanced", { endpoint: null });
    rig.act("view_item", "a");
    rig.act("view_item", "b");
    await rig.feedback.flush();
    expect([rig.feedback.state(), await rig.feedback.ledger(), rig.feedback.queued()]).toEqual(["off", [], 0]);
  });

  it("for storing, given: the queue goes along, with keys and bytes", async () => {
    const rig = await shopper();
    rig.endpoint.weather = "lost";
    rig.act("view_item", "a");
    rig.act("view_item", "b");
    await rig.feedback.flush();
    const disk = memoryStorage();
    await rig.feedback.moveTo(disk);
    rig.act("view_item", "c");
    rig.endpoint.weather = "up";
    rig.clock.time += 10 * MINUTE;
    await rig.feedback.flush();
    expect(await rig.storage.read("feedback")).toEqual([]);
    expect(
      rig.endpoint
        .pairs()
        .map((record) => record.target)
        .sort(),
    ).toEqual(["b", "c"]);
    expect(rig.endpoint.requests[1]).toMatchObject({ key: rig.endpoint.requests[0].key, body: rig.endpoint.requests[0].body });
    expect((await disk.read("ledger")).length).toBe(2);
  });

  it("forgotten: no byte is left, and an answer under way brings none back", async () => {
    const rig = await shopper();
    rig.act("view_item", "a");
    rig.act("view_item", "b");
    const flushing = rig.feedback.flush();
    await rig.feedback.clear();
    await flushing;
    for (const log of ["feedback", "ledger"] as const) expect(await rig.storage.read(log)).toEqual([]);
    for (const key of ["visit", "draft", "pause"]) expect(await rig.storage.get(`feedback.${key}`)).toBeUndefined();
  });
});

describe("ledger", () => {
  it("says in plain words what waits, what was sent and what was refused", async () => {
    const rig = await shopper();
    rig.act("view_item", "lamp");
    rig.show("r1", ["x", "y", "desk"]);
    rig.feedback.outcome("r1", "desk", "click");
    rig.feedback.outcome("r1", "x", "dismissed");
    const waiting = await rig.feedback.ledger();
    expect(waiting.map(({ state, text, batch }) => [state, text, batch])).toEqual([
      ["waiting", "After looking at LAMP you opened DESK, shown at place 3.", null],
      ["waiting", "After looking at LAMP you dismissed X, shown at place 1.", null],
    ]);
    expect([rig.feedback.queued(), rig.feedback.state()]).toEqual([2, "waiting"]);
    await rig.feedback.flush();
    const sent = await rig.feedback.ledger();
    expect(sent.map(({ state, batch }) => [state, batch])).toEqual(Array(2).fill(["sent", rig.endpoint.requests[0].key]));
    expect(sent.map(({ record }) => record)).toEqual(rig.endpoint.records());
    rig.endpoint.weather = 400;
    rig.act("view_item", "bed");
    await rig.feedback.flush();
    expect((await rig.feedback.ledger()).at(-1)).toMatchObject({ state: "refused", text: "After looking at LAMP you opened BED." });
    expect([rig.feedback.queued(), rig.feedback.state(), rig.problems.map(({ code }) => code)]).toEqual([0, "refused", ["feedback/refused"]]);
  });
});
