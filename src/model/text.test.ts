import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantizeRows } from "../contract/shard.js";
import { itemFeatures, queryFeatures, queryVector, tokenize } from "./text.js";

describe("tokenize", () => {
  it.each([
    ["Café-Tisch, 2er", ["café", "tisch", "2er"]],
    ["ＦＵＬＬ width", ["full", "width"]],
    ["Красные ботинки", ["красные", "ботинки"]],
    ["赤い靴下", ["赤い", "い靴", "靴下"]],
    ["!?", []],
  ])("splits %s", (text, words) => expect(tokenize(text)).toEqual(words));
});

describe("features", () => {
  const item = { item_id: "1", title: "Walnut bookshelf", availability: "in_stock" as const };

  it("share the title's buckets with a search for it", () => {
    const buckets = (features: readonly { bucket: number }[]) => new Set(features.map(({ bucket }) => bucket));
    expect(buckets(queryFeatures("walnut BOOKSHELF", 4096))).toEqual(buckets(itemFeatures(item, 4096)));
  });

  it("say nothing of a title which repeats the id", () => {
    expect(itemFeatures({ ...item, title: "1" }, 4096)).toEqual([]);
  });

  it("are finite and inside the table for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(500), (title, price) => {
        for (const { bucket, weight } of itemFeatures({ ...item, title, price, brand: title, category: [title] }, 64)) {
          expect(bucket).toBeLessThan(64);
          expect(Number.isFinite(weight)).toBe(true);
        }
      }),
    );
  });
});

describe("queryVector", () => {
  const rows = Float32Array.from({ length: 64 * 4 }, (_, i) => Math.sin(i + 1));
  const table = { dims: 4, buckets: 64, ...quantizeRows(rows, 4) };

  it("is a unit vector, the same for the same words", () => {
    const vector = queryVector(table, "Red boots")!;
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(queryVector(table, "red  BOOTS!")).toEqual(vector);
  });

  it("is null where nothing is known", () => {
    expect(queryVector(table, "…")).toBeNull();
    expect(queryVector({ dims: 4, buckets: 0, ...quantizeRows(new Float32Array(0), 4) }, "boots")).toBeNull();
  });
});
