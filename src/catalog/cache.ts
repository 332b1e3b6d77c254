import type { Release, ReleaseFile } from "../contract/release.js";
import type { ReleaseBytes } from "./loaded.js";

const PREFIX = "presently ";
/** Before the manifest's address; `deleteReleaseCaches` knows it as well. */
export const PARTITIONS_CACHE = `${PREFIX}partitions `;

/** The last good release of one manifest, on this device. The Cache API's failures (quota, private mode) are the caller's to report. */
export interface ReleaseCache {
  manifest(): Promise<string | null>;
  file(file: ReleaseFile): Promise<ArrayBuffer | null>;
  drop(file: ReleaseFile): Promise<void>;
  /** Writes the files, then the manifest, then drops what the release does not name. */
  keep(release: Release, manifest: string, bytes: ReleaseBytes): Promise<void>;
  /** A small value that goes with the release, such as the backend chosen for it. */
  note(key: string): Promise<string | null>;
  setNote(key: string, value: string): Promise<void>;
}

export function openReleaseCache(caches: CacheStorage, manifestUrl: string): ReleaseCache {
  const open = () => caches.open(PREFIX + manifestUrl);
  // The hash in the key: a file is found by its content, wherever the release puts it.
  const fileKey = (file: ReleaseFile) => keyed("file", file.sha256);
  const manifestKey = keyed("manifest", "");
  function keyed(what: string, value: string): string {
    const url = new URL(manifestUrl);
    url.hash = "";
    url.searchParams.set(`presently-${what}`, value);
    return url.href;
  }
  const read = async (key: string) => (await (await open()).match(key)) ?? null;

  return {
    async manifest() {
      return (await read(manifestKey))?.text() ?? null;
    },
    async file(file) {
      return (await read(fileKey(file)))?.arrayBuffer() ?? null;
    },
    async drop(file) {
      await (await open()).delete(fileKey(file));
    },
    async keep(release, manifest, bytes) {
      const cache = await open();
      const wanted = new Set([manifestKey]);
      for (const [name, file] of Object.entries(release.files) as [keyof ReleaseBytes, ReleaseFile | undefined][]) {
        if (!file) continue;
        const key = fileKey(file);
        wanted.add(key);
        // What has not been asked for yet is not here either.
        if (bytes[name] && !(await cache.match(key))) await cache.put(key, new Response(bytes[name]));
      }
      await cache.put(manifestKey, new Response(manifest));
      for (const { url } of await cache.keys()) if (!wanted.has(url) && !url.includes("presently-note=")) await cache.delete(url);
    },
    async note(key) {
      return (await read(keyed("note", key)))?.text() ?? null;
    },
    async setNote(key, value) {
      await (await open()).put(keyed("note", key), new Response(value));
    },
  };
}

/** Nothing of ours stays in the Cache API of this origin. */
export async function deleteReleaseCaches(caches: CacheStorage): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await caches.delete(name);
}
