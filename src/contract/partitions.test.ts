import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { damage, damageBytes } from "../../testing/corruption.js";
import { assembleShard } from "./assemble.js";
import { encodeAttributeFiles, encodeAttributes, parseAttributeFiles, parseAttributes, withAttributes } from "./attributes.js";
import { PresentlyError } from "./errors.js";
import {
  encodeLookup,
  encodeLookupDirectory,
  encodePartition,
  encodePartitionGroup,
  encodePartitionIndex,
  idHash,
  lookupPlace,
  type PartitionInput,
  parseLookup,
  parseLookupDirectory,
  parsePartition,
  parsePartitionGroup,
  parsePartitionIndex,
} from "./partitions.js";
import type { ReleaseFile } from "./release.js";
import { encodeShard, parseShard, quantizeRows } from "./shard.js";

const DIMS = 4;
const fileOf = (kind: string, n: number): ReleaseFile => {
  const sha256 = n.toString(16).padStart(2, "0").padEnd(32, "0");
  return { path: `files/${kind}-${sha256.slice(0, 16)}.safetensors`, sha256, bytes: n + 1 };
};

function rows(ids: readonly string[], colours: readonly string[]) {
  const vectors = Float32Array.from({ length: ids.length * DIMS }, (_, i) => Math.cos(i + ids[0].length));
  const values = [...new Set(colours.filter((colour) => colour !== ""))];
  return {
    ids,
    dims: DIMS,
    ...quantizeRows(vectors, DIMS),
    prior: Float32Array.from(ids, (_, i) => 1 / (i + 1)),
    price: Float32Array.from(ids, (_, i) => (i === 1 ? Number.NaN : 10 + i)),
    availability: Uint8Array.from(ids, (_, i) => i % 2),
    attributes: [{ name: "colour", values, codes: Uint16Array.from(colours, (colour) => values.indexOf(colour) + 1) }],
  };
}

const partition = (ids: readonly string[], colours: readonly string[]): PartitionInput => ({
  ...rows(ids, colours),
  cardRows: 2,
  cardFiles: Array.from({ length: Math.ceil(ids.length / 2) }, (_, i) => fileOf("cards", i + 7)),
});
const head = (ids: readonly string[], colours: readonly string[]) =>
  parseShard(
    encodeShard({
      ...rows(ids, colours),
      traits: [],
      traitRows: { vectors: new Int8Array(0), scale: new Float32Array(0) },
      mean: new Float32Array(DIMS),
      axes: new Float32Array(2 * DIMS),
      neighbours: { offsets: Uint32Array.of(0, 1, 1), rows: Uint32Array.of(1), weights: Uint8Array.of(200) },
    }).buffer,
  );

const centroids = {
  dims: DIMS,
  ...quantizeRows(Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0), DIMS),
  items: Uint32Array.of(5, 7),
  mass: Float32Array.of(0.75, 0.25),
};

describe("a partition's file", () => {
  it("is read as it was written, priors to a byte", () => {
    const written = partition(["a", "ü-2", "c"], ["red", "", "blue"]);
    const read = parsePartition(encodePartition(written).buffer);
    expect([read.count, read.dims, read.id(1), read.id(2)]).toEqual([3, DIMS, "ü-2", "c"]);
    expect(read.vectors).toEqual(written.vectors);
    read.scale.forEach((scale, row) => void expect(scale).toBeCloseTo(written.scale[row], 6));
    expect(read.price).toEqual(written.price);
    expect(read.attributes).toEqual(written.attributes);
    expect(Array.from(read.prior, (prior) => Math.round(prior * 255))).toEqual([255, 128, 85]);
    expect([read.cards(0), read.cards(1)]).toEqual(written.cardFiles);
  });

  it("keeps every number of its vectors, whatever their scales and mean are", () => {
    const row = fc.record({ values: fc.int8Array({ minLength: DIMS, maxLength: DIMS }), scale: fc.float({ min: 0, max: 2, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 9 }), (given) => {
        const written = {
          ...partition(
            given.map((_, i) => `${i}`),
            given.map(() => ""),
          ),
          vectors: Int8Array.from(given.flatMap(({ values }) => [...values])),
          scale: Float32Array.from(given, ({ scale }) => scale),
        };
        const read = parsePartition(encodePartition(written).buffer);
        expect(read.vectors).toEqual(written.vectors);
        const width = Math.max(...written.scale) - Math.min(...written.scale);
        read.scale.forEach((scale, i) => void expect(Math.abs(scale - written.scale[i])).toBeLessThanOrEqual(width / 100_000 + 1e-7));
      }),
    );
  });

  it("is read whole or not at all, however it is damaged", () => {
    const good = encodePartition(partition(["a", "b", "c"], ["red", "red", "blue"]));
    fc.assert(
      fc.property(damage, (harm) => {
        try {
          const read = parsePartition(damageBytes(good, harm));
          for (let row = 0; row < read.count; row++) expect(read.id(row)).toBeTypeOf("string");
        } catch (error) {
          expect(error).toBeInstanceOf(PresentlyError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("the tree of files", () => {
  it("leads from the index over a group to a partition", () => {
    const index = parsePartitionIndex(
      encodePartitionIndex({ ...centroids, groups: [fileOf("group", 3), fileOf("group", 4)], lookups: [fileOf("ids", 5), fileOf("ids", 6)], lookupBits: 3 })
        .buffer,
    );
    expect([index.count, index.total, index.lookupBits, index.directoryBits]).toEqual([2, 12, 3, 1]);
    expect([index.group(1), index.lookupDirectory(0)]).toEqual([fileOf("group", 4), fileOf("ids", 5)]);
    const group = parsePartitionGroup(encodePartitionGroup({ ...centroids, partitions: [fileOf("partition", 8), fileOf("partition", 9)] }).buffer);
    expect([group.partition(1), group.items[1], group.mass[0]]).toEqual([fileOf("partition", 9), 7, 0.75]);
  });

  it("finds every id by its hash, and says which are not there", () => {
    const bits = 5;
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 50 }), fc.string(), (ids, other) => {
        const entries = ids.map((id, i) => ({ hash: idHash(id), group: i, partition: 2 * i }));
        const find = parseLookup(encodeLookup(entries).buffer);
        ids.forEach((id, i) => {
          expect(find(idHash(id))).toContainEqual({ group: i, partition: 2 * i });
        });
        if (!entries.some(({ hash }) => hash === idHash(other))) expect(find(idHash(other))).toEqual([]);
        const { directory, file } = lookupPlace(idHash(other), bits, 3);
        expect(directory * 4 + file).toBe(idHash(other) >>> (32 - bits));
      }),
    );
    const list = parseLookupDirectory(encodeLookupDirectory([null, fileOf("ids", 2)]).buffer, 2);
    expect([list(0), list(1)]).toEqual([null, fileOf("ids", 2)]);
  });

  it("spreads ids that differ in their last letter", () => {
    const places = new Set(Array.from({ length: 256 }, (_, i) => lookupPlace(idHash(`sku-${i}`), 6, 3)).map(({ directory, file }) => `${directory}/${file}`));
    expect(places.size).toBeGreaterThan(58);
  });
});

describe("attributes", () => {
  it("replace price and availability, and share the rest", () => {
    const shard = head(["x", "y"], ["red", ""]);
    const read = parseAttributes(encodeAttributes({ price: Float32Array.of(1, 2), availability: Uint8Array.of(3, 0) }, [null, fileOf("prices", 4)]).buffer, 2);
    const next = withAttributes(shard, read);
    expect([[...next.price], [...next.availability], next.id(1)]).toEqual([[1, 2], [3, 0], "y"]);
    expect(next.vectors).toBe(shard.vectors);
    expect([read.group(0), read.group(1), read.group(9)]).toEqual([null, fileOf("prices", 4), null]);
    expect(parseAttributeFiles(encodeAttributeFiles([fileOf("price", 1), null]).buffer, 2)(0)).toEqual(fileOf("price", 1));
  });

  it("of another number of rows are refused", () => {
    const bytes = encodeAttributes({ price: new Float32Array(2), availability: new Uint8Array(2) });
    expect(() => parseAttributes(bytes.buffer, 3)).toThrow(expect.objectContaining({ code: "tensors/invalid" }));
  });
});

describe("assembleShard", () => {
  const first = head(["x", "y"], ["red", ""]);
  const parts = [
    parsePartition(encodePartition(partition(["a", "b", "c"], ["blue", "red", ""])).buffer),
    parsePartition(encodePartition(partition(["d"], ["green"])).buffer),
  ];
  const shard = assembleShard(first, parts);

  it("keeps the shard's rows where they are, and puts the partitions' after them", () => {
    const ids = Array.from({ length: shard.count }, (_, row) => shard.id(row));
    expect(ids).toEqual(["x", "y", "a", "b", "c", "d"]);
    expect(ids.map((id) => shard.row(id))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(shard.row("elsewhere")).toBe(-1);
    expect(shard.vectors.subarray(5 * DIMS)).toEqual(parts[1].vectors);
    expect(shard.price[3]).toBeNaN();
  });

  it("gives one number to a value that several files have", () => {
    const [colour] = shard.attributes;
    expect(Array.from(colour.codes, (code) => colour.values[code - 1] ?? "")).toEqual(["red", "", "blue", "red", "", "green"]);
  });

  it("leaves the shard's neighbours as they are, and gives the others none", () => {
    expect([...(shard.neighbours?.offsets ?? [])]).toEqual([0, 1, 1, 1, 1, 1, 1]);
  });
});
