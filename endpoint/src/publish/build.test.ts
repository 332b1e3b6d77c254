import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import {
  type CatalogItem,
  parseCards,
  parseEncoderManifest,
  parseRelease,
  parseShard,
  parseTextTable,
  type ReleaseFileName,
  unpacked,
  verifyFile,
} from "presently/contract";
import { decodeWeights, encode, queryVector } from "presently/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TrainedModel } from "../train/data.js";
import { trainModel } from "../train/train.js";
import { type BuiltRelease, buildRelease } from "./build.js";

const items: CatalogItem[] = Array.from({ length: 30 }, (_, i) => ({
  item_id: `i${i}`,
  title: `${["Oak table", "Wool rug"][i % 2]} ${i}`,
  category: ["Home", ["Tables", "Rugs"][i % 2]],
  brand: `brand${i % 3}`,
  price: i < 5 ? undefined : 10 + i,
  availability: i === 7 ? "out_of_stock" : "in_stock",
  attributes: { colour: ["red", "blue", "green", "grey"][i % 4] },
}));

/** An hour apart; each tenth puts two items into its cart, and the last day asks for i9. */
const sessions = Array.from({ length: 200 }, (_, s) => ({
  events: [
    ...[0, 2, 4].map((step, k) => ({ name: "view_item" as const, time: s * 3.6e6 + k * 30_000, items: [{ item_id: `i${(s + step) % 29}` }] })),
    ...(s % 10 === 0
      ? ["i1", s % 20 === 0 ? "i2" : "i3"].map((item_id, k) => ({ name: "add_to_cart" as const, time: s * 3.6e6 + 2e5 + k, items: [{ item_id }] }))
      : []),
    ...(s > 180 ? [{ name: "view_item" as const, time: s * 3.6e6 + 3e5, items: [{ item_id: "i9" }] }] : []),
  ],
  ignored: [],
  weight: 1,
  time: s * 3.6e6,
}));

describe("buildRelease", () => {
  let model: TrainedModel;
  let built: BuiltRelease;
  const file = (name: ReleaseFileName) => built.files.get(built.manifest.files[name].path)!.slice().buffer;
  const text = (name: ReleaseFileName) => new TextDecoder().decode(file(name));

  beforeAll(async () => {
    model = await trainModel({ items, sessions }, { seed: 1, epochs: 5, config: { dims: 16, feedForward: 32, maxTokens: 6 } });
    built = await buildRelease(model, items, { version: 4, created: "2026-01-02T03:04:05.000Z", metrics: { recall20: 50 } });
  });
  afterAll(() => tf.setBackend("wasm"));

  it("makes files which the page's parsers and hash checks accept, and the same ones again", async () => {
    expect(parseRelease(JSON.stringify(built.manifest))).toEqual(built.manifest);
    for (const [name, described] of Object.entries(built.manifest.files)) await verifyFile(name, described, file(name as ReleaseFileName));
    const again = await buildRelease(model, items, { version: 5, created: "2026-01-02T03:04:05.000Z", metrics: {} });
    expect(again.manifest.files).toEqual(built.manifest.files);
  });

  it("keeps the catalogue's columns, cards, traits and axes", async () => {
    const shard = parseShard(await unpacked(file("shard")));
    const card = parseCards(await unpacked(file("cards")), shard);
    expect(card(7)).toMatchObject({ item_id: "i7", title: "Wool rug 7", category: "Home > Rugs", price: 17, availability: "out_of_stock" });
    expect(card(0).price).toBeNaN();
    expect(shard.attributes.map(({ name }) => name)).toEqual(["category", "category2", "brand", "colour"]);
    expect(shard.traits).toContainEqual({ attribute: "category2", value: "Rugs", items: 15 });
    const [x, y] = [shard.axes.slice(0, 16), shard.axes.slice(16)];
    expect(Math.hypot(...x)).toBeCloseTo(1, 5);
    expect(x.reduce((sum, value, d) => sum + value * y[d], 0)).toBeCloseTo(0, 5);
  });

  it("gives the most viewed item the highest prior, and an item that nobody saw none, and a shorter vector", async () => {
    const shard = parseShard(await unpacked(file("shard")));
    const length = (row: number) => Math.hypot(...shard.vectors.subarray(row * 16, (row + 1) * 16)) * shard.scale[row];
    expect(Math.max(...shard.prior)).toBe(1);
    expect(shard.prior[29]).toBe(0);
    expect(length(3)).toBeCloseTo(1, 1);
    expect(length(29)).toBeLessThan(0.97);
  });

  it("carries what was bought together, and whose demand has risen", async () => {
    const { together, trend, row, id } = parseShard(await unpacked(file("shard")));
    const { offsets, rows, weights } = together!;
    const company = (of: string) => Array.from(rows.subarray(offsets[row(of)], offsets[row(of) + 1]), id).sort();
    expect([company("i1"), company("i2"), company("i4")]).toEqual([["i2", "i3"], ["i1"], []]);
    // i1 is in every cart, i2 in half of them: √(½ · 1) of all.
    expect(weights[offsets[row("i2")]] / 255).toBeCloseTo(Math.SQRT1_2, 2);
    expect(trend![row("i9")]).toBe(1);
    expect(trend![row("i20")]).toBe(0);
  });

  it("leads a search to the items that are called so", async () => {
    const vector = queryVector(parseTextTable(await unpacked(file("text"))), "wool rug")!;
    const score = (row: number) => vector.reduce((sum, value, d) => sum + value * model.vectors[row * 16 + d], 0);
    const mean = (odd: number) => items.reduce((sum, _, row) => sum + (row % 2 === odd ? score(row) : 0), 0);
    expect(mean(1)).toBeGreaterThan(mean(0));
  });

  it("carries golden sessions which another backend reproduces from the quantized weights", async () => {
    const manifest = parseEncoderManifest(text("encoder"));
    expect(manifest.golden.length).toBeGreaterThan(2);
    await tf.setBackend("cpu");
    const weights = Object.fromEntries(Array.from(decodeWeights(manifest, file("weights")), ([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));
    for (const golden of manifest.golden) {
      const T = golden.vectors.length;
      const column = (values: number[]) => tf.tensor2d(values, [1, T], "int32");
      const { persona, attention, spread } = encode(
        weights,
        { vectors: tf.tensor3d(golden.vectors.flat(), [1, T, 16]), types: column(golden.types), dwells: column(golden.dwells), gaps: column(golden.gaps) },
        manifest.config,
      );
      const near = (expected: readonly number[], actual: ArrayLike<number>) =>
        expected.forEach((value, i) => {
          expect(actual[actual.length - expected.length + i]).toBeCloseTo(value, 4);
        });
      near(golden.persona, persona.dataSync());
      near(golden.attention, attention.dataSync());
      near([golden.spread], spread.dataSync());
    }
  });

  it("refuses a catalogue with items that the model lacks", async () => {
    const stranger = { ...items[0], item_id: "new" };
    await expect(buildRelease(model, [stranger], { version: 1, created: "2026-01-02T03:04:05.000Z", metrics: {} })).rejects.toThrow(
      expect.objectContaining({ code: "publish/mismatch" }),
    );
  });
});
