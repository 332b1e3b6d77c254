import type { Catalog, LoadedRelease, Partitions } from "./catalog/index.js";
import { DOWNLOADS, openPartitions } from "./catalog/partitions/partitions.js";
import type { EngineOptions } from "./contract/engine.js";
import type { EngineParts } from "./engine.js";

/** Connections on which megabytes are a nuisance. */
const SLOW = /^(slow-)?2g$/;

/** Opens the partitions of a release that has them. */
export function openPartitionsOf(
  loaded: LoadedRelease & { readonly partitions: NonNullable<LoadedRelease["partitions"]> },
  catalog: Catalog,
  { manifest, downloads }: EngineOptions,
  { fetch, caches, connection }: EngineParts,
  { onProblem, onChange }: { readonly onProblem: (error: unknown) => void; readonly onChange: () => void },
): Promise<Partitions> {
  const key = `decoys ${loaded.release.files.partitions?.sha256.slice(0, 16)}`;
  return openPartitions(loaded, {
    manifest,
    fetch,
    caches,
    store: () => catalog.storing(),
    downloads: { ...DOWNLOADS, ...downloads },
    own: () => catalog.size(),
    saving: () => SLOW.test(connection?.()?.effectiveType ?? "") || connection?.()?.saveData === true,
    random: () => crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32,
    onProblem,
    onChange,
    recall: () => catalog.note(key),
    remember: (pairs) => catalog.setNote(key, pairs),
  });
}
