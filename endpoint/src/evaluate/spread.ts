import { LIST } from "./metrics.js";
import type { Prefix } from "./personas.js";

/** Means over a part of the predictions. */
interface SpreadPart {
  /** 1 − cosine of persona and next item, as the encoder's spread expects it, and as it was. */
  readonly expected: number;
  readonly actual: number;
  readonly recall20: number;
  readonly examples: number;
}

export interface SpreadCalibration {
  /** By what was expected, from the surest to the least sure fifth. */
  readonly fifths: readonly SpreadPart[];
  /** After so many items, up to the next of these numbers. */
  readonly by_length: readonly (SpreadPart & { readonly from: number })[];
  /** Mean over the fifths of |expected − actual|, weighted by their size (expected calibration error, Naeini et al., AAAI 2015). */
  readonly error: number;
}

const LENGTHS = [1, 2, 3, 5, 10, 20];
const PARTS = 5;

/** Whether the persona is as unsure as it says it is. */
export class SpreadSum {
  private readonly all: { readonly expected: number; readonly actual: number; readonly hit: boolean; readonly length: number }[] = [];

  add(list: ArrayLike<number>, target: number, seen: readonly number[], { expectedDistance: expected, distance: actual }: Prefix): void {
    if (Number.isNaN(actual)) return;
    this.all.push({ expected, actual, hit: Array.from(list).slice(0, LIST).includes(target), length: seen.length });
  }

  result(): SpreadCalibration {
    const mean = (values: number[]) => Math.round((10_000 * values.reduce((sum, value) => sum + value, 0)) / Math.max(1, values.length)) / 10_000;
    const part = (some: typeof this.all): SpreadPart => ({
      expected: mean(some.map(({ expected }) => expected)),
      actual: mean(some.map(({ actual }) => actual)),
      recall20: Math.round(10_000 * mean(some.map(({ hit }) => Number(hit)))) / 100,
      examples: some.length,
    });
    const sorted = [...this.all].sort((a, b) => a.expected - b.expected);
    const at = (i: number) => Math.round((i * sorted.length) / PARTS);
    const fifths = Array.from({ length: PARTS }, (_, i) => part(sorted.slice(at(i), at(i + 1))));
    const lengths = LENGTHS.map((from, i) => ({
      from,
      ...part(this.all.filter(({ length }) => length >= from && length < (LENGTHS[i + 1] ?? Number.POSITIVE_INFINITY))),
    }));
    const off = fifths.reduce((sum, { expected, actual, examples }) => sum + Math.abs(expected - actual) * examples, 0);
    return { fifths, by_length: lengths.filter(({ examples }) => examples > 0), error: Math.round((10_000 * off) / Math.max(1, sorted.length)) / 10_000 };
  }
}
