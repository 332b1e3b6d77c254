import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { damage, damageBytes, expectCode, expectValueOrCode } from "../../testing/corruption.js";
import { AVAILABILITY, type ItemCard } from "./items.js";
import type { Neighbours } from "./neighbours.js";
import { dequantizeRow, encodeCards, encodeShard, parseCards, parseShard, quantizeRows, type ShardInput } from "./shard.js";
import { encodeTextTable, parseTextTable } from "./text-table.js";

const CODES = /^(tensors\/(truncated|invalid|missing)|shard\/(invalid|format))$/;
const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 });
const floats = (length: number) => fc.array(finite, { minLength: length, maxLength: length }).map((values) => Float32Array.from(values));
const word = fc.string({ maxLength: 12, unit: "grapheme" });

const neighbours = (items: number): fc.Arbitrary<Neighbours> =>
  fc.array(fc.array(fc.tuple(fc.nat(Math.max(0, items - 1)), fc.nat(255)), { maxLength: 3 }), { minLength: items, maxLength: items }).map((lists) => ({
    offsets: Uint32Array.from({ length: items + 1 }, (_, i) => lists.slice(0, i).flat().length),
    rows: Uint16Array.from(lists.flat(), ([row]) => row),
    weights: Uint8Array.from(lists.flat(), ([, weight]) => weight),
  }));

const shardInput: fc.Arbitrary<ShardInput> = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.uniqueArray(word, { maxLength: 9 }), fc.array(word, { maxLength: 4 }), fc.nat(3))
  .chain(([dims, ids, values, traits]) =>
    fc
      .record({
        rows: floats(ids.length * dims),
        traitRows: floats(traits * dims),
        prior: floats(ids.length),
        price: floats(ids.length),
        codes: fc.array(fc.nat(values.length), { minLength: ids.length, maxLength: ids.length }),
        availability: fc.array(fc.nat(AVAILABILITY.length - 1), { minLength: ids.length, maxLength: ids.length }),
        mean: floats(dims),
        neighbours: fc.option(neighbours(ids.length), { nil: undefined }),
        together: fc.option(neighbours(ids.length), { nil: undefined }),
        trend: fc.option(floats(ids.length), { nil: undefined }),
        axes: floats(2 * dims),
      })
      .map(({ rows, traitRows, codes, availability, ...rest }) => ({
        ...rest,
        ...quantizeRows(rows, dims),
        dims,
        ids,
        availability: Uint8Array.from(availability),
        attributes: [{ name: "category", values, codes: Uint16Array.from(codes) }],
        traits: Array.from({ length: traits }, (_, i) => ({ attribute: "category", value: `value ${i}`, items: i })),
        traitRows: quantizeRows(traitRows, dims),
      })),
  );

describe("shard", () => {
  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(shardInput, (input) => {
        const shard = parseShard(encodeShard(input).buffer);
        const { id, row, count, ...columns } = shard;
        const { ids, ...written } = input;
        expect(columns).toEqual(written);
        expect(count).toBe(ids.length);
        expect(ids.map((_, at) => id(at))).toEqual(ids);
        expect(ids.map((one) => row(one))).toEqual(ids.map((_, at) => at));
        expect(row("an id of no item, longer than any")).toBe(-1);
      }),
    );
  });

  it("keeps an unknown price unknown", () => {
    fc.assert(
      fc.property(
        shardInput.filter((input) => input.ids.length > 0),
        (input) => {
          const price = input.price.slice().fill(Number.NaN);
          expect(parseShard(encodeShard({ ...input, price }).buffer).price[0]).toBeNaN();
        },
      ),
      { numRuns: 10 },
    );
  });

  it("answers a damaged file with a readable shard or with a code", () => {
    fc.assert(
      fc.property(shardInput, damage, (input, harm) => {
        const shard = expectValueOrCode(() => parseShard(damageBytes(encodeShard(input), harm)), CODES);
        for (let at = 0; at < (shard?.count ?? 0); at++) expect(typeof shard?.id(at)).toBe("string");
      }),
      { numRuns: 500 },
    );
  });

  it("refuses every truncation", () => {
    const [input] = fc.sample(shardInput, { numRuns: 1, seed: 4 });
    const whole = encodeShard(input);
    // The last eight bytes may be nothing but alignment.
    for (let length = 0; length <= whole.length - 8; length++) expectCode(() => parseShard(whole.slice(0, length).buffer), CODES);
  });

  it("refuses a code without a value and an unknown availability", () => {
    const [input] = fc.sample(
      shardInput.filter((one) => one.ids.length > 0),
      { numRuns: 1, seed: 4 },
    );
    const attributes = [{ ...input.attributes[0], codes: input.attributes[0].codes.slice().fill(99) }];
    expect(() => parseShard(encodeShard({ ...input, attributes }).buffer)).toThrow(/code 99/);
    expect(() => parseShard(encodeShard({ ...input, availability: input.availability.slice().fill(9) }).buffer)).toThrow(/availability code 9/);
  });

  it("refuses a file of another format by name", () => {
    const table = encodeTextTable({ buckets: 1, dims: 2, ...quantizeRows(Float32Array.of(1, 2), 2) });
    expectCode(() => parseShard(table.buffer), /^shard\/format$/);
    expect(() => parseShard(table.buffer)).toThrow(/presently\.text\/1.*presently\.shard\/1/);
  });
});

describe("cards", () => {
  const card = (ids: readonly string[]) =>
    fc.array(fc.record({ title: word, link: word, image: word, brand: word, category: word, currency: word }), {
      minLength: ids.length,
      maxLength: ids.length,
    });

  it("read back what was written, with id, price and availability from the shard", () => {
    fc.assert(
      fc.property(
        shardInput.chain((input) => fc.tuple(fc.constant(input), card(input.ids))),
        ([input, texts]) => {
          const written: ItemCard[] = texts.map((text, at) => ({
            ...text,
            item_id: input.ids[at],
            price: input.price[at],
            availability: AVAILABILITY[input.availability[at]],
          }));
          const read = parseCards(encodeCards(written).buffer, parseShard(encodeShard(input).buffer));
          expect(written.map((_, at) => read(at))).toEqual(written);
        },
      ),
    );
  });

  it("answer a damaged file with cards or with a code, and cards of another shard with a code", () => {
    fc.assert(
      fc.property(
        shardInput.chain((input) => fc.tuple(fc.constant(input), card(input.ids))),
        damage,
        ([input, texts], harm) => {
          const shard = parseShard(encodeShard(input).buffer);
          const cards = texts.map((text, at) => ({ ...text, item_id: input.ids[at], price: 1, availability: "in_stock" as const }));
          const read = expectValueOrCode(() => parseCards(damageBytes(encodeCards(cards), harm), shard), CODES);
          if (read) for (let at = 0; at < shard.count; at++) expect(typeof read(at).title).toBe("string");
          expectCode(() => parseCards(encodeCards([...cards, ...cards, { ...shardlessCard }]).buffer, shard), CODES);
        },
      ),
      { numRuns: 300 },
    );
  });
  const shardlessCard: ItemCard = { item_id: "x", title: "", link: "", image: "", brand: "", category: "", currency: "", price: 0, availability: "in_stock" };
});

describe("text table", () => {
  const table = fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.nat(9))
    .chain(([dims, buckets]) => floats(dims * buckets).map((rows) => ({ dims, buckets, ...quantizeRows(rows, dims) })));

  it("reads back what it wrote", () => {
    fc.assert(fc.property(table, (input) => void expect(parseTextTable(encodeTextTable(input).buffer)).toEqual(input)));
  });

  it("answers a damaged file with a table or with a code", () => {
    fc.assert(
      fc.property(table, damage, (input, harm) => void expectValueOrCode(() => parseTextTable(damageBytes(encodeTextTable(input), harm)), CODES)),
      { numRuns: 300 },
    );
  });
});

describe("quantizeRows", () => {
  it("keeps every value to within half a step of its row's scale", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }).chain((dims) =>
          fc.tuple(
            fc.constant(dims),
            fc.nat(5).chain((count) => floats(dims * count)),
          ),
        ),
        ([dims, rows]) => {
          const quantized = quantizeRows(rows, dims);
          for (let row = 0; row < rows.length / dims; row++) {
            const back = dequantizeRow(quantized, row, dims);
            for (let d = 0; d < dims; d++) expect(Math.abs(back[d] - rows[row * dims + d])).toBeLessThanOrEqual(quantized.scale[row] * 0.501 + 1e-6);
          }
        },
      ),
    );
  });
});
