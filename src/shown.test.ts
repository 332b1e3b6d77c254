import { describe, expect, it } from "vitest";
import { shown } from "./shown.js";

const settled = (promise: Promise<unknown>) => Promise.race([promise.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), 20))]);

describe("a page is shown", () => {
  it("in a later task, at once where it is not prerendered", async () => {
    let done = false;
    const promise = shown(new EventTarget() as Document).then(() => {
      done = true;
    });
    await Promise.resolve();
    expect(done).toBe(false);
    expect(await settled(promise)).toBe(true);
  });

  it("once somebody opens it, where it is", async () => {
    const document = Object.assign(new EventTarget(), { prerendering: true });
    const promise = shown(document as unknown as Document);
    expect(await settled(promise)).toBe(false);
    document.dispatchEvent(new Event("prerenderingchange"));
    expect(await settled(promise)).toBe(true);
  });
});
