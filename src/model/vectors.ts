import { dequantizeRow, type Shard } from "../contract/shard.js";
import type { TextTable } from "../contract/text-table.js";
import { queryVector } from "./text.js";
import type { SessionToken } from "./tokens.js";

/** A token whose direction in the item space is known. */
export interface VectorToken extends SessionToken {
  /** [dims] */
  readonly vector: Float32Array;
  /** Row of its item in the shard; −1 for searches and categories. */
  readonly row: number;
}

const categoryRows = new WeakMap<Shard, Map<string, number>>();

/** Rows of the traits which are categories, by lower-case name. */
function categories(shard: Shard): Map<string, number> {
  let rows = categoryRows.get(shard);
  if (!rows) {
    rows = new Map();
    // The root level comes first: where two levels share a name, the wider one counts.
    for (const [row, { attribute, value }] of shard.traits.entries())
      if (attribute.startsWith("category") && !rows.has(value.toLowerCase())) rows.set(value.toLowerCase(), row);
    categoryRows.set(shard, rows);
  }
  return rows;
}

/** A page's category by its name, or by the last level of its path that the shard knows ("Shoes > Running"). */
function categoryRow(shard: Shard, category: string): number {
  const rows = categories(shard);
  const levels = category
    .toLowerCase()
    .split(/[>/]/)
    .map((level) => level.trim());
  for (const name of [category.toLowerCase(), ...levels.reverse()]) {
    const row = rows.get(name);
    if (row !== undefined) return row;
  }
  return -1;
}

function unit(vector: Float32Array): Float32Array | null {
  let square = 0;
  for (const value of vector) square += value * value;
  if (square === 0) return null;
  const length = Math.sqrt(square);
  return vector.map((value) => value / length);
}

/**
 * Tokens with their vectors, in order; what the release knows nothing of is left out.
 * @param text null where it is not there yet: searches are left out then
 */
export function tokenVectors(tokens: readonly SessionToken[], shard: Shard, text: TextTable | null): VectorToken[] {
  const known: VectorToken[] = [];
  for (const token of tokens) {
    let vector: Float32Array | null = null;
    let row = -1;
    if (token.kind === "item") {
      row = shard.row(token.value);
      if (row >= 0) vector = dequantizeRow(shard, row, shard.dims);
    } else if (token.kind === "query") {
      vector = text && queryVector(text, token.value);
    } else {
      const trait = categoryRow(shard, token.value);
      if (trait >= 0) vector = dequantizeRow(shard.traitRows, trait, shard.dims);
    }
    const direction = vector && unit(vector);
    if (direction) known.push({ ...token, vector: direction, row });
  }
  return known;
}
