import { describe, expect, it } from "vitest";
import { spreadShift } from "./calibrate.js";

const softplus = (x: number) => Math.log1p(Math.exp(x));

describe("the spread's calibration", () => {
  it.each([0, 0.3, -0.5])("finds a shift of %d again", (shift) => {
    const logits = Array.from({ length: 200 }, (_, i) => -2 + i / 100);
    const found = spreadShift(
      logits.map(softplus),
      logits.map((logit) => softplus(logit + shift)),
    );
    expect(found).toBeCloseTo(shift, 3);
  });

  it("stays finite where all is learned by heart", () => {
    expect(spreadShift([0, 0.2], [0, 0])).toBeCloseTo(-3, 3);
  });
});
