import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyValue } from "../../testing/corruption.js";
import { type EventInput, parseEvent } from "../contract/events.js";
import { followDataLayer, readEntry } from "./datalayer.js";
import { amount } from "./markup.js";

function follow(dataLayer?: unknown) {
  const window = { dataLayer } as unknown as Window & { dataLayer?: unknown[] };
  const events: EventInput[] = [];
  const layer = followDataLayer(window, (_, event) => events.push(event));
  layer.attach();
  return { window, events, layer };
}

function gtag(..._: unknown[]): IArguments {
  // biome-ignore lint/complexity/noArguments: gtag pushes its arguments object, no array.
  return arguments;
}

const item = { item_id: 7, item_name: "Lamp", item_category: "Home", price: "12.90", quantity: 1, index: 2, affiliation: "left out", item_list_id: "sale" };
const read = { item_id: "7", item_name: "Lamp", item_category: "Home", price: 12.9, quantity: 1, index: 2, item_list_id: "sale" };

describe("followDataLayer", () => {
  it("reads what was pushed before and what is pushed later, in both forms", () => {
    const { window, events } = follow([{ event: "view_item", ecommerce: { currency: "EUR", value: 12.9, items: [item] } }, gtag("js", new Date())]);
    window.dataLayer?.push(gtag("event", "add_to_cart", { items: [item] }), { event: "gtm.click" });
    expect(events).toEqual([
      { name: "view_item", currency: "EUR", value: 12.9, items: [read] },
      { name: "add_to_cart", items: [read] },
    ]);
  });

  it("calls the tag manager's push first, with its own array and arguments, and gives its answer", () => {
    const calls: unknown[] = [];
    const dataLayer: unknown[] = [];
    dataLayer.push = function (this: unknown, ...entries: unknown[]) {
      calls.push([this, entries]);
      return 42;
    };
    const { window, events } = follow(dataLayer);
    const entry = { event: "search", search_term: "red" };
    expect(window.dataLayer?.push(entry)).toBe(42);
    expect(calls).toEqual([[dataLayer, [entry]]]);
    expect(events).toEqual([{ name: "search", search_term: "red" }]);
  });

  it("finds a dataLayer that comes later, and one that replaces it, and reads no entry twice", () => {
    const { window, events, layer } = follow();
    window.dataLayer = [gtag("event", "search", { search_term: "a" })];
    layer.attach();
    layer.attach();
    window.dataLayer = [gtag("event", "search", { search_term: "b" })];
    layer.attach();
    expect(events.map((event) => event.search_term)).toEqual(["a", "b"]);
  });

  it("does not break a dataLayer that cannot be changed", () => {
    const frozen = Object.freeze([{ event: "search", search_term: "a" }]);
    expect(follow(frozen).events).toHaveLength(1);
  });

  it("gives a valid event or nothing for anything that a page can push", () => {
    const entry = fc.oneof(
      anyValue,
      fc.record({ event: fc.constantFrom("view_item", "add_to_cart", "purchase", "search"), ecommerce: anyValue }),
      fc.record({
        event: fc.constant("add_to_cart"),
        ecommerce: fc.record({ items: fc.array(fc.oneof(anyValue, fc.record({ item_id: anyValue, price: anyValue, index: anyValue }))), value: anyValue }),
      }),
      fc.tuple(fc.constant("event"), fc.constantFrom("purchase", "search"), anyValue),
    );
    fc.assert(
      fc.property(entry, (value) => {
        const { window, events } = follow([value]);
        expect(() => window.dataLayer?.push(value)).not.toThrow();
        for (const event of events) {
          try {
            parseEvent(event, 0);
          } catch (error) {
            // An act without its item or term says nothing; the tracker refuses it.
            expect((error as Error).message).toMatch(/needs items|search_term/);
          }
        }
        return true;
      }),
      { numRuns: 500 },
    );
    expect(
      readEntry({
        event: "purchase",
        get ecommerce() {
          return {};
        },
      }),
    ).toEqual({ name: "purchase" });
  });
});

describe("amount", () => {
  it.each([
    ["49.90", 49.9],
    ["49,90 €", 49.9],
    ["$1,299.00", 1299],
    ["1.299,00 €", 1299],
    ["1,299", 1299],
    ["1.299.000", 1_299_000],
    ["0.125", 0.125],
    [12, 12],
    ["free", undefined],
    ["", undefined],
    [-1, undefined],
    [Number.NaN, undefined],
    [null, undefined],
  ])("reads %j as %s", (input, expected) => {
    expect(amount(input)).toBe(expected);
  });
});
