import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantizeRows } from "../contract/shard.js";
import { itemFeatures, queryFeatures, queryVector, tokenize } from "./text.js";

describe("tokenize", () => {
  it.each([
    ["Café-Tisch, 2er", ["cafe", "tisch", "2er"]],
    ["ＦＵＬＬ width", ["full", "width"]],
    ["GRÖSSE Straße", ["grosse", "strasse"]],
    ["Kırmızı İpek œuvre smørrebrød", ["kirmizi", "ipek", "oeuvre", "smorrebrod"]],
    ["Красные ботинки, ещё", ["красные", "ботинки", "еще"]],
    ["Lego™ Nike® ﬁve", ["lego", "nike", "five"]],
    ["赤い靴下", ["赤い", "い靴", "靴下"]],
    ["iPhoneケース 2個", ["iphone", "ケー", "ース", "2", "個"]],
    ["여성 운동화", ["여성", "운동", "동화"]],
    ["รองเท้า", ["รอ", "อง", "งเ", "เท", "ท้", "้า"]],
    ["كِتَاب إلى مكتبة", ["كتاب", "الي", "مكتبه"]],
    ["كـــتاب", ["كتاب"]],
    ["סֵפֶר", ["ספר"]],
    ["हिन्दी किताब", ["हिन्दी", "किताब"]],
    ["🎁 ❤️👨‍👩‍👧 gift", ["🎁", "❤", "👨", "👩", "👧", "gift"]],
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

  it.each([
    ["German compounds", "Herrenlaufschuhe", "Laufschuhe", "Kaffeemaschine"],
    ["German without umlauts", "Küchenmöbel", "kuchenmobel", "Gartenstuhl"],
    ["Japanese", "レディース スニーカー 白", "白いスニーカー", "木製テーブル"],
    ["Korean compounds", "여성운동화", "운동화", "커피메이커"],
    ["Arabic with and without vowel signs", "حِذَاء رياضي", "حذاء رياضي", "طاولة خشبية"],
    ["Arabic with the article", "الحذاء الرياضي", "حذاء رياضي", "طاولة خشبية"],
    ["emoji", "🎁 Box", "🎁", "👟"],
  ])("have %s in common where the words are", (_, title, near, far) => {
    const of = (text: string) => new Map(queryFeatures(text, 1 << 20).map(({ bucket, weight }) => [bucket, weight]));
    const shared = (a: string, b: string) => [...of(a)].reduce((sum, [bucket, weight]) => sum + weight * (of(b).get(bucket) ?? 0), 0);
    expect(shared(title, near)).toBeGreaterThan(0.1);
    expect(shared(title, far)).toBe(0);
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
