import { expect, it } from "vitest";
import { whenShown } from "./shown.js";

it("a page is shown at once", () => {
  let shown = 0;
  whenShown(new EventTarget() as Document, () => shown++);
  expect(shown).toBe(1);
});

it("a prerendered page is shown once somebody opens it", () => {
  const document = Object.assign(new EventTarget(), { prerendering: true });
  let shown = 0;
  whenShown(document as unknown as Document, () => shown++);
  expect(shown).toBe(0);
  document.dispatchEvent(new Event("prerenderingchange"));
  document.dispatchEvent(new Event("prerenderingchange"));
  expect(shown).toBe(1);
});
