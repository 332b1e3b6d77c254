import { describe, expect, it } from "vitest";
import { encodeShard, parseShard, quantizeRows, type Shard } from "../contract/shard.js";
import { priceBands } from "./price.js";
import { traits } from "./traits.js";

const DIMS = 4;

interface Item {
  readonly vector: readonly number[];
  readonly price?: number;
  readonly attributes: Readonly<Record<string, string>>;
}

function shardOf(items: readonly Item[]): Shard {
  const names = [...new Set(items.flatMap(({ attributes }) => Object.keys(attributes)))];
  const attributes = names.map((name) => {
    const values = [...new Set(items.flatMap((item) => item.attributes[name] ?? []))];
    return { name, values, codes: Uint16Array.from(items, (item) => values.indexOf(item.attributes[name]) + 1) };
  });
  return parseShard(
    encodeShard({
      dims: DIMS,
      ids: items.map((_, i) => `i${i}`),
      ...quantizeRows(Float32Array.from(items.flatMap(({ vector }) => vector)), DIMS),
      prior: new Float32Array(items.length),
      price: Float32Array.from(items, ({ price }) => price ?? Number.NaN),
      availability: new Uint8Array(items.length),
      attributes,
      traits: [],
      traitRows: quantizeRows(new Float32Array(0), DIMS),
      mean: new Float32Array(DIMS),
      axes: new Float32Array(2 * DIMS),
    }).buffer,
  );
}

const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const axis = (d: number) => many(DIMS, (i) => (i === d ? 1 : 0));
const persona = (d: number) => Float32Array.from(axis(d));
const told = (list: ReturnType<typeof traits>) => list.map(({ attribute, value }) => `${attribute} ${value}`);

describe("traits", () => {
  /** Ten red and ten blue shoes to one side, ten red and ten blue lamps to the other. */
  const shard = shardOf(
    many(40, (i) => ({
      vector: axis(i < 20 ? 0 : 1),
      attributes: { category: i < 20 ? "Shoes" : "Lamps", colour: i % 20 < 10 ? "red" : "blue", state: "new" },
    })),
  );

  it("are what the persona expects next, where the session holds no item yet", () => {
    expect(told(traits(shard, persona(0), [], 8))).toEqual(["category Shoes"]);
    expect(told(traits(shard, persona(1), [], 8))).toEqual(["category Lamps"]);
  });

  it("are also what the session's items share, which the vectors need not say", () => {
    expect(told(traits(shard, persona(0), [10, 11, 12], 8))).toEqual(["category Shoes", "colour blue"]);
    expect(told(traits(shard, persona(0), [0, 1, 2], 8))).toEqual(["category Shoes", "colour red"]);
  });

  it("leave out what the whole catalogue has, and what hardly an item has", () => {
    const rare = shardOf(many(20, (i) => ({ vector: axis(i % 2), attributes: { state: "new", label: i < 2 ? "sample" : "" } })));
    expect(traits(rare, persona(0), [0, 1], 8)).toEqual([]);
  });

  it("have strengths between 0 and 1, the strongest first, counting an item once", () => {
    const list = traits(shard, persona(0), [0, 1, 20], 8);
    expect(told(list)).toEqual(["category Shoes", "colour red"]);
    expect(traits(shard, persona(0), [0, 0, 1, 0, 20, 0], 8)).toEqual(list);
    for (const { strength } of list) expect(strength).toBeLessThanOrEqual(1);
    expect([...list].sort((a, b) => b.strength - a.strength)).toEqual(list);
    expect(traits(shard, persona(0), [0, 1], 1)).toHaveLength(1);
  });

  it("of a session which has seen everything are none", () => {
    expect(traits(shard, persona(0), Array(40).keys(), 8)).toEqual([]);
  });

  it("of a large catalogue come from a part of it", () => {
    const large = shardOf(many(20_001, (i) => ({ vector: axis(i < 2000 ? 0 : 1), attributes: { category: i < 2000 ? "Shoes" : "Lamps" } })));
    expect(told(traits(large, persona(0), [], 8))).toEqual(["category Shoes"]);
  });

  it("tell a taste for the cheap or the dear among items of one kind", () => {
    const priced = shardOf(
      many(60, (i) => ({ vector: axis(i < 30 ? 0 : 1), price: (i < 30 ? 10 : 1000) + i, attributes: { category: i < 30 ? "Socks" : "Sofas" } })),
    );
    expect(told(traits(priced, persona(1), [57, 58, 59], 8))).toContain("price high");
    expect(told(traits(priced, persona(1), [30, 31, 32], 8))).toContain("price low");
    expect(told(traits(priced, persona(1), [30, 45, 59], 8))).not.toContain("price high");
  });
});

describe("price bands", () => {
  const bands = (items: readonly Item[]) => {
    const { values, codes } = priceBands(shardOf(items));
    return Array.from(codes, (code) => (code === 0 ? "" : values[code - 1]));
  };
  const item = (price: number | undefined, ...path: string[]): Item => ({
    vector: axis(0),
    ...(price !== undefined && { price }),
    attributes: Object.fromEntries(path.map((name, level) => [level === 0 ? "category" : `category${level + 1}`, name])),
  });

  it("are thirds within the deepest category", () => {
    const items = [...many(9, (i) => item(1 + i, "Home", "Candles")), ...many(9, (i) => item(100 + i, "Home", "Tables"))];
    const thirds = ["low", "low", "low", "mid", "mid", "mid", "high", "high", "high"];
    expect(bands(items)).toEqual([...thirds, ...thirds]);
  });

  it("of a small category are those of the one above, and without any those of the catalogue", () => {
    const items = [...many(9, (i) => item(10 + i, "Home", "Candles")), item(900, "Home", "Pianos"), item(1)];
    expect(bands(items).slice(9)).toEqual(["high", "low"]);
  });

  it("keep two categories of one name apart", () => {
    const items = [...many(9, (i) => item(1 + i, "Bikes", "Parts")), ...many(9, (i) => item(100 + i, "Cars", "Parts"))];
    expect(bands(items)[9]).toBe("low");
  });

  it("are none where the price is unknown, or the same for most", () => {
    expect(bands([...many(9, (i) => item(1 + i, "Home")), item(undefined, "Home")])[9]).toBe("");
    expect(bands(many(12, (i) => item(i < 10 ? 5 : 9, "Home")))).toEqual(new Array(12).fill(""));
  });
});
