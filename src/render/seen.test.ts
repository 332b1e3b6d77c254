// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type SeenWatch, watchSeen } from "./seen.js";

/** Plays the browser: says how much of an element is on screen. */
class Screen {
  static last: Screen;
  readonly observed = new Set<Element>();
  constructor(private readonly callback: (entries: Partial<IntersectionObserverEntry>[]) => void) {
    Screen.last = this;
  }
  observe(element: Element) {
    this.observed.add(element);
  }
  unobserve(element: Element) {
    this.observed.delete(element);
  }
  disconnect() {
    this.observed.clear();
  }
  shows(target: Element, intersectionRatio: number) {
    if (this.observed.has(target)) this.callback([{ target, intersectionRatio, isIntersecting: intersectionRatio > 0 }]);
  }
}

let hidden = false;
let watch: SeenWatch;
const seen: Element[] = [];
const [card, other] = [document.createElement("li"), document.createElement("li")];

function pageIs(visibility: "hidden" | "visible") {
  hidden = visibility === "hidden";
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IntersectionObserver", Screen);
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
  hidden = false;
  seen.length = 0;
  watch = watchSeen((element) => seen.push(element));
  watch.watch([card, other]);
});
afterEach(() => {
  watch.stop();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it("an element is seen after a second at half, once", () => {
  Screen.last.shows(card, 0.5);
  vi.advanceTimersByTime(999);
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(seen).toEqual([card]);
  Screen.last.shows(card, 1);
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual([card]);
});

it("less than half, or less than a second, is not seen", () => {
  Screen.last.shows(card, 0.49);
  Screen.last.shows(other, 1);
  vi.advanceTimersByTime(900);
  Screen.last.shows(other, 0.2);
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual([]);
});

it("a hidden page shows nothing, and starts the second anew when it is back", () => {
  Screen.last.shows(card, 1);
  vi.advanceTimersByTime(900);
  pageIs("hidden");
  vi.advanceTimersByTime(5000);
  pageIs("visible");
  Screen.last.shows(card, 1);
  vi.advanceTimersByTime(999);
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(seen).toEqual([card]);
});

it("another ranking starts over, and what it does not contain is forgotten", () => {
  Screen.last.shows(card, 1);
  Screen.last.shows(other, 1);
  vi.advanceTimersByTime(500);
  watch.watch([other]);
  Screen.last.shows(other, 1);
  vi.advanceTimersByTime(1000);
  expect(seen).toEqual([other]);
});

it("nothing is reported after the stop", () => {
  Screen.last.shows(card, 1);
  watch.stop();
  vi.advanceTimersByTime(5000);
  pageIs("visible");
  expect([seen.length, Screen.last.observed.size]).toEqual([0, 0]);
});
