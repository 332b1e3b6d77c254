import type { RunKind } from "../store/runs.js";
import type { Store } from "../store/store.js";
import type { RunHooks, RunResult } from "./training.js";

/** Runs and records a run as the server's loop would. */
export async function recordedRun(store: Store, kind: RunKind, run: (hooks: RunHooks) => Promise<RunResult>, now = Date.now): Promise<RunResult> {
  const { records, sessions, catalog } = store.counters();
  const id = store.runs.begin({ kind, started: now(), records: records + sessions, catalog });
  try {
    const result = await run({ now });
    store.runs.end(id, { ...result, finished: now() });
    return result;
  } catch (error) {
    store.runs.end(id, { state: "failed", release: null, message: (error as Error).message, figures: {}, finished: now() });
    throw error;
  }
}

/** Tells how a command's run ended: exit code 0 published, 2 nothing to do, 3 worse than what is live. */
export function reportRun({ state, release, message }: RunResult): void {
  console.log(release ? `Published release ${release}. ${message}` : message);
  // A script that wanted a release must be able to tell that there is none.
  if (state !== "published") process.exitCode = state === "kept" ? 3 : 2;
}
