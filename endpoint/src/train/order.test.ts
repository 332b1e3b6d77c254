import { describe, expect, it } from "vitest";
import type { TrainingSession } from "./data.js";
import { trainingExamples } from "./examples.js";
import { orderMatters } from "./order.js";
import { seededRandom } from "./random.js";

/** So many that few pairs are seen more than once, and more data is better. */
const ITEMS = 600;

/** Walks through groups of six items: round and round in their order, or to any other of them. */
function examples(ordered: boolean, count: number) {
  const random = seededRandom(4);
  const sessions = Array.from({ length: count }, (_, s): TrainingSession => {
    const group = 6 * Math.floor((random() * ITEMS) / 6);
    let at = Math.floor(random() * 6);
    const events = Array.from({ length: 5 }, (_, e) => {
      at = (at + (ordered ? 1 : 1 + Math.floor(random() * 5))) % 6;
      return { name: "view_item" as const, time: s * 1e6 + e * 1e4, items: [{ item_id: `${group + at}` }] };
    });
    return { events, ignored: [], weight: 1, time: s * 1e6 };
  });
  return trainingExamples(sessions, Number, 32).examples;
}

describe("orderMatters", () => {
  it.each([
    ["follow each other", true],
    ["only belong together", false],
  ])("where items %s: %s", (_, ordered) => {
    const all = examples(ordered, 400);
    expect(orderMatters(all.slice(0, 350), all.slice(350), ITEMS)).toBe(ordered);
  });

  it("has no opinion on nothing", () => {
    expect(orderMatters([], [], ITEMS)).toBe(false);
  });
});
