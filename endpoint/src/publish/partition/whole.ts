import type { BuiltRelease } from "../build.js";
import { releaseOf } from "../load.js";
import { PARTITION_DEFAULTS, type PartitionOptions, partitionItems } from "./partition.js";
import { describeFiles, headFiles, listContent, listPath } from "./release.js";
import type { ItemSource } from "./source.js";

/** Catalogues up to so many items stay one file: a page has it in two seconds on a slow line, and ranks all of it. */
export const ONE_SHARD = 20_000;

const BATCH = 8_192;

/**
 * A release built as one shard, as one with partitions where its catalogue is larger than `above`. What was met together stays only where
 * both items are in the head.
 */
export async function partitionRelease(
  built: BuiltRelease,
  { above = ONE_SHARD, ...options }: Partial<PartitionOptions> & { readonly above?: number | undefined } = {},
): Promise<BuiltRelease> {
  const { shard, card } = await releaseOf(built);
  const given = { ...PARTITION_DEFAULTS, ...options };
  if (shard.count <= Math.max(above, given.head) || built.manifest.files.partitions) return built;
  const { dims, count, vectors, scale, prior, price, availability } = shard;
  const source: ItemSource = {
    dims,
    *batches() {
      for (let from = 0; from < count; from += BATCH) {
        const to = Math.min(count, from + BATCH);
        yield {
          ids: Array.from({ length: to - from }, (_, row) => shard.id(from + row)),
          vectors: vectors.subarray(from * dims, to * dims),
          scale: scale.subarray(from, to),
          prior: prior.subarray(from, to),
          price: price.subarray(from, to),
          availability: availability.subarray(from, to),
          attributes: (row) =>
            Object.fromEntries(shard.attributes.flatMap(({ name, values, codes }) => (codes[from + row] > 0 ? [[name, values[codes[from + row] - 1]]] : []))),
          card(row) {
            const { title, link, image, brand, category, currency } = card(from + row);
            return { title, link, image, brand, category, currency };
          },
        };
      }
    },
  };
  const put = new Map<string, Uint8Array<ArrayBuffer>>();
  const { head, index, paths } = await partitionItems(source, { put: (path, content) => void put.set(path, content) }, given);
  put.set(listPath(index), listContent(paths));
  const rows = head.map(({ id }) => shard.row(id));
  const { text, encoder, weights } = built.manifest.files;
  const content = (path: string) => built.files.get(path)!;
  const { files, described } = describeFiles({
    ...headFiles(head, dims, shard, neighboursAmong(shard.neighbours, rows)),
    text: content(text.path),
    encoder: content(encoder.path),
    weights: content(weights.path),
  });
  return { manifest: { ...built.manifest, items: head.length, files: { ...described, partitions: index } }, files: new Map([...files, ...put]) };
}

type Neighbours = Awaited<ReturnType<typeof releaseOf>>["shard"]["neighbours"];

/** The neighbours of some rows among themselves, by their new numbers. */
function neighboursAmong(neighbours: Neighbours, rows: readonly number[]): Neighbours {
  if (!neighbours) return undefined;
  const newRow = new Map(rows.map((row, i) => [row, i]));
  const offsets = new Uint32Array(rows.length + 1);
  const kept: number[] = [];
  const weights: number[] = [];
  rows.forEach((row, i) => {
    for (let at = neighbours.offsets[row]; at < neighbours.offsets[row + 1]; at++) {
      const other = newRow.get(neighbours.rows[at]);
      if (other === undefined) continue;
      kept.push(other);
      weights.push(neighbours.weights[at]);
    }
    offsets[i + 1] = kept.length;
  });
  return { offsets, rows: Uint32Array.from(kept), weights: Uint8Array.from(weights) };
}
