import { type Check, checkedJson, is, numbers, object, oneOf, optional, whole } from "./check.js";
import { PresentlyError } from "./errors.js";

export interface ReleaseFile {
  /** Relative to the manifest's own address. */
  readonly path: string;
  /** Lower-case hex; of a file in a list (file-list.ts) the first half. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface Release {
  readonly format: "presently.release/1";
  /** Grows with every release; a client never goes back. */
  readonly version: number;
  /** ISO 8601. */
  readonly created: string;
  readonly dims: number;
  /** In the shard. */
  readonly items: number;
  /**
   * `shard` holds all items, or the most popular of a catalogue whose others are in `partitions`. `attributes` are prices and availability
   * newer than those beside the vectors. Readers of before these two were there see the shard as it was published.
   */
  readonly files: {
    readonly shard: ReleaseFile;
    readonly cards: ReleaseFile;
    readonly text: ReleaseFile;
    readonly encoder: ReleaseFile;
    readonly weights: ReleaseFile;
    readonly partitions?: ReleaseFile | undefined;
    readonly attributes?: ReleaseFile | undefined;
  };
  /** Held-out figures with which it was published. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Rules of the whole shop (rules.ts). Read by the ranking, so that a mistake in them is a problem, not the end of the release. */
  readonly rules?: unknown;
}

const PATH = /^\w[\w./-]*$/;
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d(:?\d\d)?)$/;

const file = object<ReleaseFile>({
  path: is("a relative path of letters, digits, . _ - /", (value) => typeof value === "string" && PATH.test(value) && !value.includes("..")),
  sha256: is("64 hex digits", (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value)),
  bytes: whole(1, 1 << 30),
});

const unknown: Check<unknown> = (value) => value;

const release = object<Release>({
  format: oneOf("presently.release/1"),
  version: whole(1),
  created: is("a time of ISO 8601", (value) => typeof value === "string" && TIME.test(value) && !Number.isNaN(Date.parse(value))),
  dims: whole(1),
  items: whole(0),
  files: object<Release["files"]>({
    shard: file,
    cards: file,
    text: file,
    encoder: file,
    weights: file,
    partitions: optional<ReleaseFile | undefined>(file),
    attributes: optional<ReleaseFile | undefined>(file),
  }),
  metrics: optional<Readonly<Record<string, number>>>(numbers, {}),
  rules: unknown,
});

/** Files that every release has, and those that some have. */
export type ReleaseFileName = Exclude<keyof Release["files"], OptionalFileName>;
export type OptionalFileName = "partitions" | "attributes";

/** @throws PresentlyError `manifest/invalid` */
export function parseRelease(text: string): Release {
  return checkedJson(release, text, "manifest/invalid", "The release manifest");
}

export async function sha256(bytes: BufferSource): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Checks size and hash; on pages without WebCrypto (browsers give it to https and localhost alone) the size: over plain http whoever changes a
 * file can change the manifest's hash as well.
 * @throws PresentlyError `release/truncated` or `release/hash`
 */
export async function verifyFile(name: string, expected: ReleaseFile, bytes: ArrayBuffer): Promise<void> {
  if (bytes.byteLength !== expected.bytes)
    throw new PresentlyError(
      "release/truncated",
      `${name} (${expected.path}) has ${bytes.byteLength} bytes, the manifest says ${expected.bytes}: the host cut it off or serves another file`,
    );
  if (!globalThis.crypto?.subtle) return;
  const actual = await sha256(bytes);
  if (actual.slice(0, expected.sha256.length) !== expected.sha256)
    throw new PresentlyError(
      "release/hash",
      `${name} (${expected.path}) has the hash ${actual.slice(0, 12)}…, the manifest says ${expected.sha256.slice(0, 12)}…: upload the release again`,
    );
}
