import { describe, expect, it } from "vitest";
import type { Trait } from "../contract/engine.js";
import { summary } from "./summary.js";

const lean = (...traits: [attribute: string, value: string, strength?: number][]): Trait[] =>
  traits.map(([attribute, value, strength = 0.5]) => ({ attribute, value, strength }));

describe("the persona in one sentence", () => {
  it("names category, price and brand first, then where the shopper is", () => {
    const traits = lean(["brand", "Fjellvind", 0.7], ["category", "Running", 0.6], ["color", "Ink", 0.5], ["price", "mid", 0.3]);
    expect(summary(traits, { page: "listing", category: "Clothing > Jackets" })).toBe(
      "leaning to Running, mid price, brand Fjellvind, color Ink; now browsing Jackets",
    );
  });

  it("is empty while nothing is known", () => {
    expect(summary([], {})).toBe("");
    expect(summary([], { page: "home" })).toBe("");
  });

  it("says either half alone", () => {
    expect(summary(lean(["price", "low"]), { page: "home" })).toBe("leaning to low price");
    expect(summary([], { page: "listing", category: "Jackets" })).toBe("now browsing Jackets");
  });

  it("takes the deepest category, unless it is a small part of a wider one", () => {
    expect(summary(lean(["category", "Kitchen", 0.86], ["category2", "Pans", 0.65], ["category2", "Pots", 0.4]), {})).toBe("leaning to Pans");
    expect(summary(lean(["category", "Kitchen", 0.86], ["category2", "Pans", 0.3]), {})).toBe("leaning to Kitchen");
  });

  it("says an attribute once, and no more than four things", () => {
    const traits = lean(["brand", "One"], ["brand", "Two"], ["frame_size", "54"], ["color", "Ink"], ["material", "Steel"], ["category", "Bikes"]);
    expect(summary(traits, {})).toBe("leaning to Bikes, brand One, frame size 54, color Ink");
  });

  it("follows the page: a search, an item, the cart", () => {
    expect(summary([], { page: "search", search: "wool $& rug", category: "Rugs" })).toBe("now searching “wool $& rug”");
    expect(summary([], { page: "product", category: "Home > Rugs" })).toBe("now looking at Rugs");
    expect(summary([], { page: "product" })).toBe("now looking at an item");
    expect(summary([], { page: "cart", category: "Rugs" })).toBe("now in the cart");
  });

  it("leaves a shop's own attributes as they are, whatever they are called", () => {
    expect(summary(lean(["price", "on request"], ["category_manager", "Ada"]), {})).toBe("leaning to price on request, category manager Ada");
  });
});
