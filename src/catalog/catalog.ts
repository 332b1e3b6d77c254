import { PresentlyError } from "../contract/errors.js";
import { type OptionalFileName, parseRelease, type Release, type ReleaseFile, type ReleaseFileName, verifyFile } from "../contract/release.js";
import { deleteReleaseCaches, openReleaseCache, type ReleaseCache } from "./cache.js";
import { downloadFile, downloadManifest, type Fetch } from "./download.js";
import { type LoadedRelease, type ReleaseBytes, readRelease } from "./loaded.js";

export interface CatalogOptions {
  readonly fetch: Fetch;
  /** Absent where the browser has none (plain http, some private modes). */
  readonly caches?: CacheStorage | undefined;
  /** Whether the device may be written to; `allowStorage` changes it. False by default. */
  readonly store?: boolean;
  /** What went wrong without stopping the shop. */
  readonly onProblem?: (problem: PresentlyError) => void;
}

export interface Catalog {
  /**
   * The last good release of this device, at once; where there is none, the one the manifest names.
   * @throws PresentlyError `manifest/*`, `release/*`, `shard/*`, `tensors/*` or `encoder/invalid`, where neither can be had
   */
  load(): Promise<LoadedRelease>;
  /**
   * Looks at the manifest: the new release, completely downloaded and checked, or null where there is nothing newer.
   * What is loaded stays loaded until then, and for good where this fails.
   * @throws PresentlyError as `load`, and `release/older` where the manifest goes back
   */
  refresh(): Promise<LoadedRelease | null>;
  /** Bytes of the loaded release's own files that this page has. */
  size(): number;
  /** Whether the device may be written to now. */
  storing(): boolean;
  /** False deletes what is stored; true keeps the loaded release from now on. */
  allowStorage(store: boolean): Promise<void>;
  /** A small value kept beside the release, or null; never written without storage. */
  note(key: string): Promise<string | null>;
  setNote(key: string, value: string): Promise<void>;
}

interface Held {
  readonly loaded: LoadedRelease;
  readonly manifest: string;
  bytes: ReleaseBytes;
}

type FileName = ReleaseFileName | OptionalFileName;
const AT_ONCE: readonly FileName[] = ["shard", "cards", "encoder", "weights", "partitions", "attributes"];
const FILES: readonly FileName[] = [...AT_ONCE, "text"];

/** Downloads, verifies and keeps releases. A version never goes back, except that a page with nothing loaded takes what there is. */
export function createCatalog(manifestUrl: string, { fetch, caches, store = false, onProblem }: CatalogOptions): Catalog {
  let held: Held | null = null;
  let storing = store;
  let running: Promise<LoadedRelease | null> | null = null;

  const cache = (): ReleaseCache | null => (storing && caches ? openReleaseCache(caches, manifestUrl) : null);

  /** The Cache API is a convenience: without it the release comes over the network each time. */
  async function quietly<T>(use: () => Promise<T> | undefined): Promise<T | null> {
    try {
      return (await use()) ?? null;
    } catch (cause) {
      const error = new PresentlyError(
        "catalog/cache",
        `The browser's cache cannot be used (${(cause as Error)?.message ?? cause}): releases are downloaded on each page`,
        { cause },
      );
      onProblem?.(error);
      return null;
    }
  }

  async function fromCache(): Promise<Held | null> {
    const manifest = await quietly(() => cache()?.manifest());
    if (manifest === null) return null;
    try {
      const release = parseRelease(manifest);
      const bytes = await gather(release, async (name, file) => {
        const stored = await cache()?.file(file);
        if (!stored) throw new PresentlyError("catalog/evicted", `The browser has dropped ${name}`);
        await verifyFile(name, file, stored);
        return stored;
      });
      return { loaded: await readRelease(release, bytes, "cache", () => words(release)), manifest, bytes };
    } catch (error) {
      onProblem?.(
        new PresentlyError("catalog/stale", `The release kept on this device cannot be used (${(error as Error).message}): it is downloaded again`, {
          cause: error,
        }),
      );
      return null;
    }
  }

  /** A file that has not changed is the same by its hash: from memory, from the device, else from the network. */
  async function obtain(name: FileName, file: ReleaseFile): Promise<ArrayBuffer> {
    for (const known of FILES) {
      const same = held?.loaded.release.files[known]?.sha256 === file.sha256 && held?.bytes[known];
      if (same) return same;
    }
    const stored = await quietly(() => cache()?.file(file));
    if (stored) {
      try {
        await verifyFile(name, file, stored);
        return stored;
      } catch {
        await quietly(() => cache()?.drop(file));
      }
    }
    return downloadFile(fetch, new URL(file.path, manifestUrl).href, name, file);
  }

  /** The text table, from now on with the release that it belongs to. */
  async function words(release: Release): Promise<ArrayBuffer> {
    const text = await obtain("text", release.files.text);
    if (held?.loaded.release === release) {
      held.bytes = { ...held.bytes, text };
      await keep();
    }
    return text;
  }

  async function look(): Promise<LoadedRelease | null> {
    const manifest = await downloadManifest(fetch, manifestUrl);
    const release = parseRelease(manifest);
    if (held) {
      const current = held.loaded.release;
      if (release.version < current.version)
        throw new PresentlyError(
          "release/older",
          `The manifest offers version ${release.version}, this page already has ${current.version}: roll back by publishing the old content as a new version`,
        );
      if (release.version === current.version && FILES.every((name) => release.files[name]?.sha256 === current.files[name]?.sha256)) return null;
    }
    const bytes = await gather(release, obtain);
    const loaded = await readRelease(release, bytes, "network", () => words(release));
    held = { loaded, manifest, bytes };
    await keep();
    return loaded;
  }

  async function keep(): Promise<void> {
    if (!held) return;
    const { loaded, manifest, bytes } = held;
    await quietly(() => cache()?.keep(loaded.release, manifest, bytes));
    // Consent may have been withdrawn while the files were being written.
    if (!storing) await removeStored();
  }

  async function removeStored(): Promise<void> {
    await quietly(() => (caches ? deleteReleaseCaches(caches) : undefined));
  }

  /** Two looks at once share one answer. */
  function refresh(): Promise<LoadedRelease | null> {
    running ??= look().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    async load() {
      held ??= await fromCache();
      if (held) return held.loaded;
      const loaded = await refresh();
      return loaded ?? held!.loaded;
    },
    refresh,
    size: () => Object.values(held?.bytes ?? {}).reduce((sum, { byteLength }) => sum + byteLength, 0),
    storing: () => storing,
    async allowStorage(allowed) {
      storing = allowed;
      await (allowed ? keep() : removeStored());
    },
    async note(key) {
      return quietly(() => cache()?.note(key));
    },
    async setNote(key, value) {
      await quietly(() => cache()?.setNote(key, value));
    },
  };
}

/** What ranking needs from the first moment on. */
async function gather({ files }: Release, read: (name: FileName, file: ReleaseFile) => Promise<ArrayBuffer>): Promise<ReleaseBytes> {
  const entries = await Promise.all(
    AT_ONCE.flatMap((name) => {
      const file = files[name];
      return file ? [read(name, file).then((bytes) => [name, bytes] as const)] : [];
    }),
  );
  return Object.fromEntries(entries) as unknown as ReleaseBytes;
}
