import type { CatalogItem } from "presently/contract";
import { quantizeRows } from "presently/contract";
import { queryVector } from "presently/model";
import { beforeAll, describe, expect, it } from "vitest";
import { tinyItems, tinySessions } from "../../../testing/tiny-shop.js";
import { startTensors } from "../train/backend.js";
import type { TrainedModel } from "../train/data.js";
import { trainModel } from "../train/train.js";
import { withCatalog } from "./model.js";

/** The four groups of the tiny shop in other words: what its items are called, what a new item is, and what is searched for. */
const SHOPS: Readonly<Record<string, readonly (readonly [title: string, added: string, query: string])[]>> = {
  German: [
    ["Wanderzelt", "Großes Familien-Wanderzelt", "wanderzelte"],
    ["Küchenlampe", "Kuchenlampe weiß", "KÜCHENLAMPE"],
    ["Teekanne", "Glasteekanne", "teekannen"],
    ["Laufschuhe", "Herrenlaufschuhe", "laufschuh"],
  ],
  Japanese: [
    ["登山テント", "軽量テント", "テント"],
    ["照明ランプ", "ランプ照明器具", "ランプ"],
    ["陶器の急須", "急須・大", "急須"],
    ["革ブーツ", "黒のブーツ", "ブーツ"],
  ],
  Arabic: [
    ["خيمة تخييم", "خَيْمَة كبيرة", "خيمة"],
    ["مصباح مكتب", "مِصْبَاح", "مصباح"],
    ["إبريق شاي", "إبريق زجاجي", "إبريق"],
    ["حذاء جلدي", "حِذَاء شتوي", "حذاء"],
  ],
  "emoji only": [
    ["⛺", "⛺⛺", "⛺"],
    ["💡", "💡", "💡"],
    ["🫖", "🫖", "🫖"],
    ["🥾", "🥾", "🥾"],
  ],
};

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, d) => sum + value * b[d], 0);

describe.each(Object.entries(SHOPS))("a shop whose titles are %s", (_, groups) => {
  let model: TrainedModel;
  let items: CatalogItem[];
  beforeAll(async () => {
    await startTensors();
    // Titles alone: no category or price that would place an item.
    items = tinyItems.map(({ item_id, availability }) => ({ item_id, availability, title: `${groups[Number(item_id[0])][0]} ${item_id.slice(2)}` }));
    model = await trainModel({ items, sessions: tinySessions(400).map((session) => ({ ...session, weight: 1 })) }, { seed: 1, epochs: 4, negatives: 32 });
  }, 60_000);

  /** Mean cosine of a vector to the items of each group; the largest one's number. */
  function groupOf({ vectors, config: { dims } }: TrainedModel, vector: Float32Array): number {
    const means = groups.map((_, g) =>
      items.reduce((sum, { item_id }, row) => sum + (Number(item_id[0]) === g ? dot(vectors.subarray(row * dims, (row + 1) * dims), vector) : 0), 0),
    );
    return means.indexOf(Math.max(...means));
  }

  it("places new items by their titles", () => {
    const added = groups.map(([, title], g) => ({ item_id: `new-${g}`, title, availability: "in_stock" as const }));
    const placed = withCatalog(model, [...items, ...added]);
    const { dims } = placed.config;
    const rows = added.map((_, g) => (items.length + g) * dims);
    expect(rows.map((from) => groupOf(placed, placed.vectors.subarray(from, from + dims)))).toEqual([0, 1, 2, 3]);
  });

  it("knows what is searched for", () => {
    const { dims } = model.config;
    const table = { dims, buckets: model.buckets, ...quantizeRows(model.features, dims) };
    expect(groups.map(([, , query]) => groupOf(model, queryVector(table, query)!))).toEqual([0, 1, 2, 3]);
  });
});
