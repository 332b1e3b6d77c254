import type { CatalogItem } from "presently/contract";
import { type Feature, itemFeatures, queryFeatures } from "presently/model";
import type { Pictures } from "../pictures/pictures.js";
import { RowAdam } from "./adam.js";
import type { TrainedModel } from "./data.js";
import type { SessionText } from "./examples.js";
import { centred, type Looks, lookGradient, lookVectors, newLooks } from "./looks.js";
import { latentFeatures } from "./lsa.js";
import { fillNormal } from "./random.js";
import { addRowProduct, type SparseRows, transposed } from "./sparse.js";

/** A row's weights by bucket. */
function featureRows(rows: readonly (readonly Feature[])[]): SparseRows {
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, r) => {
    offsets[r + 1] = offsets[r] + row.length;
  });
  const columns = new Int32Array(offsets[rows.length]);
  const weights = new Float32Array(offsets[rows.length]);
  rows.forEach((row, r) => {
    row.forEach((feature, i) => {
      columns[offsets[r] + i] = feature.bucket;
      weights[offsets[r] + i] = feature.weight;
    });
  });
  return { offsets, columns, weights };
}

/** Unit vectors of some rows, and what their gradient needs. */
export interface ItemVectors {
  readonly rows: Int32Array;
  /** 0: the row's free embedding is left out this time. */
  readonly kept: Uint8Array;
  /** [rows, dims] */
  readonly vectors: Float32Array;
  /** Length before normalization; 0 where nothing is known. */
  readonly lengths: Float32Array;
}

const FEATURE_DEVIATION = 0.05;
/** The table's rows are shared by many items: they move slower than the items' own. */
const FEATURE_RATE = 0.5;
/** W moves with every step and every picture: slower still. */
const LOOKS_RATE = 0.1;

/** Whether items have words to be known by: titles that are more than their ids, for half of them. */
export const hasText = (items: readonly CatalogItem[]): boolean =>
  items.filter(({ item_id, title }) => title !== item_id && /\p{L}{2}/u.test(title)).length * 2 > items.length;

/**
 * The item tower: v = normalize(e + Σ w · F[h] + W · g), with a free embedding e per item, the table F of hashed metadata, and g what its
 * picture looks like, if it has one. Rows after the items are the searches of the sessions, which have no embedding of their own.
 */
export class ItemTable {
  readonly embeddings: Float32Array;
  readonly features: Float32Array;
  readonly looks: Looks | undefined;
  /** By row. */
  private readonly pictures: readonly (Float32Array | undefined)[];
  private readonly metadata: SparseRows;
  private readonly embeddingAdam: RowAdam;
  private readonly featureAdam: RowAdam;
  private readonly looksAdam: RowAdam | undefined;
  private readonly featureSlot: Int32Array;

  constructor(
    readonly items: readonly CatalogItem[],
    texts: readonly SessionText[],
    readonly buckets: number,
    readonly dims: number,
    random: () => number,
    warm?: TrainedModel,
    pictures?: Pictures,
  ) {
    const looks = warm?.looks ? { ...warm.looks, table: warm.looks.table.slice() } : pictures?.size ? newLooks(pictures, dims) : undefined;
    this.looks = looks;
    this.pictures = looks && pictures ? items.map(({ item_id }) => pictures.get(item_id)).map((one) => one && centred(one, looks)) : [];
    this.looksAdam = looks && new RowAdam(looks.table, looks.table.length);
    this.metadata = featureRows([
      ...items.map((item) => itemFeatures(item, buckets)),
      ...texts.map(({ kind, value }) => (kind === "query" ? queryFeatures(value, buckets) : [])),
    ]);
    this.embeddings = new Float32Array(items.length * dims);
    this.features = new Float32Array(buckets * dims);
    if (warm && warm.buckets === buckets) this.features.set(warm.features);
    else if (hasText(items)) this.features.set(latentFeatures(this.metadata, items.length, buckets, dims, random));
    else fillNormal(this.features, FEATURE_DEVIATION, random);
    this.embeddingAdam = new RowAdam(this.embeddings, dims);
    this.featureAdam = new RowAdam(this.features, dims);
    this.featureSlot = new Int32Array(buckets).fill(-1);
  }

  /** Embeddings of items met in training: from the model before, else random; the others stay zero, so that their metadata alone speaks. */
  start(rows: Iterable<number>, random: () => number, warm?: TrainedModel): void {
    const { dims, embeddings, items } = this;
    const before = new Map(warm?.ids.map((id, row) => [id, row]));
    if (warm)
      items.forEach(({ item_id }, row) => {
        const old = before.get(item_id);
        if (old !== undefined) embeddings.set(warm.embeddings.subarray(old * dims, (old + 1) * dims), row * dims);
      });
    for (const row of rows) {
      const own = embeddings.subarray(row * dims, (row + 1) * dims);
      if (own.every((value) => value === 0)) fillNormal(own, this.hasMetadata(row) ? 0.02 : 0.6 / Math.sqrt(dims), random);
    }
  }

  hasMetadata(row: number): boolean {
    return this.metadata.offsets[row + 1] > this.metadata.offsets[row] || this.pictures[row] !== undefined;
  }

  /** Places among `rows` that have a picture, with it. */
  private seen(rows: Int32Array): { readonly at: number; readonly picture: Float32Array }[] {
    const seen: { at: number; picture: Float32Array }[] = [];
    if (this.pictures.length === 0) return seen;
    rows.forEach((row, at) => {
      const picture = this.pictures[row];
      if (picture) seen.push({ at, picture });
    });
    return seen;
  }

  forward(rows: Int32Array, kept: Uint8Array): ItemVectors {
    const { dims, embeddings, features, items, metadata } = this;
    const vectors = new Float32Array(rows.length * dims);
    const lengths = new Float32Array(rows.length);
    const seen = this.seen(rows);
    if (this.looks && seen.length > 0) {
      const looks = lookVectors(
        this.looks,
        seen.map(({ picture }) => picture),
        dims,
      );
      seen.forEach(({ at }, i) => {
        vectors.set(looks.subarray(i * dims, (i + 1) * dims), at * dims);
      });
    }
    for (let r = 0; r < rows.length; r++) {
      const row = rows[r];
      const at = r * dims;
      if (kept[r] && row < items.length) for (let d = 0; d < dims; d++) vectors[at + d] += embeddings[row * dims + d];
      addRowProduct(metadata, row, features, dims, vectors, at);
      let square = 0;
      for (let d = 0; d < dims; d++) square += vectors[at + d] * vectors[at + d];
      if (square === 0) continue;
      lengths[r] = Math.sqrt(square);
      const inverse = 1 / lengths[r];
      for (let d = 0; d < dims; d++) vectors[at + d] *= inverse;
    }
    return { rows, kept, vectors, lengths };
  }

  /** Moves the rows (which are distinct) against the gradient by their unit vectors. */
  backward({ rows, kept, vectors, lengths }: ItemVectors, gradients: Float32Array, rate: number): void {
    const { dims, items } = this;
    for (let r = 0; r < rows.length; r++) {
      const at = r * dims;
      // Through v = u / |u|: the part along v changes only the length.
      let along = 0;
      for (let d = 0; d < dims; d++) along += gradients[at + d] * vectors[at + d];
      const inverse = lengths[r] > 0 ? 1 / lengths[r] : 0;
      for (let d = 0; d < dims; d++) gradients[at + d] = (gradients[at + d] - along * vectors[at + d]) * inverse;
    }
    const { columns, matrix } = transposed(this.metadata, rows, this.featureSlot);
    const sums = new Float32Array(columns.length * dims);
    for (let c = 0; c < columns.length; c++) addRowProduct(matrix, c, gradients, dims, sums, c * dims);
    this.featureAdam.step(columns, sums, rate * FEATURE_RATE);

    const seen = this.seen(rows);
    if (seen.length > 0) {
      const own = new Float32Array(seen.length * dims);
      seen.forEach(({ at }, i) => {
        own.set(gradients.subarray(at * dims, (at + 1) * dims), i * dims);
      });
      const gradient = lookGradient(
        seen.map(({ picture }) => picture),
        own,
        dims,
      );
      this.looksAdam!.step([0], gradient, rate * LOOKS_RATE);
    }

    const own: number[] = [];
    for (let r = 0; r < rows.length; r++) if (kept[r] && rows[r] < items.length) own.push(r);
    const compact = new Float32Array(own.length * dims);
    own.forEach((r, i) => {
      compact.set(gradients.subarray(r * dims, (r + 1) * dims), i * dims);
    });
    this.embeddingAdam.step(
      own.map((r) => rows[r]),
      compact,
      rate,
    );
  }

  /** Every item's unit vector [items, dims]. */
  all(): Float32Array {
    const rows = Int32Array.from(this.items, (_, row) => row);
    return this.forward(rows, new Uint8Array(rows.length).fill(1)).vectors;
  }
}
