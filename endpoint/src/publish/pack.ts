import { createHash } from "node:crypto";
import { constants, deflateRawSync, gzipSync } from "node:zlib";
import { contentPath, parseTensors, type ReleaseFile } from "presently/contract";

/** Less is not worth the unpacking. */
const WORTHWHILE = 0.9;
/** Bytes that are unpacked in a few milliseconds. */
const SMALL_SHARD = 1_000_000;
/** gzip's header (RFC 1952, 2.3) without a name, a time or the system it was made on: a file's name is its content. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** Checksum and length, at gzip's end. */
const TRAILER = 8;
/** In smaller files there is nothing to gain by it. */
const LARGE = 8_192;
/** Tensors of fewer bytes are compressed with the one before: a table of codes of their own would cost more than it saves. */
const OWN_CODES = 256;

/** Where the tensors of a file begin; nowhere in files of another kind. */
function tensorStarts(content: Uint8Array): number[] {
  try {
    return Array.from(parseTensors(content.slice().buffer).tensors.values(), ({ data }) => data.byteOffset).sort((a, b) => a - b);
  } catch {
    return [];
  }
}

/** Each tensor of a file with the codes that suit it, since deflate alone mixes vectors and words in one table: a tenth less. */
function deflated(content: Uint8Array): Uint8Array[] {
  const cuts = tensorStarts(content).filter((start, i, all) => (all[i + 1] ?? content.length) - start >= OWN_CODES);
  const starts = [0, ...cuts];
  return starts.map((start, i) => {
    const last = i === starts.length - 1;
    const section = content.subarray(start, starts[i + 1]);
    const finishFlush = last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    const found = deflateRawSync(section, { level: 9, finishFlush });
    // Numbers repeat by chance alone: to name a repetition costs more than the numbers.
    const codes = deflateRawSync(section, { level: 9, finishFlush, strategy: constants.Z_HUFFMAN_ONLY });
    return codes.length < found.length ? codes : found;
  });
}

/** A file as gzip, which `unpacked` reads, where that is smaller by a tenth. */
export function pack(content: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const whole = gzipSync(content, { level: 9 });
  let body: Uint8Array[] = [whole.subarray(HEADER.length, -TRAILER)];
  if (content.length >= LARGE) {
    const sections = deflated(content);
    if (sections.reduce((sum, { length }) => sum + length, 0) < body[0].length) body = sections;
  }
  const packed = new Uint8Array(Buffer.concat([HEADER, ...body, whole.subarray(-TRAILER)]));
  return packed.length < WORTHWHILE * content.length ? packed : content;
}

/** A page reads a shard where it lies, unpacked and not copied: but a small one is there sooner packed than not. */
export const packShard = (shard: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => (shard.length <= SMALL_SHARD ? pack(shard) : shard);

/** A file that is named by its content: packed, and how a list of files names it. */
export function packedFile(kind: string, raw: Uint8Array<ArrayBuffer>): { readonly file: ReleaseFile; readonly content: Uint8Array<ArrayBuffer> } {
  const content = pack(raw);
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { file: { path: contentPath(kind, sha256), sha256, bytes: content.length }, content };
}
