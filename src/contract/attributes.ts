import { PresentlyError } from "./errors.js";
import { fileListTensors, parseFileList } from "./file-list.js";
import { AVAILABILITY } from "./items.js";
import type { ReleaseFile } from "./release.js";
import { encodeTensors, tensor } from "./safetensors.js";
import { tensorsOf } from "./tensors-of.js";

/** What changes by the hour, row by row as in the shard or partition that it belongs to. */
export interface Attributes {
  /** NaN where unknown. [count] */
  readonly price: Float32Array;
  /** Index into AVAILABILITY. [count] */
  readonly availability: Uint8Array;
}

/** A release's attributes: the shard's, and for each group of partitions the file that lists theirs. */
export interface ReleaseAttributes extends Attributes {
  /** null: nothing in the group has changed since its partitions were published. */
  group(i: number): ReleaseFile | null;
}

const FORMAT = "presently.attributes/1";
const LIST_FORMAT = "presently.attribute-files/1";

export function encodeAttributes({ price, availability }: Attributes, groups: readonly (ReleaseFile | null)[] = []): Uint8Array<ArrayBuffer> {
  return encodeTensors(
    {
      price: { dtype: "F32", shape: [price.length], data: price },
      availability: { dtype: "U8", shape: [availability.length], data: availability },
      ...fileListTensors("groups", groups),
    },
    { format: FORMAT, groups: String(groups.length) },
  );
}

/**
 * @param count rows of the shard or partition
 * @throws PresentlyError `tensors/*`, `shard/*`
 */
export function parseAttributes(buffer: ArrayBuffer, count: number): ReleaseAttributes {
  const file = tensorsOf(buffer, FORMAT);
  const availability = tensor(file, "availability", "U8", [count]);
  for (const code of availability)
    if (code >= AVAILABILITY.length) throw new PresentlyError("shard/invalid", `The attributes have the availability code ${code}`);
  const groups = Number(file.metadata.groups);
  const group = parseFileList(file, "groups", "prices", groups);
  return { price: tensor(file, "price", "F32", [count]), availability, group: (i) => (i < groups ? group(i) : null) };
}

/** The attribute files of a group's partitions; null where a partition's own attributes still hold. */
export function encodeAttributeFiles(partitions: readonly (ReleaseFile | null)[]): Uint8Array<ArrayBuffer> {
  return encodeTensors(fileListTensors("partitions", partitions), { format: LIST_FORMAT });
}

/** @throws PresentlyError `tensors/*`, `shard/*` */
export function parseAttributeFiles(buffer: ArrayBuffer, count: number): (i: number) => ReleaseFile | null {
  return parseFileList(tensorsOf(buffer, LIST_FORMAT), "partitions", "price", count);
}

/** The same rows with newer attributes; vectors and everything else are shared. */
export const withAttributes = <T extends Attributes>(rows: T, { price, availability }: Attributes): T => ({ ...rows, price, availability });
