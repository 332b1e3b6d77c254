import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorData, PresentlyError, reviveError } from "./errors.js";

describe("errors across a thread", () => {
  it("keep code, message and stack", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (code, message) => {
        const error = new PresentlyError(code, message);
        const revived = reviveError(structuredClone(errorData(error)));
        expect(revived).toBeInstanceOf(PresentlyError);
        expect([revived.code, revived.message, revived.stack, revived.name]).toEqual([code, message, error.stack, "PresentlyError"]);
      }),
    );
  });

  it("make anything that is thrown into plain data", () => {
    expect(errorData(new TypeError("x is undefined"))).toMatchObject({ name: "TypeError", message: "x is undefined", code: "unexpected" });
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (thrown) => {
        expect(errorData(thrown)).toMatchObject({ name: "Error", code: "unexpected", message: expect.any(String) });
      }),
    );
  });
});
