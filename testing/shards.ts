import { AVAILABILITY, type Availability } from "../src/contract/items.js";
import { encodeShard, parseShard, quantizeRows, type Shard } from "../src/contract/shard.js";

export interface ShardRow {
  readonly id?: string;
  readonly vector: readonly number[];
  readonly prior?: number;
  readonly price?: number;
  readonly availability?: Availability;
  readonly category?: string;
  readonly brand?: string;
}

/** A shard of rows whose vectors the test chooses, written and read by the contract. */
export function shardOf(rows: readonly ShardRow[], dims: number): Shard {
  const column = (name: "category" | "brand") => {
    const values = [...new Set(rows.flatMap((row) => row[name] ?? []))];
    return { name, values, codes: Uint16Array.from(rows, (row) => values.indexOf(row[name] ?? "") + 1) };
  };
  return parseShard(
    encodeShard({
      dims,
      ids: rows.map((row, i) => row.id ?? `item-${i}`),
      ...quantizeRows(Float32Array.from(rows.flatMap(({ vector }) => vector)), dims),
      prior: Float32Array.from(rows, ({ prior = 0 }) => prior),
      price: Float32Array.from(rows, ({ price = Number.NaN }) => price),
      availability: Uint8Array.from(rows, ({ availability = "in_stock" }) => AVAILABILITY.indexOf(availability)),
      attributes: [column("category"), column("brand")],
      traits: [],
      traitRows: quantizeRows(new Float32Array(0), dims),
      mean: new Float32Array(dims),
      axes: new Float32Array(2 * dims),
    }).buffer,
  );
}

/** Unit vectors from a seed. */
export function unitVectors(count: number, dims: number, random: () => number): number[][] {
  return Array.from({ length: count }, () => {
    const vector = Array.from({ length: dims }, () => random() + random() + random() - 1.5);
    const length = Math.hypot(...vector) || 1;
    return vector.map((value) => value / length);
  });
}
