import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seeded, TINY_CONFIG, tinyEncoder } from "../../../testing/tiny-encoder.js";
import { tinyRelease } from "../../../testing/tiny-release.js";
import type { TrainedModel } from "../train/data.js";
import type { BuiltRelease } from "./build.js";
import { loadRelease } from "./load.js";
import { decodeModel, encodeModel, modelOfRelease } from "./load-model.js";
import { currentRelease, previousVersions, publishRelease, rollbackRelease } from "./publish.js";

const { dims } = TINY_CONFIG;
const { manifest: encoder, weights } = tinyEncoder();

/** A release whose every file but the encoder's tells its version. */
function built(version: number): BuiltRelease {
  const random = seeded(version);
  const items = [0, 1, 2].map((i) => {
    const vector = Array.from({ length: dims }, random);
    const length = Math.hypot(...vector);
    return {
      item_id: `v${version}-${i}`,
      title: `Item ${i} of ${version}`,
      availability: "in_stock" as const,
      vector: vector.map((x) => x / length),
      prior: i / 2,
    };
  });
  const text = Float32Array.from({ length: 4 * dims }, random);
  const { manifest, files } = tinyRelease({ version, items, encoder, weights: new Uint8Array(weights), text });
  const contents = new Map(Array.from(files, ([path, bytes]) => [path, new Uint8Array(bytes)] as const));
  contents.delete("manifest.json");
  return { manifest, files: contents };
}

describe("publishing", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "publish-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const live = async () => {
    const { release, shard, card } = await loadRelease(folder);
    const versions = new Set([release.version, ...[0, 1, 2].flatMap((row) => [Number(shard.id(row).slice(1, -2)), Number(card(row).title.split(" ").at(-1))])]);
    expect([...versions]).toHaveLength(1);
    return release.version;
  };

  it("never shows a reader two releases at once, or none", async () => {
    await publishRelease(folder, built(1));
    let publishing = true;
    const seen = new Set<number>();
    const readers = [1, 2, 3].map(async () => {
      let last = 0;
      while (publishing) {
        const version = await live();
        expect(version).toBeGreaterThanOrEqual(last);
        seen.add(version);
        last = version;
      }
    });
    for (let version = 2; version <= 25; version++) await publishRelease(folder, built(version));
    publishing = false;
    await Promise.all(readers);
    expect(seen.size).toBeGreaterThan(2);
    expect(await live()).toBe(25);
  });

  it("leaves the release before as it was when it is cut off, wherever that happens, and goes on afterwards", async () => {
    await publishRelease(folder, built(1));
    await fc.assert(
      fc.asyncProperty(fc.nat(5), async (files) => {
        const version = ((await currentRelease(folder))?.version ?? 0) + 1;
        const { manifest, files: all } = built(version);
        const cut = new Map(all);
        cut[Symbol.iterator] = function* () {
          yield* [...all].slice(0, files);
          throw new Error("power cut");
        };
        await expect(publishRelease(folder, { manifest, files: cut })).rejects.toMatchObject({ code: "publish/write" });
        writeFileSync(join(folder, "files", "shard-half.bin.123.tmp"), "half");
        expect(await live()).toBe(version - 1);
        await publishRelease(folder, built(version));
        expect(await live()).toBe(version);
        expect(readdirSync(join(folder, "files")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  it("never goes back to an older version", async () => {
    await publishRelease(folder, built(4));
    await expect(publishRelease(folder, built(4))).rejects.toMatchObject({ code: "publish/version", message: expect.stringContaining("version 5") });
    expect(await live()).toBe(4);
  });

  it("keeps the releases before with their files, and no more of them than asked", async () => {
    for (let version = 1; version <= 6; version++) await publishRelease(folder, built(version), { keep: 2 });
    expect(await previousVersions(folder)).toEqual([5, 4]);
    const kept = [6, 5, 4].flatMap((version) => Object.values(built(version).manifest.files).map(({ path }) => path));
    expect(readdirSync(join(folder, "files")).sort()).toEqual([...new Set(kept)].map((path) => path.slice("files/".length)).sort());
  });

  it("rolls back by publishing what an older version was as a new one", async () => {
    for (const version of [1, 2, 3]) await publishRelease(folder, built(version));
    const { release, from, to } = await rollbackRelease(folder, { created: "2026-11-23T00:00:00.000Z" });
    expect([from, to, release.version]).toEqual([3, 2, 4]);
    expect((await loadRelease(folder)).shard.id(0)).toBe("v2-0");
    expect(await rollbackRelease(folder, { to: 3, created: "2026-11-23T00:00:00.000Z" })).toMatchObject({ release: { version: 5 } });
    expect((await loadRelease(folder)).shard.id(0)).toBe("v3-0");
    await expect(rollbackRelease(folder, { to: 77, created: "2026-11-23T00:00:00.000Z" })).rejects.toThrow(/give one of 4, 3, 2, 1/);
  });

  it("says what is wrong with a folder it cannot read", async () => {
    await expect(loadRelease(folder)).rejects.toMatchObject({ code: "publish/none" });
    await expect(rollbackRelease(folder, { created: "" })).rejects.toMatchObject({ code: "publish/rollback" });
    const { manifest } = await publishRelease(folder, built(1)).then(() => built(1));
    const shard = join(folder, manifest.files.shard.path);
    writeFileSync(shard, readFileSync(shard).subarray(0, 100));
    await expect(loadRelease(folder)).rejects.toMatchObject({ code: "release/truncated" });
    // Published again, the damaged file is written anew.
    await publishRelease(folder, { ...built(1), manifest: { ...manifest, version: 2 } });
    expect((await loadRelease(folder)).release.version).toBe(2);
    rmSync(shard);
    await expect(loadRelease(folder)).rejects.toMatchObject({ code: "publish/unreadable" });
    expect(existsSync(join(folder, "history", "1.json"))).toBe(true);
  });
});

describe("a model on disk", () => {
  const model: TrainedModel = {
    config: TINY_CONFIG,
    encoder: new Map([["q", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }]]),
    ids: ["a", "ü", "c"],
    vectors: Float32Array.from({ length: 3 * dims }, (_, i) => i / 7),
    embeddings: Float32Array.from({ length: 3 * dims }, (_, i) => -i),
    features: Float32Array.from({ length: 5 * dims }, (_, i) => i * i),
    buckets: 5,
    neighbours: { offsets: Int32Array.of(0, 2, 2, 3), rows: Int32Array.of(2, 1, 0), counts: Float32Array.of(2, 1, 3), mass: Float32Array.of(4, 0, 3) },
    together: { offsets: Int32Array.of(0, 1, 2, 2), rows: Int32Array.of(1, 0), counts: Float32Array.of(2, 2), mass: Float32Array.of(3, 2, 0) },
    trend: Float32Array.of(0, 1, 0.5),
    demand: Float32Array.of(0, 1.1, -0.9),
    head: { hidden: [1, -2], bias: [0.5], output: [3] },
    popularity: Float32Array.of(3, 0, 1),
  };

  it("is read back as it was", () => {
    expect(decodeModel(encodeModel(model).buffer)).toEqual(model);
    const { together, trend, demand, head, ...older } = model;
    expect(decodeModel(encodeModel(older).buffer)).toEqual({ ...older, together: undefined, trend: undefined, demand: undefined, head: undefined });
  });

  it("that is something else is refused", () => {
    expect(() => decodeModel(new ArrayBuffer(40))).toThrow(expect.objectContaining({ code: expect.stringMatching(/^tensors\//) }));
  });

  it("is made from a release where there is none: the same vectors, split into metadata and the item's own", async () => {
    const folder = mkdtempSync(join(tmpdir(), "model-"));
    try {
      await publishRelease(folder, built(1));
      const loaded = await loadRelease(folder);
      const bucket = (features: Float32Array, row: number) => features.slice(row * dims, (row + 1) * dims).map((value) => value / 2);
      const found = modelOfRelease(loaded, bucket);
      expect(found.ids).toEqual(["v1-0", "v1-1", "v1-2"]);
      expect(found.popularity[2]).toBeGreaterThan(found.popularity[1]);
      for (let row = 0; row < 3; row++) {
        const known = bucket(found.features, row);
        const vector = found.vectors.subarray(row * dims, (row + 1) * dims);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
        for (let d = 0; d < dims; d++) expect(found.embeddings[row * dims + d] + known[d]).toBeCloseTo(vector[d], 5);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
