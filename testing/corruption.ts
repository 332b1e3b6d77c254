import fc from "fast-check";
import { expect } from "vitest";
import { PresentlyError } from "../src/contract/errors.js";

/** Runs a parser on input that may be broken: it gives a value or a PresentlyError whose code is `station/what`, never anything else. */
export function expectValueOrCode<T>(parse: () => T, code: RegExp): T | undefined {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(PresentlyError);
    expect((error as PresentlyError).code).toMatch(code);
    expect((error as PresentlyError).message).not.toBe("");
    return undefined;
  }
}

/** Runs a parser on input that is broken for sure. */
export function expectCode(parse: () => unknown, code: RegExp): void {
  const gaveValue = expectValueOrCode(() => {
    parse();
    return true;
  }, code);
  expect(gaveValue, "broken input was accepted").toBeUndefined();
}

export interface Damage {
  /** Places as shares of the length, with what is written there. */
  readonly writes: readonly (readonly [number, number])[];
  /** Share of the length that is kept. */
  readonly keep: number;
}

const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** A few bytes overwritten anywhere, and perhaps the end cut off. */
export const damage: fc.Arbitrary<Damage> = fc.record({
  writes: fc.array(fc.tuple(share, fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
  keep: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: share }),
});

export function damageBytes(bytes: Uint8Array, { writes, keep }: Damage): ArrayBuffer {
  const copy = bytes.slice(0, Math.floor(bytes.length * keep));
  for (const [place, value] of writes) if (copy.length > 0) copy[Math.floor(place * copy.length)] = value;
  return copy.buffer as ArrayBuffer;
}

/** The same for text: what a proxy or a disk does to JSON. */
export function damageText(text: string, { writes, keep }: Damage): string {
  const characters = [...text].slice(0, Math.floor(text.length * keep));
  for (const [place, value] of writes) if (characters.length > 0) characters[Math.floor(place * characters.length)] = String.fromCharCode(value);
  return characters.join("");
}

/** Anything that JSON can bring: deep, odd keys such as `__proto__` included. */
export const anyJson: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 4 });

/** Anything that a page's own script can hand over. */
export const anyValue: fc.Arbitrary<unknown> = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
});

/** A valid record with some of its fields replaced by anything: reaches deeper than anything alone. */
export function spoiled<T extends object>(valid: fc.Arbitrary<T>, replacement: fc.Arbitrary<unknown> = anyValue): fc.Arbitrary<unknown> {
  return valid.chain((record) => {
    const keys = Object.keys(record);
    if (keys.length === 0) return fc.constant(record);
    return fc.dictionary(fc.constantFrom(...keys), replacement, { minKeys: 1, maxKeys: 2 }).map((changes) => ({ ...record, ...changes }));
  });
}
