import type { ItemMap } from "../contract/engine.js";
import type { Shard } from "../contract/shard.js";

/** Rows per slice: about a millisecond, so that a page that must do this on its main thread goes on scrolling. */
const SLICE = 4_000;

/** A vector's place on the map of items, by the shard's two principal axes. */
export function mapPosition(shard: Shard, vector: Float32Array): readonly [number, number] {
  let x = 0;
  let y = 0;
  for (let d = 0; d < shard.dims; d++) {
    x += shard.axes[d] * vector[d];
    y += shard.axes[shard.dims + d] * vector[d];
  }
  return [x, y];
}

/** Every item's place and its top-level category. */
export async function itemMap(shard: Shard): Promise<ItemMap> {
  const { dims, count, vectors, scale, axes } = shard;
  const positions = new Float32Array(count * 2);
  for (let start = 0; start < count; start += SLICE) {
    if (start > 0) await new Promise((resolve) => setTimeout(resolve));
    for (let row = start; row < Math.min(count, start + SLICE); row++) {
      let x = 0;
      let y = 0;
      for (let d = 0; d < dims; d++) {
        const value = vectors[row * dims + d];
        x += axes[d] * value;
        y += axes[dims + d] * value;
      }
      positions[row * 2] = x * scale[row];
      positions[row * 2 + 1] = y * scale[row];
    }
  }
  const category = shard.attributes.find(({ name }) => name === "category");
  const ids = Array.from({ length: count }, (_, row) => shard.id(row));
  return { positions, group: category?.codes.slice() ?? new Uint16Array(count), groups: ["", ...(category?.values ?? [])], ids };
}
