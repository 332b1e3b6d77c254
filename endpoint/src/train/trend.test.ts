import { describe, expect, it } from "vitest";
import type { TrainingSession } from "./data.js";
import { trendOf } from "./trend.js";

const DAY = 86_400_000;
const row = (id: string) => "abcd".indexOf(id);
/** A session a string, the items it met; one day after the other. */
const days = (...perDay: readonly (readonly string[])[]): TrainingSession[] =>
  perDay.flatMap((sessions, day) =>
    sessions.map((ids) => ({
      events: [...ids].map((item_id, i) => ({ name: "view_item" as const, time: day * DAY + i, items: [{ item_id }] })),
      ignored: [],
      weight: 1,
      time: day * DAY,
    })),
  );
const times = (count: number, ids: string) => Array<string>(count).fill(ids);

describe("trends", () => {
  it("rise where the newest days ask for more than the days before, whatever is popular altogether", () => {
    const usual = [...times(20, "a"), ...times(3, "b"), "c"];
    const trend = trendOf(days(usual, usual, usual, usual, [...times(20, "a"), ...times(15, "b"), ...times(9, "c")]), row, 4)!;
    expect(trend[1]).toBeGreaterThan(0.5);
    expect(Math.max(...trend)).toBe(1);
    expect([trend[0], trend[3]]).toEqual([0, 0]);
  });

  it("do not rise for everything when traffic does, nor by one shopper who comes again and again", () => {
    const usual = [...times(20, "a"), ...times(10, "b")];
    expect([...trendOf(days(usual, usual, usual, [...usual, ...usual, ...usual]), row, 4)!]).toEqual([0, 0, 0, 0]);
    expect([...trendOf(days(usual, usual, usual, [...usual, "cccccccccccccccccccc"]), row, 4)!]).toEqual([0, 0, 0, 0]);
  });

  it("are not told where the sessions' times do not tell", () => {
    expect(trendOf(days(times(5, "a"), times(50, "b")), row, 4)).toBeUndefined();
    expect(trendOf([], row, 4)).toBeUndefined();
  });
});
