import { gzipSync } from "node:zlib";

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
