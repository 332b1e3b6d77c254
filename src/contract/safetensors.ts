import { PresentlyError } from "./errors.js";

/**
 * The safetensors format (https://github.com/huggingface/safetensors#format): eight bytes of little-endian
 * header length, a JSON header, raw little-endian buffers. Every tensor starts at a multiple of eight here,
 * so that its typed array is a view on the file.
 */
const CONSTRUCTORS = {
  I8: Int8Array,
  U8: Uint8Array,
  U16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  F32: Float32Array,
} as const;
export type TensorType = keyof typeof CONSTRUCTORS;
export type TensorData = Int8Array | Uint8Array | Uint16Array | Int32Array | Uint32Array | Float32Array;

export interface StoredTensor {
  readonly dtype: TensorType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export const f32 = (data: Float32Array, ...shape: number[]): StoredTensor => ({ dtype: "F32", shape, data });
export const i8 = (data: Int8Array, ...shape: number[]): StoredTensor => ({ dtype: "I8", shape, data });
/** As a list. */
export const u32 = (data: Uint32Array): StoredTensor => ({ dtype: "U32", shape: [data.length], data });
export const u16 = (data: Uint16Array): StoredTensor => ({ dtype: "U16", shape: [data.length], data });
export const u8 = (data: Uint8Array): StoredTensor => ({ dtype: "U8", shape: [data.length], data });

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const MAX_HEADER_BYTES = 32 * 1024 * 1024;
const ALIGNMENT = 8;

function size(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

export function encodeTensors(tensors: Readonly<Record<string, StoredTensor>>, metadata: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  const entries = Object.entries(tensors);
  for (const [name, { dtype, shape, data }] of entries) {
    if (data.length !== size(shape))
      throw new PresentlyError("tensors/shape", `Tensor ${name} has ${data.length} values, its shape [${shape}] needs ${size(shape)}`);
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += Math.ceil(data.byteLength / ALIGNMENT) * ALIGNMENT;
  }
  let json = new TextEncoder().encode(JSON.stringify(header));
  // The format allows trailing spaces in the header: they align the buffers.
  const padded = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  if (padded > json.length) {
    const spaced = new Uint8Array(padded).fill(0x20);
    spaced.set(json);
    json = spaced;
  }
  const file = new Uint8Array(8 + json.length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  let at = 8 + json.length;
  for (const [, { data }] of entries) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += Math.ceil(data.byteLength / ALIGNMENT) * ALIGNMENT;
  }
  return file;
}

function fault(code: string, message: string): never {
  throw new PresentlyError(`tensors/${code}`, message);
}

/**
 * Reads a file without copying its tensors.
 * @throws PresentlyError `tensors/truncated` when bytes are missing, `tensors/invalid` when they contradict the format
 */
export function parseTensors(buffer: ArrayBuffer): TensorFile {
  if (buffer.byteLength < 8) fault("truncated", `A tensor file has at least 8 bytes, this one has ${buffer.byteLength}`);
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) fault("invalid", `The header claims ${length} bytes: this is not a safetensors file`);
  if (8 + length > buffer.byteLength) fault("truncated", `The header needs ${length} bytes, the file has ${buffer.byteLength - 8}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(buffer, 8, length)));
  } catch (cause) {
    throw new PresentlyError("tensors/invalid", "The header is not JSON: this is not a safetensors file", { cause });
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) fault("invalid", "The header is not a JSON object");
  const base = 8 + length;
  const tensors = new Map<string, StoredTensor>();
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header as Record<string, unknown>)) {
    if (name === "__metadata__") {
      metadata = readMetadata(entry);
      continue;
    }
    tensors.set(name, readTensor(buffer, base, name, entry));
  }
  return { tensors, metadata };
}

function readMetadata(entry: unknown): Record<string, string> {
  if (typeof entry !== "object" || entry === null) fault("invalid", "__metadata__ is not an object");
  for (const [key, value] of Object.entries(entry as object)) if (typeof value !== "string") fault("invalid", `__metadata__.${key} is not a string`);
  return entry as Record<string, string>;
}

function readTensor(buffer: ArrayBuffer, base: number, name: string, entry: unknown): StoredTensor {
  const { dtype, shape, data_offsets: offsets } = (typeof entry === "object" && entry !== null ? entry : {}) as Record<string, unknown>;
  if (typeof dtype !== "string" || !Object.hasOwn(CONSTRUCTORS, dtype))
    fault("invalid", `Tensor ${name} has the type ${JSON.stringify(dtype)}; known are ${Object.keys(CONSTRUCTORS).join(", ")}`);
  const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(whole)) fault("invalid", `Tensor ${name} has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(whole)) fault("invalid", `Tensor ${name} has no valid data_offsets`);
  const [start, end] = offsets as [number, number];
  const Constructor = CONSTRUCTORS[dtype as TensorType];
  const count = size(shape as number[]);
  if (!Number.isSafeInteger(count) || end - start !== count * Constructor.BYTES_PER_ELEMENT)
    fault("invalid", `Tensor ${name}: offsets ${start}…${end} do not hold shape [${shape}] of ${dtype}`);
  if (base + end > buffer.byteLength) fault("truncated", `Tensor ${name} ends at byte ${base + end}, the file has ${buffer.byteLength}: it was cut off`);
  const at = base + start;
  // Files of other writers may be unaligned: those tensors are copied, ours are views.
  const aligned = at % Constructor.BYTES_PER_ELEMENT === 0;
  const data = aligned ? new Constructor(buffer, at, count) : new Constructor(buffer.slice(at, base + end));
  return { dtype: dtype as TensorType, shape: shape as number[], data };
}

/** A tensor that must be there, of this type and shape (−1: any). */
export function tensor(file: TensorFile, name: string, dtype: "I8", shape: readonly number[]): Int8Array;
export function tensor(file: TensorFile, name: string, dtype: "U8", shape: readonly number[]): Uint8Array;
export function tensor(file: TensorFile, name: string, dtype: "U16", shape: readonly number[]): Uint16Array;
export function tensor(file: TensorFile, name: string, dtype: "U32", shape: readonly number[]): Uint32Array;
export function tensor(file: TensorFile, name: string, dtype: "F32", shape: readonly number[]): Float32Array;
export function tensor(file: TensorFile, name: string, dtype: TensorType, shape: readonly number[]): TensorData {
  const found = file.tensors.get(name);
  if (!found) fault("missing", `The tensor ${name} is missing; the file has ${[...file.tensors.keys()].join(", ")}`);
  const fits = found.dtype === dtype && found.shape.length === shape.length && shape.every((want, i) => want < 0 || want === found.shape[i]);
  if (!fits) fault("invalid", `The tensor ${name} is ${found.dtype}[${found.shape}], expected ${dtype}[${shape.map((want) => (want < 0 ? "any" : want))}]`);
  return found.data;
}

/** Strings as one UTF-8 buffer and the offsets between them, so that 100,000 ids cost no parsing until one is asked for. */
export function encodeStrings(name: string, strings: readonly string[]): Record<string, StoredTensor> {
  const encoder = new TextEncoder();
  const parts = strings.map((text) => encoder.encode(text));
  const offsets = new Uint32Array(parts.length + 1);
  for (let i = 0; i < parts.length; i++) offsets[i + 1] = offsets[i] + parts[i].length;
  const bytes = new Uint8Array(offsets[parts.length]);
  parts.forEach((part, i) => {
    bytes.set(part, offsets[i]);
  });
  return {
    [name]: { dtype: "U8", shape: [bytes.length], data: bytes },
    [`${name}_offsets`]: { dtype: "U32", shape: [offsets.length], data: offsets },
  };
}

/** A lazy column of strings; reads `count` of them. */
export function stringColumn(file: TensorFile, name: string, count: number): (row: number) => string {
  const bytes = tensor(file, name, "U8", [-1]);
  const offsets = tensor(file, `${name}_offsets`, "U32", [count + 1]);
  for (let i = 0; i < count; i++) if (offsets[i] > offsets[i + 1]) fault("invalid", `The offsets of ${name} run backwards at row ${i}`);
  if (offsets[count] > bytes.length) fault("truncated", `The strings of ${name} need ${offsets[count]} bytes, the file has ${bytes.length}`);
  const decoder = new TextDecoder();
  return (row) => decoder.decode(bytes.subarray(offsets[row], offsets[row + 1]));
}
