import { PresentlyError } from "./errors.js";
import { AVAILABILITY, type Availability, type ItemCard } from "./items.js";
import { type Neighbours, neighbourTensors, parseNeighbours } from "./neighbours.js";
import { encodeStrings, encodeTensors, f32, i8, stringColumn, tensor } from "./safetensors.js";
import { tensorsOf } from "./tensors-of.js";

/** An attribute's values and, per item, the code of its value: 0 = none, c = `values[c - 1]`. */
export interface AttributeColumn {
  readonly name: string;
  readonly values: readonly string[];
  /** [count] */
  readonly codes: Uint16Array;
}

/** An attribute value as a direction in the item space: the mean of its items' vectors. */
export interface TraitKey {
  readonly attribute: string;
  readonly value: string;
  readonly items: number;
}

/** int8 rows with a scale each: `value = int8 * scale[row]`. */
export interface QuantizedRows {
  /** [rows, dims] */
  readonly vectors: Int8Array;
  /** [rows] */
  readonly scale: Float32Array;
}

/** Items in columns: what a shard and a partition have in common. */
export interface ItemRows extends QuantizedRows {
  readonly dims: number;
  readonly count: number;
  /** Popularity prior, 0 … 1: ranks when the session is still empty. [count] */
  readonly prior: Float32Array;
  /** NaN where unknown. [count] */
  readonly price: Float32Array;
  /** Index into AVAILABILITY. [count] */
  readonly availability: Uint8Array;
  /** Each with its own values. */
  readonly attributes: readonly AttributeColumn[];
  /** The id of a row. */
  id(row: number): string;
}

/**
 * The item vectors that a page downloads and ranks. Columns by item, one row each, in one order.
 * `category` is up to five attribute columns: `category`, `category2` … `category5`, from the root.
 */
export interface Shard extends ItemRows {
  readonly traits: readonly TraitKey[];
  readonly traitRows: QuantizedRows;
  /** Undefined where the release has none. */
  readonly neighbours?: Neighbours | undefined;
  /** What was bought, or put into one cart, together; undefined where the release has none. */
  readonly together?: Neighbours | undefined;
  /** How far demand has risen, 0 … 1; 0 where it has not. Undefined where the release has none. [count] */
  readonly trend?: Float32Array | undefined;
  /** How much more it is asked for now than all along: DEMAND_STEPS times the logarithm. Undefined where the release does not say. [count] */
  readonly demand?: Int8Array | undefined;
  /** Mean of all item vectors, what an average persona looks like. [dims] */
  readonly mean: Float32Array;
  /** Two principal axes, for the map of items: [2, dims]. */
  readonly axes: Float32Array;
  /** The row of an id, or −1. */
  row(id: string): number;
}

export interface ShardInput extends Omit<Shard, "id" | "row" | "count"> {
  readonly ids: readonly string[];
}

/** Of the shard's column of demand; from e⁻⁴ to e⁴ times as much. */
export const DEMAND_STEPS = 32;

const SHARD_FORMAT = "presently.shard/1";
const CARDS_FORMAT = "presently.cards/1";

export function encodeShard(shard: ShardInput): Uint8Array<ArrayBuffer> {
  const n = shard.ids.length;
  const codes = new Uint16Array(shard.attributes.length * n);
  shard.attributes.forEach((column, a) => {
    codes.set(column.codes, a * n);
  });
  return encodeTensors(
    {
      vectors: i8(shard.vectors, n, shard.dims),
      scale: f32(shard.scale, n),
      prior: f32(shard.prior, n),
      price: f32(shard.price, n),
      availability: { dtype: "U8", shape: [n], data: shard.availability },
      attributes: { dtype: "U16", shape: [shard.attributes.length, n], data: codes },
      traits: i8(shard.traitRows.vectors, shard.traits.length, shard.dims),
      trait_scale: f32(shard.traitRows.scale, shard.traits.length),
      mean: f32(shard.mean, shard.dims),
      axes: f32(shard.axes, 2, shard.dims),
      ...(shard.neighbours && neighbourTensors(shard.neighbours)),
      ...(shard.together && neighbourTensors(shard.together, "together")),
      ...(shard.trend && { trend: f32(shard.trend, n) }),
      ...(shard.demand && { demand: { dtype: "I8", shape: [n], data: shard.demand } }),
      ...encodeStrings("ids", shard.ids),
    },
    {
      format: SHARD_FORMAT,
      attributes: JSON.stringify(shard.attributes.map(({ name, values }) => ({ name, values }))),
      traits: JSON.stringify(shard.traits.map(({ attribute, value, items }) => [attribute, value, items])),
    },
  );
}

function metadataList<T>(metadata: Readonly<Record<string, string>>, key: string, check: (entry: unknown) => T | undefined): T[] {
  let list: unknown;
  try {
    list = JSON.parse(metadata[key] ?? "");
  } catch {
    // No list either.
  }
  if (!Array.isArray(list)) throw new PresentlyError("shard/invalid", `The shard's metadata "${key}" is not a list in JSON`);
  return list.map((entry, i) => {
    const checked = check(entry);
    if (checked === undefined) throw new PresentlyError("shard/invalid", `The shard's metadata "${key}" has a wrong entry at ${i}`);
    return checked;
  });
}

/**
 * Views on the file, no copies; ids are decoded on first use.
 * @throws PresentlyError `tensors/*` (truncated, missing, invalid) or `shard/*`
 */
export function parseShard(buffer: ArrayBuffer): Shard {
  const file = tensorsOf(buffer, SHARD_FORMAT);
  const shape = file.tensors.get("vectors")?.shape;
  if (shape?.length !== 2) throw new PresentlyError("shard/invalid", "The shard has no vectors of shape [items, dims]");
  const [count, dims] = shape as [number, number];
  if (dims === 0) throw new PresentlyError("shard/invalid", "The shard's vectors have no dimensions");
  const columns = metadataList(file.metadata, "attributes", (entry) => {
    const { name, values } = (entry ?? {}) as Record<string, unknown>;
    return typeof name === "string" && Array.isArray(values) && values.every((value) => typeof value === "string")
      ? { name, values: values as string[] }
      : undefined;
  });
  const codes = tensor(file, "attributes", "U16", [columns.length, count]);
  const attributes = columns.map(({ name, values }, a) => {
    const column = codes.subarray(a * count, (a + 1) * count);
    for (const code of column)
      if (code > values.length) throw new PresentlyError("shard/invalid", `Attribute ${name} has the code ${code}, but only ${values.length} values`);
    return { name, values, codes: column };
  });
  const traits = metadataList(file.metadata, "traits", (entry) => {
    const [attribute, value, items] = Array.isArray(entry) ? entry : [];
    return typeof attribute === "string" && typeof value === "string" && typeof items === "number" ? { attribute, value, items } : undefined;
  });
  const availability = tensor(file, "availability", "U8", [count]);
  for (const code of availability) if (code >= AVAILABILITY.length) throw new PresentlyError("shard/invalid", `The shard has the availability code ${code}`);
  const id = stringColumn(file, "ids", count);
  let rows: Map<string, number> | undefined;
  return {
    dims,
    count,
    vectors: tensor(file, "vectors", "I8", [count, dims]),
    scale: tensor(file, "scale", "F32", [count]),
    prior: tensor(file, "prior", "F32", [count]),
    price: tensor(file, "price", "F32", [count]),
    availability,
    attributes,
    traits,
    traitRows: { vectors: tensor(file, "traits", "I8", [traits.length, dims]), scale: tensor(file, "trait_scale", "F32", [traits.length]) },
    neighbours: parseNeighbours(file, count),
    together: parseNeighbours(file, count, "together"),
    trend: file.tensors.has("trend") ? tensor(file, "trend", "F32", [count]) : undefined,
    demand: file.tensors.has("demand") ? tensor(file, "demand", "I8", [count]) : undefined,
    mean: tensor(file, "mean", "F32", [dims]),
    axes: tensor(file, "axes", "F32", [2, dims]),
    id,
    row(wanted) {
      if (!rows) {
        rows = new Map();
        for (let i = 0; i < count; i++) rows.set(id(i), i);
      }
      return rows.get(wanted) ?? -1;
    },
  };
}

/** Per-row symmetric int8: `scale = max|v| / 127`. Measured: recall@100 .99 against float; one scale for all loses 2 to 3 points. */
export function quantizeRows(rows: Float32Array, dims: number): QuantizedRows {
  const count = rows.length / dims;
  const vectors = new Int8Array(rows.length);
  const scale = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let max = 0;
    for (let d = 0; d < dims; d++) max = Math.max(max, Math.abs(rows[i * dims + d]));
    scale[i] = max / 127;
    if (max > 0) for (let d = 0; d < dims; d++) vectors[i * dims + d] = Math.round((rows[i * dims + d] / max) * 127);
  }
  return { vectors, scale };
}

/** Row `row` as floats, written to `out` at `at`. */
export function dequantizeRow({ vectors, scale }: QuantizedRows, row: number, dims: number, out: Float32Array = new Float32Array(dims), at = 0): Float32Array {
  const factor = scale[row];
  for (let d = 0; d < dims; d++) out[at + d] = vectors[row * dims + d] * factor;
  return out;
}

/** What shelves show, in a file of its own: ranking needs none of it. Rows as in the shard. */
export function encodeCards(cards: readonly ItemCard[]): Uint8Array<ArrayBuffer> {
  return encodeTensors(
    {
      ...encodeStrings(
        "title",
        cards.map((card) => card.title),
      ),
      ...encodeStrings(
        "link",
        cards.map((card) => card.link),
      ),
      ...encodeStrings(
        "image",
        cards.map((card) => card.image),
      ),
      ...encodeStrings(
        "brand",
        cards.map((card) => card.brand),
      ),
      ...encodeStrings(
        "category",
        cards.map((card) => card.category),
      ),
      ...encodeStrings(
        "currency",
        cards.map((card) => card.currency),
      ),
    },
    { format: CARDS_FORMAT, count: String(cards.length) },
  );
}

/** What a card says beyond the shard's columns. */
export type CardText = Omit<ItemCard, "item_id" | "price" | "availability">;

/** @throws PresentlyError `tensors/*`, `shard/format` */
export function parseCardTexts(buffer: ArrayBuffer, count: number): (row: number) => CardText {
  const file = tensorsOf(buffer, CARDS_FORMAT);
  const column = (name: string) => stringColumn(file, name, count);
  const [title, link, image, brand, category, currency] = ["title", "link", "image", "brand", "category", "currency"].map(column);
  return (row) => ({ title: title(row), link: link(row), image: image(row), brand: brand(row), category: category(row), currency: currency(row) });
}

/** A row's card: its text, and what the shard's columns say. */
export function cardOf(shard: Pick<Shard, "id" | "price" | "availability">, row: number, text: CardText): ItemCard {
  return { item_id: shard.id(row), ...text, price: shard.price[row], availability: AVAILABILITY[shard.availability[row]] as Availability };
}

/** The card of a row; id, price and availability come from the shard. */
export function parseCards(buffer: ArrayBuffer, shard: Shard): (row: number) => ItemCard {
  const text = parseCardTexts(buffer, shard.count);
  return (row) => cardOf(shard, row, text(row));
}
