import { createHash } from "node:crypto";
import fc from "fast-check";
import { encodeTensors, f32, parseTensors, unpacked } from "presently/contract";
import { describe, expect, it } from "vitest";
import { checkedReader } from "./load.js";
import { pack } from "./pack.js";

const words = (n: number) => new TextEncoder().encode(JSON.stringify(Array.from({ length: n }, (_, i) => `word ${i % 7}`)));

describe("a packed file", () => {
  it("is smaller, the same on every system, and read as it was", async () => {
    const content = words(500);
    const packed = pack(content);
    expect(packed.length).toBeLessThan(content.length / 4);
    expect([...packed.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    expect(new Uint8Array(await unpacked(packed.buffer))).toEqual(content);
  });

  it("is the file itself where that is hardly larger, as vectors are", () => {
    const noise = crypto.getRandomValues(new Uint8Array(1_000));
    expect(pack(noise)).toBe(noise);
  });

  it("is told from a tensor file of any header", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 600 }), async (length) => {
        const file = encodeTensors({ x: f32(Float32Array.of(1, 2), 2) }, { format: "f".repeat(length) });
        expect(await unpacked(file.buffer)).toBe(file.buffer);
        expect(parseTensors(await unpacked(pack(file).buffer)).metadata.format).toHaveLength(length);
      }),
    );
  });

  it("is never seen in weights, which may begin with the same bytes", async () => {
    const weights = Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6);
    const read = checkedReader(async () => weights);
    const file = { path: "files/weights.bin", sha256: createHash("sha256").update(weights).digest("hex"), bytes: weights.length };
    expect(new Uint8Array(await read("weights", file))).toEqual(weights);
    await expect(read("cards", file)).rejects.toThrow();
  });

  it("that is broken is an error", async () => {
    await expect(unpacked(pack(words(500)).slice(0, 60).buffer)).rejects.toThrow();
    await expect(unpacked(new Uint8Array(0).buffer)).resolves.toHaveProperty("byteLength", 0);
  });
});
