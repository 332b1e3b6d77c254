import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { contentPath, type ReleaseFile } from "presently/contract";

/** Less is not worth the unpacking. */
const WORTHWHILE = 0.9;
/** The byte of gzip's header that names the system it was made on (RFC 1952, 2.3); 255: none. A file's name is its content. */
const SYSTEM = 9;

/** A file as gzip, which `unpacked` reads, where that is smaller by a tenth. */
export function pack(content: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(gzipSync(content));
  packed[SYSTEM] = 255;
  return packed.length < WORTHWHILE * content.length ? packed : content;
}

/** A file that is named by its content: packed, and how a list of files names it. */
export function packedFile(kind: string, raw: Uint8Array<ArrayBuffer>): { readonly file: ReleaseFile; readonly content: Uint8Array<ArrayBuffer> } {
  const content = pack(raw);
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { file: { path: contentPath(kind, sha256), sha256, bytes: content.length }, content };
}
