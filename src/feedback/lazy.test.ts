import { describe, expect, it } from "vitest";
import { createRig, rankingOf } from "../../testing/feedback-rig.js";
import type { PageFeedbackOptions } from "./feedback.js";
import { createFeedback } from "./lazy.js";

function lazy(shop = createRig()) {
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" as const });
  const feedback = createFeedback({
    storage: shop.storage,
    endpoint: "https://learn.shop.example",
    now: () => shop.clock.time,
    window: { document: page, fetch: shop.endpoint.fetch, crypto, navigator: {} } as unknown as PageFeedbackOptions["window"],
    title: (id) => id,
    delay: [0, 0],
  });
  return { ...shop, feedback };
}

describe("feedback before and after consent", () => {
  it("records a click on what was shown before the shopper agreed, and nothing done before", async () => {
    const { feedback, endpoint, storage } = lazy();
    feedback.ranked(rankingOf("r1", ["a", "b"]));
    feedback.shown("r1", "a");
    feedback.outcome("r1", "a", "click");
    await feedback.flush();
    expect([await storage.read("feedback"), endpoint.requests.length, feedback.state()]).toEqual([[], 0, "off"]);
    await feedback.setMode("balanced");
    feedback.outcome("r1", "b", "click");
    await feedback.flush();
    expect(endpoint.pairs().map(({ target, position }) => [target, position])).toEqual([["b", 1]]);
  });

  it("deletes what an earlier page left, when sharing is refused", async () => {
    const shop = createRig();
    await shop.feedback.setMode("balanced");
    shop.act("view_item", "a");
    shop.act("view_item", "b");
    expect(await shop.feedback.ledger()).toHaveLength(1);
    shop.feedback.stop();
    const { feedback, storage } = lazy(shop);
    expect(await feedback.ledger()).toHaveLength(1);
    await feedback.setMode(false);
    expect(await storage.read("feedback")).toEqual([]);
  });

  it("forgets all, though it has recorded nothing itself", async () => {
    const shop = createRig();
    await shop.feedback.setMode("balanced");
    shop.act("view_item", "a");
    shop.act("view_item", "b");
    await shop.feedback.flush();
    shop.feedback.stop();
    const { feedback, storage } = lazy(shop);
    await feedback.clear();
    expect(await storage.read("ledger")).toEqual([]);
  });
});
