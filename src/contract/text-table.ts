import { encodeTensors, f32, i8, tensor } from "./safetensors.js";
import type { QuantizedRows } from "./shard.js";
import { tensorsOf } from "./tensors-of.js";

const TEXT_FORMAT = "presently.text/1";

/** The hashed text table: a vector per bucket, for search queries. */
export interface TextTable extends QuantizedRows {
  readonly buckets: number;
  readonly dims: number;
}

export function encodeTextTable(table: TextTable): Uint8Array<ArrayBuffer> {
  return encodeTensors({ vectors: i8(table.vectors, table.buckets, table.dims), scale: f32(table.scale, table.buckets) }, { format: TEXT_FORMAT });
}

export function parseTextTable(buffer: ArrayBuffer): TextTable {
  const file = tensorsOf(buffer, TEXT_FORMAT);
  const shape = file.tensors.get("vectors")?.shape ?? [];
  const [buckets = 0, dims = 0] = shape;
  return { buckets, dims, vectors: tensor(file, "vectors", "I8", [buckets, dims]), scale: tensor(file, "scale", "F32", [buckets]) };
}
