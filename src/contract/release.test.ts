import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyJson, damage, damageText, expectCode, expectValueOrCode, spoiled } from "../../testing/corruption.js";
import { PresentlyError } from "./errors.js";
import { parseRelease, type Release, type ReleaseFile, sha256, verifyFile } from "./release.js";

const CODE = /^manifest\/invalid$/;
const file: fc.Arbitrary<ReleaseFile> = fc.record({
  path: fc.stringMatching(/^[a-z0-9_]{1,8}\/[a-z0-9_-]{1,12}\.[a-z]{2,4}$/),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
  bytes: fc.integer({ min: 1, max: 1 << 30 }),
});
const release: fc.Arbitrary<Release> = fc.record({
  format: fc.constant("presently.release/1" as const),
  version: fc.integer({ min: 1, max: 1e9 }),
  created: fc.date({ min: new Date("2000-01-01"), max: new Date("2099-01-01"), noInvalidDate: true }).map((date) => date.toISOString()),
  dims: fc.integer({ min: 1, max: 1024 }),
  items: fc.nat(),
  files: fc.record({ shard: file, cards: file, text: file, encoder: file, weights: file }),
  metrics: fc.dictionary(fc.stringMatching(/^[a-z]\w{0,9}$/), fc.double({ noNaN: true, noDefaultInfinity: true }), { maxKeys: 3 }),
});

describe("parseRelease", () => {
  it("reads back what was written", () => {
    fc.assert(
      fc.property(release, (input) => {
        const text = JSON.stringify(input);
        expect(parseRelease(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("answers damaged text, any JSON and spoiled fields with a release or with manifest/invalid", () => {
    fc.assert(fc.property(release, damage, (input, harm) => void expectValueOrCode(() => parseRelease(damageText(JSON.stringify(input), harm)), CODE)));
    fc.assert(fc.property(anyJson, (input) => expectCode(() => parseRelease(JSON.stringify(input)), CODE)));
    fc.assert(fc.property(spoiled(release, anyJson), (input) => void expectValueOrCode(() => parseRelease(JSON.stringify(input)), CODE)));
    fc.assert(fc.property(fc.string(), (text) => expectCode(() => parseRelease(text), CODE)));
  });

  it("refuses every truncation", () => {
    const text = JSON.stringify(fc.sample(release, { numRuns: 1, seed: 2 })[0]);
    for (let length = 0; length < text.length; length++) expectCode(() => parseRelease(text.slice(0, length)), CODE);
  });

  it.each([
    "../secret.bin",
    "files/../../secret.bin",
    "/etc/passwd",
    "https://elsewhere.example/shard",
    "//elsewhere.example/shard",
    "files\\shard",
    "",
    "files/a?b",
    "files/%2e%2e/x",
  ])("refuses the path %j: a release stays beside its manifest", (path) => {
    const [valid] = fc.sample(release, { numRuns: 1, seed: 2 });
    const text = JSON.stringify({ ...valid, files: { ...valid.files, shard: { ...valid.files.shard, path } } });
    expect(() => parseRelease(text)).toThrow(/files\.shard\.path/);
  });
});

describe("verifyFile", () => {
  const codeOf = async (expected: ReleaseFile, bytes: Uint8Array<ArrayBuffer>) => {
    try {
      await verifyFile("shard", expected, bytes.slice().buffer);
      return "accepted";
    } catch (error) {
      return error instanceof PresentlyError ? error.code : error;
    }
  };
  const describeFile = (bytes: Uint8Array): ReleaseFile => ({
    path: "files/a.bin",
    sha256: createHash("sha256").update(bytes).digest("hex"),
    bytes: bytes.length,
  });

  it("hashes as everyone else does", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        expect(await sha256(bytes as Uint8Array<ArrayBuffer>)).toBe(createHash("sha256").update(bytes).digest("hex"));
      }),
    );
  });

  it("accepts the file itself; a cut or changed one gets its code", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), async (bytes, place, change) => {
        const whole = bytes as Uint8Array<ArrayBuffer>;
        expect(await codeOf(describeFile(whole), whole)).toBe("accepted");
        expect(await codeOf(describeFile(whole), whole.slice(0, -1))).toBe("release/truncated");
        const changed = whole.slice();
        changed[place % changed.length] ^= change;
        expect(await codeOf(describeFile(whole), changed)).toBe("release/hash");
        // As a list of files has it.
        const half = ({ sha256: hash, ...rest }: ReleaseFile) => ({ ...rest, sha256: hash.slice(0, 32) });
        expect(await codeOf(half(describeFile(whole)), whole)).toBe("accepted");
        expect(await codeOf(half(describeFile(whole)), changed)).toBe("release/hash");
      }),
    );
  });
});
