import { expect, it } from "vitest";
import type { Outcome } from "../contract/feedback.js";
import { inWords } from "./words.js";

const say = (outcome: Outcome, context: string | null, position: number | null) =>
  inWords({ kind: "pair", context, target: "desk", outcome, position, propensity: position === null ? null : 1 }, (id) => id.toUpperCase());

it.each([
  [say("click", "lamp", 2), "After looking at LAMP you opened DESK, shown at place 3."],
  [say("view", "lamp", null), "After looking at LAMP you opened DESK."],
  [say("cart", null, null), "You put DESK into the cart."],
  [say("purchase", "lamp", 0), "After looking at LAMP you bought DESK, shown at place 1."],
  [say("ignored", null, 4), "You passed over DESK, shown at place 5."],
  [say("dismissed", "lamp", 4), "After looking at LAMP you dismissed DESK, shown at place 5."],
])("says %s", (said, expected) => {
  expect(said).toBe(expected);
});

it("says a whole visit in one sentence", () => {
  const shown = { position: 0, propensity: 1 };
  const record = {
    kind: "session" as const,
    context: [
      { item: "lamp", event: "view" as const },
      { item: "desk", event: "cart" as const },
    ],
    impressions: [
      { item: "desk", outcome: "cart" as const, ...shown },
      { item: "bed", outcome: "ignored" as const, ...shown },
    ],
  };
  expect(inWords(record, (id) => id.toUpperCase())).toBe("You looked at LAMP, put DESK into the cart; 2 items were shown to you, of which you took up DESK.");
});
