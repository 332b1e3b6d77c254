import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { CardText } from "presently/contract";
import type { SpilledItem } from "./source.js";

const BUFFER = 128 * 1024;

/** Appends bytes to one of many files, a buffer each: an external bucket sort. */
export interface Spill {
  append(bucket: number, bytes: Uint8Array): void;
  /** What was appended to a bucket, whose file is then gone. */
  take(bucket: number): Buffer;
  close(): void;
}

export function openSpill(folder: string, name: string, buckets: number): Spill {
  const path = (bucket: number) => join(folder, `${name}-${bucket}`);
  const files = new Map<number, number>();
  const buffers = Array.from({ length: buckets }, () => ({ bytes: null as Buffer | null, used: 0 }));
  const flush = (bucket: number) => {
    const buffer = buffers[bucket];
    if (!buffer.bytes || buffer.used === 0) return;
    let file = files.get(bucket);
    if (file === undefined) {
      file = openSync(path(bucket), "w");
      files.set(bucket, file);
    }
    writeSync(file, buffer.bytes, 0, buffer.used);
    buffer.used = 0;
  };
  const done = (bucket: number) => {
    const file = files.get(bucket);
    if (file !== undefined) closeSync(file);
    files.delete(bucket);
    buffers[bucket].bytes = null;
  };
  return {
    append(bucket, bytes) {
      const buffer = buffers[bucket];
      buffer.bytes ??= Buffer.allocUnsafe(BUFFER);
      if (buffer.used + bytes.length > buffer.bytes.length) flush(bucket);
      if (bytes.length > buffer.bytes.length) buffer.bytes = Buffer.allocUnsafe(bytes.length);
      buffer.bytes.set(bytes, buffer.used);
      buffer.used += bytes.length;
    },
    take(bucket) {
      flush(bucket);
      if (!files.has(bucket)) return Buffer.alloc(0);
      done(bucket);
      const content = readFileSync(path(bucket));
      rmSync(path(bucket));
      return content;
    },
    close() {
      for (const bucket of [...files.keys()]) {
        done(bucket);
        rmSync(path(bucket), { force: true });
      }
    },
  };
}

const CARD = ["title", "link", "image", "brand", "category", "currency"] as const;
/** Bytes before the text: its length, three numbers, the availability. */
const FIXED = 4 + 4 * 3 + 1;

export function encodeItem({ id, vector, scale, prior, price, availability, attributes, card }: SpilledItem): Uint8Array {
  const text = Buffer.from(JSON.stringify([id, ...CARD.map((field) => card[field]), attributes]));
  const out = Buffer.allocUnsafe(FIXED + vector.length + text.length);
  out.writeUInt32LE(text.length, 0);
  out.writeFloatLE(scale, 4);
  out.writeFloatLE(prior, 8);
  out.writeFloatLE(price, 12);
  out[16] = availability;
  out.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.length), FIXED);
  out.set(text, FIXED + vector.length);
  return out;
}

export function decodeItems(content: Buffer, dims: number): SpilledItem[] {
  const items: SpilledItem[] = [];
  for (let at = 0; at < content.length; ) {
    const length = content.readUInt32LE(at);
    const start = at + FIXED;
    const [id, ...rest] = JSON.parse(content.toString("utf8", start + dims, start + dims + length)) as string[];
    const attributes = rest.pop() as unknown as Record<string, string>;
    items.push({
      id,
      scale: content.readFloatLE(at + 4),
      prior: content.readFloatLE(at + 8),
      price: content.readFloatLE(at + 12),
      availability: content[at + 16],
      vector: new Int8Array(content.buffer, content.byteOffset + start, dims),
      attributes,
      card: Object.fromEntries(CARD.map((field, i) => [field, rest[i]])) as unknown as CardText,
    });
    at = start + dims + length;
  }
  return items;
}
