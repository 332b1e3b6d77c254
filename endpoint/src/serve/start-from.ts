import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadRelease } from "../publish/load.js";
import { currentRelease, filesOf, publishRelease } from "../publish/publish.js";
import type { Store } from "../store/store.js";
import type { DataFolder } from "./data-folder.js";

/**
 * Where nothing is published yet, publishes the release in another folder (one that comes with a shop, say).
 * @throws PresentlyError `publish/…` where that folder holds no sound release
 */
export async function startFrom(store: Store, folder: DataFolder, source: string): Promise<boolean> {
  if (await currentRelease(folder.releases)) return false;
  const { release } = await loadRelease(source);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const path of await filesOf(source, release)) files.set(path, new Uint8Array(await readFile(join(source, path))));
  await publishRelease(folder.releases, { manifest: release, files });
  const { version, created, items, metrics } = release;
  store.runs.addRelease({ version, created: Date.parse(created), items, catalog: 0, model: "", origin: "brought along", metrics });
  return true;
}
