import { PresentlyError } from "./errors.js";
import type { ReleaseFile } from "./release.js";
import { type StoredTensor, type TensorFile, tensor } from "./safetensors.js";

/** Half of the hash: nobody finds another file with these 128 bits either, and a page reads thousands of them. */
const HASH_BYTES = 16;

/** Where a file of a release lies whose name is its content: a list needs to keep only hash and length. */
export const contentPath = (kind: string, sha256: string): string => `files/${kind}-${sha256.slice(0, 16)}.safetensors`;

/** Files as two tensors, 20 bytes each instead of a line of JSON. null: no such file. */
export function fileListTensors(name: string, files: readonly (Pick<ReleaseFile, "sha256" | "bytes"> | null)[]): Record<string, StoredTensor> {
  const hashes = new Uint8Array(files.length * HASH_BYTES);
  files.forEach((file, i) => {
    if (file) for (let b = 0; b < HASH_BYTES; b++) hashes[i * HASH_BYTES + b] = Number.parseInt(file.sha256.slice(b * 2, b * 2 + 2), 16);
  });
  return {
    [`${name}_sha256`]: { dtype: "U8", shape: [files.length, HASH_BYTES], data: hashes },
    [`${name}_bytes`]: { dtype: "U32", shape: [files.length], data: Uint32Array.from(files, (file) => file?.bytes ?? 0) },
  };
}

/**
 * The i-th file of a list, or null where there is none.
 * @param kind first part of the files' names
 * @throws PresentlyError `tensors/*`, `shard/invalid`
 */
export function parseFileList(file: TensorFile, name: string, kind: string, count: number): (i: number) => ReleaseFile | null {
  const hashes = tensor(file, `${name}_sha256`, "U8", [count, HASH_BYTES]);
  const bytes = tensor(file, `${name}_bytes`, "U32", [count]);
  for (const length of bytes) if (length > 1 << 30) throw new PresentlyError("shard/invalid", `The list of ${name} has a file of ${length} bytes`);
  return (i) => {
    if (!bytes[i]) return null;
    const sha256 = Array.from(hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES), (byte) => byte.toString(16).padStart(2, "0")).join("");
    return { path: contentPath(kind, sha256), sha256, bytes: bytes[i] };
  };
}
