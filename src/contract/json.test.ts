import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { json } from "./json.js";

afterEach(() => {
  Reflect.deleteProperty(Array.prototype, "toJSON");
});

it("writes plain data as JSON.stringify does, and the same where a page's library gives arrays a toJSON", () => {
  const data = fc.jsonValue();
  fc.assert(
    fc.property(data, (value) => {
      const text = JSON.stringify(value);
      const plain = json(value);
      Object.assign(Array.prototype, { toJSON: () => "an array" });
      const haunted = json(value);
      Reflect.deleteProperty(Array.prototype, "toJSON");
      expect([plain, haunted]).toEqual([text, text]);
    }),
  );
});

it("leaves out what is undefined, and writes null for it in arrays", () => {
  expect(json({ a: undefined, b: [undefined, 1] })).toBe('{"b":[null,1]}');
});
