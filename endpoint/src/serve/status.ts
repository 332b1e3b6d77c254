import { PresentlyError, type Release } from "presently/contract";
import { currentRelease } from "../publish/publish.js";
import type { Run, StoredRelease } from "../store/runs.js";
import type { Counters, Store } from "../store/store.js";
import type { FeedState } from "./feed-watch.js";
import type { LoopState } from "./loop.js";

/** `GET /v1/status`: counts and decisions, nothing that a shopper did. */
export interface EndpointStatus {
  readonly time: number;
  readonly stored: Counters;
  readonly release: (Pick<Release, "version" | "created" | "items" | "metrics"> & { readonly bytes: number; readonly origin: string | null }) | null;
  readonly releases: readonly StoredRelease[];
  readonly running: LoopState | null;
  readonly runs: readonly Run[];
  readonly feed: FeedState | null;
  /** Records since the last training, and how many start the next. */
  readonly fresh: { readonly records: number; readonly needed: number };
}

export interface StatusSources {
  readonly store: Store;
  readonly releases: string;
  readonly minRecords: number;
  readonly now: () => number;
  readonly running: () => LoopState | null;
  readonly feed: () => FeedState | null;
}

const RUNS = 12;

export async function endpointStatus({ store, releases, minRecords, now, running, feed }: StatusSources): Promise<EndpointStatus> {
  const stored = store.counters();
  // A damaged manifest is a fact to be shown, not a reason to show nothing.
  const live = await currentRelease(releases).catch((error: unknown) => {
    if (error instanceof PresentlyError) return null;
    throw error;
  });
  return {
    time: now(),
    stored,
    release: live && {
      version: live.version,
      created: live.created,
      items: live.items,
      metrics: live.metrics,
      bytes: Object.values(live.files).reduce((sum, { bytes }) => sum + bytes, 0),
      origin: store.runs.release(live.version)?.origin ?? null,
    },
    releases: store.runs.releases(RUNS),
    running: running(),
    runs: store.runs.latest(RUNS),
    feed: feed(),
    fresh: { records: stored.records + stored.sessions - (store.runs.lastTraining()?.records ?? 0), needed: minRecords },
  };
}
