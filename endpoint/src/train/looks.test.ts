import type { CatalogItem } from "presently/contract";
import { beforeAll, describe, expect, it } from "vitest";
import { PICTURE_DIMS } from "../pictures/describe.js";
import { decodeModel, encodeModel } from "../publish/load-model.js";
import { withCatalog } from "../serve/model.js";
import { startTensors } from "./backend.js";
import type { TrainingSession } from "./data.js";
import { ItemTable } from "./items.js";
import { fillNormal, seededRandom } from "./random.js";
import { trainModel } from "./train.js";

const DIMS = 16;
const config = { dims: DIMS, heads: 2, feedForward: 32, blocks: 1, maxTokens: 8, temperature: 0.07, neighbourWeight: 0 };
/** No words to be known by. */
const items = (count: number): CatalogItem[] => Array.from({ length: count }, (_, i) => ({ item_id: `i${i}`, title: `i${i}`, availability: "in_stock" }));

/** Four looks, an item's by its number, a little different each. */
function pictures(count: number): Map<string, Float32Array> {
  const random = seededRandom(8);
  const normal = (deviation: number) => {
    const out = new Float32Array(PICTURE_DIMS);
    fillNormal(out, deviation, random);
    return out;
  };
  const kinds = Array.from({ length: 4 }, () => normal(1));
  return new Map(
    Array.from({ length: count }, (_, i) => {
      const own = normal(0.3);
      return [`i${i}`, kinds[i % 4].map((value, k) => value + own[k])] as const;
    }),
  );
}

/** Walks among items of one look, from `from` items on. */
const sessions = (count: number, from: number): TrainingSession[] => {
  const random = seededRandom(9);
  return Array.from({ length: 600 }, (_, s) => {
    const kind = s % 4;
    const one = () => `i${kind + 4 * Math.floor((random() * (count - from)) / 4)}`;
    return {
      events: [0, 1, 2].map((e) => ({ name: "view_item", time: s * 1e6 + e * 3e4, items: [{ item_id: one() }] })),
      ignored: [],
      weight: 1,
      time: s * 1e6,
    };
  });
};

describe("what items look like", () => {
  beforeAll(startTensors);

  it("has the gradient that finite differences have", () => {
    const table = new ItemTable(items(6), [], 64, DIMS, seededRandom(1), undefined, pictures(6));
    table.start([0, 1, 2, 3], seededRandom(2));
    fillNormal(table.looks!.table, 0.1, seededRandom(3));
    const rows = Int32Array.of(0, 3, 5);
    const kept = Uint8Array.of(1, 0, 1);
    const towards = new Float32Array(rows.length * DIMS);
    fillNormal(towards, 1, seededRandom(4));
    const value = () => table.forward(rows, kept).vectors.reduce((sum, one, i) => sum + one * towards[i], 0);
    const looks = table.looks!.table;
    const expected = Array.from({ length: 12 }, (_, i) => {
      const at = (i * looks.length) / 12;
      const before = looks[at];
      looks[at] = before + 1e-2;
      const above = value();
      looks[at] = before - 1e-2;
      const below = value();
      looks[at] = before;
      return [at, (above - below) / 2e-2] as const;
    });
    // Adam's first step is the gradient's sign times the rate.
    const before = looks.slice();
    table.backward(table.forward(rows, kept), towards.slice(), 1e-3);
    for (const [at, slope] of expected) if (Math.abs(slope) > 1e-3) expect(Math.sign(before[at] - looks[at])).toBe(Math.sign(slope));
    expect(expected.filter(([, slope]) => Math.abs(slope) > 1e-3).length).toBeGreaterThan(6);
  });

  it("finds items that nobody has met among those that look like them, after saving too", async () => {
    const count = 80;
    const options = { seed: 1, epochs: 12, config, negatives: 64 };
    const look = pictures(count);
    const met = items(count - 8);
    const model = await trainModel({ items: met, sessions: sessions(count, 8), pictures: new Map([...look].slice(0, count - 8)) }, options);
    const placed = withCatalog(decodeModel(encodeModel(model).buffer), items(count), look);
    for (let cold = count - 8; cold < count; cold++) {
      const own = placed.vectors.subarray(cold * DIMS, (cold + 1) * DIMS);
      const cosines = Array.from({ length: count - 8 }, (_, row) => own.reduce((sum, value, d) => sum + value * placed.vectors[row * DIMS + d], 0));
      expect(cosines.indexOf(Math.max(...cosines)) % 4).toBe(cold % 4);
    }
  });

  it("changes nothing where there are no pictures", async () => {
    const options = { seed: 1, epochs: 1, config, negatives: 16 };
    const set = { items: items(40), sessions: sessions(40, 0) };
    const [without, empty] = [await trainModel(set, options), await trainModel({ ...set, pictures: new Map() }, options)];
    expect(empty.vectors).toEqual(without.vectors);
    expect(empty.looks).toBeUndefined();
  });
});
