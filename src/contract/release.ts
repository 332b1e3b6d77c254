import * as v from "valibot";
import { PresentlyError } from "./errors.js";
import { parseJson } from "./parse.js";

const file = v.object({
  /** Relative to the manifest's own address. */
  path: v.pipe(v.string(), v.regex(/^[\w][\w./-]*$/, "a relative path of letters, digits, . _ - /"), v.excludes("..")),
  /** Lower-case hex. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "64 hex digits")),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1 << 30)),
});
export type ReleaseFile = v.InferOutput<typeof file>;

const releaseSchema = v.object({
  format: v.literal("presently.release/1"),
  /** Grows with every release; a client never goes back. */
  version: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** ISO 8601. */
  created: v.pipe(v.string(), v.isoTimestamp()),
  dims: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** In the shard. */
  items: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /**
   * `shard` holds all items, or the most popular of a catalogue whose others are in `partitions`. `attributes` are prices and availability
   * newer than those beside the vectors. Readers of before these two were there see the shard as it was published.
   */
  files: v.object({ shard: file, cards: file, text: file, encoder: file, weights: file, partitions: v.optional(file), attributes: v.optional(file) }),
  /** Held-out figures with which it was published. */
  metrics: v.optional(v.record(v.string(), v.number()), {}),
  /** Rules of the whole shop (rules.ts). Read by the ranking, so that a mistake in them is a problem, not the end of the release. */
  rules: v.optional(v.unknown()),
});
export type Release = v.InferOutput<typeof releaseSchema>;
/** Files that every release has, and those that some have. */
export type ReleaseFileName = Exclude<keyof Release["files"], OptionalFileName>;
export type OptionalFileName = "partitions" | "attributes";

/** @throws PresentlyError `manifest/invalid` */
export function parseRelease(text: string): Release {
  return parseJson(releaseSchema, text, "manifest/invalid", "The release manifest");
}

export async function sha256(bytes: BufferSource): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @throws PresentlyError `release/truncated` or `release/hash` */
export async function verifyFile(name: string, expected: ReleaseFile, bytes: ArrayBuffer): Promise<void> {
  if (bytes.byteLength !== expected.bytes)
    throw new PresentlyError(
      "release/truncated",
      `${name} (${expected.path}) has ${bytes.byteLength} bytes, the manifest says ${expected.bytes}: the host cut it off or serves another file`,
    );
  const actual = await sha256(bytes);
  if (actual !== expected.sha256)
    throw new PresentlyError(
      "release/hash",
      `${name} (${expected.path}) has the hash ${actual.slice(0, 12)}…, the manifest says ${expected.sha256.slice(0, 12)}…: upload the release again`,
    );
}
