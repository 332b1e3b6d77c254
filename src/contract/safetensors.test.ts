import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyJson, damage, damageBytes, expectCode, expectValueOrCode } from "../../testing/corruption.js";
import { encodeStrings, encodeTensors, parseTensors, type StoredTensor, stringColumn, type TensorType, tensor } from "./safetensors.js";

const CODES = /^tensors\/(truncated|invalid|missing)$/;
const arrays = { I8: Int8Array, U8: Uint8Array, U16: Uint16Array, I32: Int32Array, U32: Uint32Array, F32: Float32Array };

const stored: fc.Arbitrary<StoredTensor> = fc
  .tuple(fc.constantFrom(...(Object.keys(arrays) as TensorType[])), fc.array(fc.nat(5), { maxLength: 3 }), fc.nat())
  .map(([dtype, shape, seed]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    return { dtype, shape, data: new arrays[dtype](Array.from({ length: count }, (_, i) => (seed + i * 37) % 120)) };
  });
const name = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }).filter((key) => !["__metadata__", "__proto__"].includes(key));
const tensors = fc.dictionary(name, stored, { maxKeys: 5 });
const metadata = fc.dictionary(
  name.filter((key) => key !== "constructor"),
  fc.string({ unit: "grapheme" }),
  { maxKeys: 3 },
);

function fileOf(header: unknown, body = new Uint8Array(64)): ArrayBuffer {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + body.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(body, 8 + json.length);
  return file.buffer;
}

describe("safetensors", () => {
  it("reads back what it wrote: names, types, shapes, values, metadata", () => {
    fc.assert(
      fc.property(tensors, metadata, (input, notes) => {
        const file = parseTensors(encodeTensors(input, notes).buffer);
        expect({ ...file.metadata }).toEqual({ ...notes });
        expect([...file.tensors.keys()].sort()).toEqual(Object.keys(input).sort());
        for (const [key, { dtype, shape, data }] of Object.entries(input)) {
          expect(file.tensors.get(key)).toEqual({ dtype, shape, data });
        }
      }),
    );
  });

  it("gives views on the file, not copies", () => {
    const buffer = encodeTensors({
      a: { dtype: "I8", shape: [3], data: Int8Array.of(1, 2, 3) },
      b: { dtype: "F32", shape: [2], data: Float32Array.of(1, 2) },
    }).buffer;
    const file = parseTensors(buffer);
    expect(tensor(file, "a", "I8", [3]).buffer).toBe(buffer);
    expect(tensor(file, "b", "F32", [-1]).buffer).toBe(buffer);
  });

  it("reads other writers' unaligned tensors", () => {
    const body = new Uint8Array(9);
    new DataView(body.buffer).setFloat32(1, 1.5, true);
    new DataView(body.buffer).setFloat32(5, -2, true);
    const header = { a: { dtype: "F32", shape: [2], data_offsets: [1, 9] } };
    for (let spaces = 0; spaces < 4; spaces++) {
      const file = parseTensors(fileOf(JSON.stringify(header) + " ".repeat(spaces), body));
      expect([...tensor(file, "a", "F32", [2])]).toEqual([1.5, -2]);
    }
  });

  it("refuses every cut of a file: no shorter file passes for the whole", () => {
    const whole = encodeTensors({ a: { dtype: "I8", shape: [16], data: new Int8Array(16) } });
    for (let length = 0; length < whole.length; length++) expectCode(() => parseTensors(whole.slice(0, length).buffer), CODES);
  });

  it("answers a damaged file with tensors or with a code", () => {
    fc.assert(
      fc.property(tensors, damage, (input, harm) => {
        const buffer = damageBytes(encodeTensors(input), harm);
        const file = expectValueOrCode(() => parseTensors(buffer), CODES);
        for (const { data } of file?.tensors.values() ?? []) expect(data.byteLength).toBeLessThanOrEqual(buffer.byteLength);
      }),
      { numRuns: 500 },
    );
  });

  it("refuses a type that does not turn into text", () => {
    for (const dtype of [{ toString: null }, { toString: "" }, undefined])
      expectCode(() => parseTensors(fileOf({ a: { dtype, shape: [], data_offsets: [0, 0] } })), /tensors.invalid/);
  });

  it("answers any header at all with tensors or with a code", () => {
    fc.assert(fc.property(anyJson, (header) => void expectValueOrCode(() => parseTensors(fileOf(header)), CODES)));
    const entry = fc.record({
      dtype: fc.oneof(fc.constantFrom("I8", "F32", "F64", "constructor"), anyJson),
      shape: fc.oneof(fc.array(fc.oneof(fc.nat(9), fc.integer(), fc.double())), anyJson),
      data_offsets: fc.oneof(fc.tuple(fc.integer(), fc.integer()), fc.tuple(fc.nat(64), fc.nat(64)), anyJson),
    });
    fc.assert(fc.property(entry, (one) => void expectValueOrCode(() => parseTensors(fileOf({ a: one })), CODES)));
  });

  it("allocates nothing for a header that claims more than there is", () => {
    const claim = new Uint8Array(16);
    for (const length of [2n ** 63n, 2n ** 40n, 2n ** 31n, 33n * 1024n ** 2n]) {
      new DataView(claim.buffer).setBigUint64(0, length, true);
      expectCode(() => parseTensors(claim.buffer), CODES);
    }
    expectCode(() => parseTensors(fileOf({ a: { dtype: "I8", shape: [2 ** 40], data_offsets: [0, 2 ** 40] } })), CODES);
    expectCode(() => parseTensors(fileOf({ a: { dtype: "I8", shape: [2 ** 30, 2 ** 30], data_offsets: [0, 64] } })), CODES);
  });

  it("names the tensor that is missing or of another shape", () => {
    const file = parseTensors(encodeTensors({ a: { dtype: "I8", shape: [2], data: new Int8Array(2) } }).buffer);
    expect(() => tensor(file, "b", "I8", [2])).toThrow(/tensor b is missing.* a/);
    expect(() => tensor(file, "a", "F32", [2])).toThrow(/I8\[2\], expected F32\[2\]/);
    expect(() => tensor(file, "a", "I8", [3])).toThrow(/expected I8\[3\]/);
  });
});

describe("string columns", () => {
  it("read back any strings", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" })), (strings) => {
        const column = stringColumn(parseTensors(encodeTensors(encodeStrings("id", strings)).buffer), "id", strings.length);
        expect(strings.map((_, row) => column(row))).toEqual(strings);
      }),
    );
  });

  it.each([
    ["run backwards", [0, 3, 2], /backwards at row 1/],
    ["pass the end", [0, 2, 9], /need 9 bytes/],
  ])("refuse offsets that %s", (_, offsets, message) => {
    const bytes = Uint8Array.from([97, 98, 99]);
    const file = parseTensors(
      encodeTensors({ id: { dtype: "U8", shape: [3], data: bytes }, id_offsets: { dtype: "U32", shape: [3], data: Uint32Array.from(offsets) } }).buffer,
    );
    expect(() => stringColumn(file, "id", 2)).toThrow(message);
  });
});
