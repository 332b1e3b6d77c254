import { createHash } from "node:crypto";
import type { ReleaseFile, ReleaseFileName } from "presently/contract";

const EXTENSION: Readonly<Record<ReleaseFileName, string>> = {
  shard: "safetensors",
  cards: "safetensors",
  text: "safetensors",
  encoder: "json",
  weights: "bin",
};

/** How a manifest names a file: by its content, so that it never changes under its path. */
export function describeFile(name: ReleaseFileName, bytes: Uint8Array<ArrayBuffer>): ReleaseFile {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { path: `files/${name}-${sha256.slice(0, 12)}.${EXTENSION[name]}`, sha256, bytes: bytes.length };
}
