import type { GoldenSession } from "../contract/encoder.js";
import { PresentlyError } from "../contract/errors.js";
import type { ForwardOutput } from "../model/forward.js";

/**
 * Largest allowed difference between a golden vector's numbers and a backend's. float32 backends stay below 1e-5; GPUs that only
 * have 16-bit floats (older phones) reach 1e-3, which moves no item by more than the int8 shard does.
 */
export const TOLERANCE = 4e-3;

/**
 * What came of a golden session, against what has to.
 * @throws PresentlyError `persona/wrong`
 */
export function compareGolden(who: string, golden: GoldenSession, output: ForwardOutput): void {
  const pairs = [
    ["persona", golden.persona, output.persona],
    ["attention", golden.attention, output.attention],
    ["repeat", golden.repeat, output.repeat],
    ["spread", [golden.spread], [output.spread]],
  ] as const;
  for (const [what, expected, actual] of pairs) {
    const difference = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - (actual[i] ?? Number.NaN))), 0);
    if (!(expected.length === actual.length && difference <= TOLERANCE))
      throw new PresentlyError(
        "persona/wrong",
        `${who} misses the golden session "${golden.name}": its ${what} differs by ${difference}, allowed are ${TOLERANCE}; it is not used`,
      );
  }
}
