import type { AttributeColumn } from "presently/contract";
import type { SpilledItem } from "./source.js";

/** Attribute columns of some items, each with the values that occur among them. */
export function localColumns(items: readonly SpilledItem[]): AttributeColumn[] {
  const names = [...new Set(items.flatMap(({ attributes }) => Object.keys(attributes)))].sort();
  return names.flatMap((name) => {
    const known = new Map<string, number>();
    const codes = Uint16Array.from(items, ({ attributes }) => {
      const value = attributes[name];
      if (!value) return 0;
      let code = known.get(value);
      if (code === undefined && known.size < 65_535) {
        code = known.size + 1;
        known.set(value, code);
      }
      return code ?? 0;
    });
    return known.size > 0 ? [{ name, values: [...known.keys()], codes }] : [];
  });
}

/** Numbers of some items as the columns of a shard or partition. */
export function numbersOf(items: readonly SpilledItem[], dims: number) {
  const vectors = new Int8Array(items.length * dims);
  items.forEach(({ vector }, row) => {
    vectors.set(vector, row * dims);
  });
  return {
    dims,
    vectors,
    scale: Float32Array.from(items, ({ scale }) => scale),
    prior: Float32Array.from(items, ({ prior }) => prior),
    price: Float32Array.from(items, ({ price }) => price),
    availability: Uint8Array.from(items, ({ availability }) => availability),
  };
}
