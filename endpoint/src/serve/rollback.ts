import { rollbackRelease } from "../publish/publish.js";
import type { Store } from "../store/store.js";
import type { DataFolder } from "./data-folder.js";
import { copyModel } from "./model.js";
import type { RunHooks, RunResult } from "./training.js";

/** Publishes an older release's content as a new version, and its model with it: the next training goes on from there. */
export async function runRollback(
  store: Store,
  folder: DataFolder,
  { to, keep }: { readonly to?: number; readonly keep: number },
  { now }: RunHooks,
): Promise<RunResult> {
  const created = now();
  const done = await rollbackRelease(folder.releases, { to, created: new Date(created).toISOString(), keep });
  const { version, items, metrics } = done.release;
  const older = store.runs.release(done.to);
  const model = older?.model ? await copyModel(folder, older.model, version).catch(() => "") : "";
  // What was live is taken back on purpose: the catalogue as it is now is no reason to publish at once again.
  store.runs.addRelease({ version, created, items, catalog: store.catalog.version(), model, origin: `rolled back to ${done.to}`, metrics });
  return { state: "published", release: version, message: `Version ${version} is what version ${done.to} was; ${done.from} is no longer live.`, figures: {} };
}
