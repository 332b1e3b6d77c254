import { type FeedbackRecord, parseFeedbackBatch } from "presently/contract";
import { describe, expect, it } from "vitest";
import { sendFeedback } from "./feedback.js";
import { createRandom } from "./random.js";

const records: FeedbackRecord[] = Array.from({ length: 230 }, (_, i) => ({
  kind: "pair",
  context: i ? `item-${i - 1}` : null,
  target: `item-${i}`,
  outcome: i % 3 ? "ignored" : "click",
  position: i % 8,
  propensity: 0.9,
}));

describe("simulated feedback", () => {
  it("arrives whole, in valid batches under keys of their own, out of order", async () => {
    const bodies: string[] = [];
    const fetch = async (address: string, init?: RequestInit) => {
      expect(address).toBe("http://endpoint.example/v1/feedback");
      bodies.push(String(init?.body));
      return new Response(null, { status: 202 });
    };
    expect(await sendFeedback(fetch, "http://endpoint.example", 3, records, createRandom(1), createRandom(2))).toBe(3);
    const batches = bodies.map(parseFeedbackBatch);
    expect(new Set(batches.map(({ key }) => key)).size).toBe(3);
    for (const { release, mode } of batches) expect([release, mode]).toEqual([3, "balanced"]);
    const arrived = batches.flatMap((batch) => batch.records);
    expect(arrived).not.toEqual(records);
    expect(new Set(arrived.map((record) => JSON.stringify(record)))).toEqual(new Set(records.map((record) => JSON.stringify(record))));
  });

  it("says what the endpoint answered when it does not take a batch", async () => {
    const refuse = async () => new Response('{"code":"feedback/invalid"}', { status: 400 });
    await expect(sendFeedback(refuse, "http://endpoint.example", 1, records, createRandom(1), createRandom(2))).rejects.toMatchObject({
      code: "simulate/feedback",
      message: expect.stringMatching(/400.*feedback\/invalid/),
    });
  });
});
