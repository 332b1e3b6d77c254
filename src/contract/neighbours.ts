import { PresentlyError } from "./errors.js";
import { type StoredTensor, type TensorFile, tensor } from "./safetensors.js";

/** What was met together with each item: entries of row r are `offsets[r]` to `offsets[r + 1]`, strongest first. */
export interface Neighbours {
  /** [items + 1] */
  readonly offsets: Uint32Array;
  readonly rows: Uint16Array | Uint32Array;
  /** Share of all that was met with the item, of 255. */
  readonly weights: Uint8Array;
}

const SMALL = 1 << 16;

/** A shard has two such lists: what was met with each item, and what was bought with it. */
type NeighbourName = "neighbour" | "together";

export function neighbourTensors({ offsets, rows, weights }: Neighbours, name: NeighbourName = "neighbour"): Record<string, StoredTensor> {
  const narrow = offsets.length - 1 <= SMALL;
  return {
    [`${name}_offset`]: { dtype: "U32", shape: [offsets.length], data: offsets },
    [`${name}_row`]: { dtype: narrow ? "U16" : "U32", shape: [rows.length], data: narrow ? Uint16Array.from(rows) : Uint32Array.from(rows) },
    [`${name}_weight`]: { dtype: "U8", shape: [weights.length], data: weights },
  };
}

/** Undefined where the file has none. @throws PresentlyError `tensors/*`, `shard/invalid` */
export function parseNeighbours(file: TensorFile, count: number, name: NeighbourName = "neighbour"): Neighbours | undefined {
  if (!file.tensors.has(`${name}_offset`)) return undefined;
  const offsets = tensor(file, `${name}_offset`, "U32", [count + 1]);
  const length = offsets[count];
  if (offsets[0] !== 0 || offsets.some((offset, i) => i > 0 && offset < offsets[i - 1]))
    throw new PresentlyError("shard/invalid", "The shard's neighbour offsets do not grow from 0");
  const rows = count <= SMALL ? tensor(file, `${name}_row`, "U16", [length]) : tensor(file, `${name}_row`, "U32", [length]);
  for (const row of rows) if (row >= count) throw new PresentlyError("shard/invalid", `The shard has the neighbour ${row}, but only ${count} items`);
  return { offsets, rows, weights: tensor(file, `${name}_weight`, "U8", [length]) };
}
