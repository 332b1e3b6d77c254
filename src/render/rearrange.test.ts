// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { rearranging } from "./rearrange.js";

/** A list whose children stand one after another, and their animations. */
function glidingList() {
  const list = document.createElement("ul");
  const glides: { cancelled: boolean }[] = [];
  const child = () => {
    const element = document.createElement("li");
    element.getBoundingClientRect = () => ({ x: [...list.children].indexOf(element) * 100, y: 0 }) as DOMRect;
    element.animate = () => {
      const glide = { cancelled: false };
      glides.push(glide);
      const cancel = () => {
        glide.cancelled = true;
      };
      return { cancel } as Animation;
    };
    return element;
  };
  list.animate = child().animate;
  return { list, child, glides };
}

describe("a list in a new order", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => vi.useRealTimers());

  it("glides what has moved or is new, and cancels the glides before, which would keep Chromium from compositing these", () => {
    const { list, child, glides } = glidingList();
    const [a, b, c, d] = [child(), child(), child(), child()];
    rearranging(list, false)([a, b, c]);
    expect(glides).toEqual([]);
    rearranging(list, true)([b, a, c]);
    expect(glides).toEqual([{ cancelled: false }, { cancelled: false }]);
    vi.advanceTimersByTime(1_000);
    rearranging(list, true)([b, a, d]);
    expect(glides).toEqual([{ cancelled: true }, { cancelled: true }, { cancelled: false }]);
  });

  it("does not glide again before it has come to rest", () => {
    const { list, child, glides } = glidingList();
    const [a, b] = [child(), child()];
    rearranging(list, false)([a, b]);
    rearranging(list, true)([b, a]);
    vi.advanceTimersByTime(100);
    rearranging(list, true)([a, b]);
    expect(glides).toEqual([{ cancelled: false }, { cancelled: false }]);
    expect([...list.children]).toEqual([a, b]);
  });
});
