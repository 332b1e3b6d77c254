import { PresentlyError } from "../../contract/errors.js";
import { unpacked } from "../../contract/packed.js";
import { type ReleaseFile, verifyFile } from "../../contract/release.js";
import { PARTITIONS_CACHE } from "../cache.js";
import { downloadFile, type Fetch } from "../download.js";

export interface FilesOptions {
  readonly manifest: string;
  readonly fetch: Fetch;
  readonly caches?: CacheStorage | undefined;
  /** Whether the device may be written to. */
  readonly store: () => boolean;
  /** Bytes that may be downloaded. */
  readonly budget: () => number;
}

export interface Files {
  /**
   * A file, checked and unpacked: from the device, else over the network.
   * @throws PresentlyError `catalog/budget`, `release/*`
   */
  get(file: ReleaseFile, name: string): Promise<ArrayBuffer>;
  /** Whether the device has it, so that nobody learns of its being read. */
  kept(file: ReleaseFile): Promise<boolean>;
  /** Whether so many bytes more may be downloaded. */
  room(bytes: number): boolean;
  /** Bytes and requests so far, decoys included, without what the device had. */
  spent(): { readonly bytes: number; readonly requests: number };
}

/** What the device keeps of partitions; the oldest go first. */
const KEPT_BYTES = 16_000_000;

/**
 * Files of partitions, each by its hash. In the Cache API rather than the origin's private file system: it reads a file in a fifth of the
 * time and writes it as fast (bench/LOG.md), and a page without a worker has it as well.
 */
export function partitionFiles({ manifest, fetch, caches, store, budget }: FilesOptions): Files {
  let bytes = 0;
  let requests = 0;
  const running = new Map<string, Promise<ArrayBuffer>>();
  const cache = async () => (store() && caches ? caches.open(PARTITIONS_CACHE + manifest) : null);
  const key = ({ sha256 }: ReleaseFile) => {
    const url = new URL(manifest);
    url.hash = "";
    url.searchParams.set("presently-partition", sha256);
    return url.href;
  };
  let kept: number | null = null;

  async function stored(file: ReleaseFile, name: string): Promise<ArrayBuffer | null> {
    try {
      const found = await (await (await cache())?.match(key(file)))?.arrayBuffer();
      if (!found) return null;
      await verifyFile(name, file, found);
      return found;
    } catch {
      // Evicted, damaged or forbidden: the network has it.
      return null;
    }
  }

  async function keep(file: ReleaseFile, content: ArrayBuffer): Promise<void> {
    try {
      const open = await cache();
      if (!open) return;
      const keys = await open.keys();
      // What another page has written counts as files of this size.
      kept ??= keys.length * file.bytes;
      for (const old of keys) {
        if (kept + file.bytes <= KEPT_BYTES) break;
        await open.delete(old.url);
        kept -= file.bytes;
      }
      await open.put(key(file), new Response(content));
      kept += file.bytes;
    } catch {
      // A full disk: the next page downloads it again.
    }
  }

  async function download(file: ReleaseFile, name: string): Promise<ArrayBuffer> {
    if (bytes + file.bytes > budget())
      throw new PresentlyError(
        "catalog/budget",
        `This page has downloaded ${bytes} bytes of partitions, and ${budget()} are what downloads.bytes leaves for them: raise it`,
      );
    bytes += file.bytes;
    requests++;
    return downloadFile(fetch, new URL(file.path, manifest).href, name, file);
  }

  return {
    get(file, name) {
      let pending = running.get(file.sha256);
      if (!pending) {
        pending = (async () => {
          const known = await stored(file, name);
          const content = known ?? (await download(file, name));
          if (!known) void keep(file, content);
          return unpacked(content);
        })().finally(() => running.delete(file.sha256));
        running.set(file.sha256, pending);
      }
      return pending;
    },
    kept: async (file) => (await (await cache().catch(() => null))?.match(key(file)).catch(() => undefined)) !== undefined,
    room: (more) => bytes + more <= budget(),
    spent: () => ({ bytes, requests }),
  };
}
