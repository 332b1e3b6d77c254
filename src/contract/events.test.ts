import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyValue, expectCode, expectValueOrCode, spoiled } from "../../testing/corruption.js";
import { EVENT_NAMES, parseEvent } from "./events.js";

const text = (max: number) => fc.string({ minLength: 1, maxLength: max, unit: "grapheme" }).filter((value) => value.trim() !== "" && value.length <= max);
const amount = fc.double({ min: 0, max: 1e9, noNaN: true });

const item = fc.record(
  {
    item_id: fc.oneof(
      text(40),
      fc.nat().map((id) => id as number | string),
    ),
    item_name: text(80),
    item_brand: text(40),
    item_category: text(40),
    item_category5: text(40),
    price: amount,
    quantity: amount,
    index: fc.nat(500),
    item_list_id: text(20),
  },
  { requiredKeys: ["item_id"] },
);

const event = fc.record(
  {
    name: fc.constantFrom(...EVENT_NAMES),
    time: fc.nat(),
    items: fc.array(item, { minLength: 1, maxLength: 4 }),
    search_term: text(40),
    engagement_time_msec: amount,
    page_location: fc.webUrl(),
    page_type: fc.constantFrom("home", "listing", "search", "product", "cart", "checkout", "other"),
    page_category: text(40),
    transaction_id: text(20),
    value: amount,
    currency: fc.constantFrom("EUR", "USD"),
    ranking_id: text(32),
  },
  { requiredKeys: ["name", "items", "search_term"] },
);

describe("parseEvent", () => {
  it("keeps every field of a valid event, with ids as trimmed strings", () => {
    fc.assert(
      fc.property(event, fc.nat(), (input, now) => {
        const parsed = parseEvent(input, now);
        expect(parsed.name).toBe(input.name);
        expect(parsed.time).toBe(input.time ?? now);
        expect(parsed.items?.map((one) => one.item_id)).toEqual(input.items.map((one) => String(one.item_id).trim()));
        expect(parsed.items?.map((one) => one.price)).toEqual(input.items.map((one) => one.price));
        expect(parsed.search_term).toBe(input.search_term.trim());
        expect(Object.keys(parsed).sort()).toEqual([...new Set([...Object.keys(input), "time"])].sort());
      }),
    );
  });

  it("changes nothing when it reads its own output, also through JSON", () => {
    fc.assert(
      fc.property(event, (input) => {
        const parsed = parseEvent(input, 7);
        expect(parseEvent(JSON.parse(JSON.stringify(parsed)), 8)).toEqual(JSON.parse(JSON.stringify(parsed)));
      }),
    );
  });

  it("takes one item's fields on the event itself, as a template writes them", () => {
    expect(parseEvent({ name: "view_item", item_id: 42, price: 9.5, item_list_id: "grid" }, 5)).toEqual({
      name: "view_item",
      time: 5,
      items: [{ item_id: "42", price: 9.5 }],
      item_list_id: "grid",
    });
  });

  it("answers anything at all with an event or with event/invalid", () => {
    fc.assert(fc.property(anyValue, (input) => expectCode(() => parseEvent(input, 0), /^event\/invalid$/)));
    fc.assert(fc.property(spoiled(event), (input) => void expectValueOrCode(() => parseEvent(input, 0), /^event\/invalid$/)));
  });

  it.each([
    ["an unknown name", { name: "viewItem", item_id: "a" }, /name/],
    ["an item event without items", { name: "add_to_cart" }, /items/],
    ["an item event with an empty list", { name: "view_item", items: [] }, /items/],
    ["a search without a term", { name: "search" }, /search_term/],
    ["a blank id", { name: "view_item", item_id: "  " }, /item_id/],
    ["a negative price", { name: "view_item", item_id: "a", price: -1 }, /price/],
    ["a price that is not a number", { name: "view_item", item_id: "a", price: Number.NaN }, /price/],
    ["more items than a page shows", { name: "view_item_list", items: Array.from({ length: 201 }, (_, i) => ({ item_id: i })) }, /items/],
  ])("refuses %s and names the field", (_, input, field) => {
    expectCode(() => parseEvent(input, 0), /^event\/invalid$/);
    expect(() => parseEvent(input, 0)).toThrow(field);
  });
});
