import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { errorData, PresentlyError } from "presently/contract";
import type { Fetch } from "../feeds/source.js";
import { createIngest } from "../ingest/ingest.js";
import { currentRelease } from "../publish/publish.js";
import { openStore } from "../store/store.js";
import { createApp } from "./app.js";
import { dataFolder } from "./data-folder.js";
import { type FeedWatch, watchFeed } from "./feed-watch.js";
import { type Loop, startLoop } from "./loop.js";
import { createMetrics } from "./metrics.js";
import { runInWorker } from "./run-in-worker.js";
import { startFrom } from "./start-from.js";
import type { TrainingOptions } from "./training-options.js";

export interface ServeOptions {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  /** Origins of the shops; empty: any. */
  readonly origins: readonly string[];
  /** Batches a minute from one address; 0: no limit. */
  readonly rate: number;
  /** Whether a proxy of one's own stands in front and says who connects (X-Forwarded-For). */
  readonly proxy: boolean;
  readonly feed?: string;
  /** Milliseconds between two imports of the feed. */
  readonly feedInterval: number;
  /** Items which the feed no longer has are removed. */
  readonly replace: boolean;
  /** Folder with a release to begin with, where none is published yet. */
  readonly release?: string;
  /** False: takes feedback and serves releases, but never trains. */
  readonly train: boolean;
  readonly minRecords: number;
  /** Milliseconds after which fewer new records start a training as well. */
  readonly interval: number;
  readonly training: TrainingOptions;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly say: (line: string) => void;
}

export interface Serving {
  readonly url: string;
  /** Takes no more, stores what waits, ends a training. */
  close(): Promise<void>;
}

const POLL_MS = 1_000;
/** Answers in progress have this long when the server closes. */
const CLOSE_MS = 2_000;

/** The sender, for the rate limit alone: the connection's address, or the last one which the proxy in front added. */
const addressOf = (proxy: boolean) => (c: Context) => {
  const forwarded = proxy ? c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  return forwarded || (getConnInfo(c).remote.address ?? "");
};

function listen(fetch: (request: Request, env: object) => unknown, { host, port }: Pick<ServeOptions, "host" | "port">): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createAdaptorServer({ fetch }) as Server;
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? `Port ${port} is taken: give another with --port` : `${host}:${port} cannot be listened on (${cause.message})`;
      reject(new PresentlyError("serve/listen", why, { cause }));
    });
    server.listen(port, host, () => resolve(server));
  });
}

/**
 * The whole endpoint: takes feedback, keeps the catalogue, trains, publishes, serves releases.
 * @throws PresentlyError `serve/listen`, `store/…`, `publish/…`
 */
export async function serveEndpoint(options: ServeOptions): Promise<Serving> {
  const { data, now, say, fetch } = options;
  const folder = dataFolder(data);
  const store = openStore(data, { now });
  try {
    if (options.release && (await startFrom(store, folder, options.release))) say(`Published the release in ${options.release} to begin with.`);
    const metrics = createMetrics(store, { process: true });
    const onProblem = (error: unknown) => say(`${errorData(error).code}: ${errorData(error).message}`);
    const ingest = createIngest((batches) => void store.feedback.add(batches), {
      origins: options.origins,
      rate: options.rate,
      now,
      address: addressOf(options.proxy),
      onBatch: metrics.batch,
      onProblem,
    });
    let loop: Loop | null = null;
    let feed: FeedWatch | null = null;
    const app = createApp({
      store,
      releases: folder.releases,
      minRecords: options.minRecords,
      now,
      ingest,
      metrics,
      onProblem,
      running: () => loop?.running() ?? null,
      feed: () => feed?.state() ?? null,
    });
    // First of all: where the port is taken, nothing else has begun.
    const server = await listen(app.fetch, options);
    if (options.train)
      loop = startLoop(store, {
        minRecords: options.minRecords,
        interval: options.interval,
        poll: POLL_MS,
        now,
        live: async () => (await currentRelease(folder.releases))?.version ?? null,
        run: (kind, hooks) => runInWorker(data, kind, options.training, hooks),
        onRun: metrics.run,
        say,
      });
    if (options.feed) {
      const { feedInterval: interval, replace } = options;
      feed = watchFeed(store, { source: options.feed, interval, replace, fetch, now, onChange: () => void loop?.check(), say });
      void feed.check();
    }
    const { port } = server.address() as AddressInfo;
    return {
      url: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${port}`,
      async close() {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeIdleConnections();
        ingest.flush();
        const impatient = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
        await Promise.all([closed, feed?.stop(), loop?.stop()]);
        clearTimeout(impatient);
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}
