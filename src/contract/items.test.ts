import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyValue, expectCode, expectValueOrCode, spoiled } from "../../testing/corruption.js";
import { AVAILABILITY, type CatalogItem, parseCatalogItem } from "./items.js";

const text = fc.string({ minLength: 1, maxLength: 60 }).filter((value) => value.trim() !== "");
const attributes = fc.array(fc.tuple(fc.constantFrom("colour", "size", "material", "Größe"), text), { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs));

const item = fc.record(
  {
    item_id: fc.oneof(text, fc.nat()),
    title: text,
    description: fc.string({ maxLength: 200 }),
    link: fc.webUrl(),
    image_link: fc.webPath().filter((path) => path !== ""),
    brand: text,
    category: fc.array(text, { maxLength: 5 }),
    price: fc.double({ min: 0, max: 1e7, noNaN: true }),
    currency: fc.constantFrom("EUR", "SEK"),
    availability: fc.constantFrom(...AVAILABILITY),
    attributes,
  },
  { requiredKeys: ["item_id", "title"] },
);

describe("parseCatalogItem", () => {
  it("keeps a valid item, and reads its own output as the same item", () => {
    fc.assert(
      fc.property(item, (input) => {
        const parsed: CatalogItem = parseCatalogItem(input);
        expect(parsed.item_id).toBe(String(input.item_id).trim());
        expect(parsed.title).toBe(input.title.trim());
        expect(parsed.category).toEqual(input.category?.map((level) => level.trim()));
        expect(parsed.availability).toBe(input.availability ?? "in_stock");
        expect(parsed.price).toBe(input.price);
        expect(Object.keys(parsed.attributes ?? {})).toEqual(Object.keys(input.attributes ?? {}));
        expect(parseCatalogItem(parsed)).toEqual(parsed);
      }),
    );
  });

  it("answers anything at all with an item or with item/invalid", () => {
    fc.assert(fc.property(anyValue, (input) => expectCode(() => parseCatalogItem(input), /^item\/invalid$/)));
    fc.assert(fc.property(spoiled(item), (input) => void expectValueOrCode(() => parseCatalogItem(input), /^item\/invalid$/)));
  });

  it.each([
    ["no title", { item_id: "a" }, /title/],
    ["six category levels", { item_id: "a", title: "A", category: ["1", "2", "3", "4", "5", "6"] }, /category/],
    ["an unknown availability", { item_id: "a", title: "A", availability: "soon" }, /availability/],
    ["an infinite price", { item_id: "a", title: "A", price: Number.POSITIVE_INFINITY }, /price/],
  ])("refuses an item with %s and names the field", (_, input, field) => {
    expect(() => parseCatalogItem(input)).toThrow(field);
  });
});
