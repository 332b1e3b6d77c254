import { describe, expect, it, vi } from "vitest";
import { captureInEachTest, open, stop } from "../../../testing/page-rig.js";
import type { EventInput } from "../../contract/events.js";
import * as reader from "./page-reader.js";

captureInEachTest();

describe("dwell", () => {
  const detail = '<main data-presently-page="product" data-presently-item="a"></main>';
  const focused = (window: Window) => Object.assign(window.document, { hasFocus: () => true });
  const dwell = (events: EventInput[]) =>
    events.filter(({ name }) => name === "user_engagement").map((event) => [event.items?.[0].item_id, event.engagement_time_msec]);

  it("is the visible time, told in parts when the page is hidden", () => {
    const page = open(detail, { before: focused });
    vi.advanceTimersByTime(4_000);
    page.visibility("hidden");
    vi.advanceTimersByTime(60_000);
    page.visibility("visible");
    vi.advanceTimersByTime(2_000);
    page.fire(page.window, "pagehide");
    expect(dwell(page.events)).toEqual([
      ["a", 4_000],
      ["a", 2_000],
    ]);
  });

  it("stops thirty seconds after the last sign of the shopper, and goes on with the next", () => {
    const page = open(detail, { before: focused });
    vi.advanceTimersByTime(10_000);
    page.fire(page.window, "scroll");
    vi.advanceTimersByTime(300_000);
    page.fire(page.window, "pointermove");
    vi.advanceTimersByTime(5_000);
    page.visibility("hidden");
    expect(dwell(page.events)).toEqual([["a", 45_000]]);
  });

  it("does not count a window without the focus, but counts a frame within the page", () => {
    const page = open(detail, { before: focused });
    vi.advanceTimersByTime(1_000);
    page.fire(page.window, "blur");
    vi.advanceTimersByTime(1_000);
    Object.assign(page.window.document, { hasFocus: () => false });
    page.fire(page.window, "blur");
    vi.advanceTimersByTime(9_000);
    page.fire(page.window, "pagehide");
    expect(dwell(page.events)).toEqual([["a", 2_000]]);
  });

  it("goes to the item that was on screen, when the shopper goes on to the next, and at the end", () => {
    const page = open(detail, { before: focused });
    vi.advanceTimersByTime(3_000);
    page.go("/p/b", '<main data-presently-page="product" data-presently-item="b"></main>');
    vi.advanceTimersByTime(1_000);
    stop();
    const [first, second] = dwell(page.events);
    expect(first).toEqual(["a", 3_000]);
    expect(second[0]).toBe("b");
    expect(page.names().indexOf("user_engagement")).toBeLessThan(page.names().lastIndexOf("page_view"));
  });

  describe("before the reader is there", () => {
    const late = () => {
      let arrive: (module: typeof reader) => void = () => {};
      const load = () => new Promise<typeof reader>((resolve) => (arrive = resolve));
      return {
        load,
        async arrive() {
          arrive(reader);
          await vi.advanceTimersByTimeAsync(0);
        },
      };
    };

    it("goes by the clock: a page that is left early has its dwell", () => {
      const page = open(detail, { before: focused, load: late().load });
      vi.advanceTimersByTime(700);
      page.fire(page.window, "pagehide");
      expect(dwell(page.events)).toEqual([["a", 700]]);
    });

    it("tells nothing of less than half a second, nor of a page that nobody saw come", () => {
      const short = open(detail, { before: focused, load: late().load });
      vi.advanceTimersByTime(499);
      short.fire(short.window, "pagehide");
      stop();
      const unseen = open(detail, { before: (window) => Object.assign(window.document, { hasFocus: () => false }), load: late().load });
      vi.advanceTimersByTime(1_900);
      unseen.fire(unseen.window, "pagehide");
      expect([dwell(short.events), dwell(unseen.events)]).toEqual([[], []]);
    });

    it("counts no longer than the reader should take, should it never come", () => {
      const page = open(detail, { before: focused, load: late().load });
      vi.advanceTimersByTime(90_000);
      stop();
      expect(dwell(page.events)).toEqual([["a", 2_000]]);
    });

    it("is handed on to what measures it then, once", async () => {
      const { load, arrive } = late();
      const page = open(detail, { before: focused, load });
      // A page that says by attributes what it is asks for its reader after two seconds.
      await vi.advanceTimersByTimeAsync(2_500);
      await arrive();
      vi.advanceTimersByTime(1_500);
      page.fire(page.window, "pagehide");
      expect(dwell(page.events)).toEqual([["a", 3_500]]);
    });
  });
});
