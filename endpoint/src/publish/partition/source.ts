import type { CardText } from "presently/contract";

/** Some items, as columns. */
export interface ItemBatch {
  readonly ids: readonly string[];
  /** [items, dims] */
  readonly vectors: Int8Array;
  /** [items] */
  readonly scale: Float32Array;
  readonly prior: Float32Array;
  readonly price: Float32Array;
  readonly availability: Uint8Array;
  /** Attribute values of a row, "" or absent where it has none. */
  attributes(row: number): Readonly<Record<string, string>>;
  card(row: number): CardText;
}

/** A catalogue that is read twice, in the same order, and never held as a whole. */
export interface ItemSource {
  readonly dims: number;
  batches(): Iterable<ItemBatch> | AsyncIterable<ItemBatch>;
}

/** Where files go, by their path in the release. */
export interface FileSink {
  put(path: string, content: Uint8Array<ArrayBuffer>): void;
}

/** One item between its batch and its partition's file. */
export interface SpilledItem {
  readonly id: string;
  readonly vector: Int8Array;
  readonly scale: number;
  readonly prior: number;
  readonly price: number;
  readonly availability: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly card: CardText;
}

export function itemAt(batch: ItemBatch, row: number, dims: number): SpilledItem {
  return {
    id: batch.ids[row],
    vector: batch.vectors.subarray(row * dims, (row + 1) * dims),
    scale: batch.scale[row],
    prior: batch.prior[row],
    price: batch.price[row],
    availability: batch.availability[row],
    attributes: batch.attributes(row),
    card: batch.card(row),
  };
}
