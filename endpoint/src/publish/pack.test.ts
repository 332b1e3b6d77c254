import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { encodeTensors, f32, parseTensors, unpacked } from "presently/contract";
import { describe, expect, it } from "vitest";
import { fillNormal, seededRandom } from "../train/random.js";
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

  it("of several tensors has codes for each, and is smaller for it", async () => {
    const random = seededRandom(1);
    const bell = new Float32Array(16_000);
    fillNormal(bell, 20, random);
    const file = encodeTensors({
      vectors: { dtype: "I8", shape: [16_000], data: Int8Array.from(bell) },
      none: { dtype: "U8", shape: [3], data: new Uint8Array(3) },
      ids: { dtype: "U8", shape: [8_000], data: Uint8Array.from({ length: 8_000 }, () => 48 + Math.floor(10 * random())) },
    });
    expect(pack(file).length).toBeLessThan(0.97 * gzipSync(file).length);
    expect(new Uint8Array(await unpacked(pack(file).buffer))).toEqual(file);
    expect(new Uint8Array(gunzipSync(pack(file)))).toEqual(file);
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
