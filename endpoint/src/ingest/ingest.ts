import { type Context, Hono } from "hono";
import { type FeedbackBatch, MAX_BATCH_BYTES, PresentlyError, parseFeedbackBatch } from "presently/contract";
import { readBody } from "./body.js";
import { createGroupCommit, type GroupCommitOptions } from "./group-commit.js";
import { createRateLimit } from "./rate-limit.js";

export interface IngestOptions {
  /** Shops that may send, as origins; empty: any. A request without Origin does not come from a page, and may. */
  readonly origins: readonly string[];
  /** Batches a minute from one address; 0: no limit. */
  readonly rate: number;
  readonly now: () => number;
  /** The sender's address, for the rate limit alone. */
  readonly address: (c: Context) => string;
  readonly group?: Partial<GroupCommitOptions>;
  readonly onBatch?: (outcome: "stored" | "refused" | "failed", records: number, seconds: number) => void;
  /** What keeps batches from being stored, for the operator's log. */
  readonly onProblem?: (error: unknown) => void;
}

export interface Ingest {
  readonly app: Hono;
  /** Commits what waits: before the process ends. */
  flush(): void;
}

const GROUP: GroupCommitOptions = { delay: 2, size: 256, capacity: 10_000 };
const BURST_MINUTES = 0.5;
const RETRY_SECONDS = 30;
const STATUS: Readonly<Record<string, 400 | 403 | 413 | 415 | 429>> = {
  "feedback/invalid": 400,
  "ingest/origin": 403,
  "ingest/size": 413,
  "ingest/type": 415,
  "ingest/rate": 429,
};
const TYPES = new Set(["text/plain", "application/json"]);

/**
 * `POST /v1/feedback`: 202 when the batch is on disk, and again, without storing it twice, for a key that is known. Anything else is
 * answered with `{code, message}`: 4xx is the sender's to mend, 429 and 503 say when to try again.
 */
export function createIngest(store: (batches: readonly FeedbackBatch[]) => void, options: IngestOptions): Ingest {
  const { origins, rate, now, address, onBatch } = options;
  const group = createGroupCommit(store, { ...GROUP, ...options.group });
  const limit = createRateLimit({ perMinute: rate, burst: Math.max(1, Math.ceil(rate * BURST_MINUTES)), now });
  const app = new Hono();

  /** Never `*` with an allow-list, and never credentials: nothing about the sender is to be known. */
  function allowOrigin(c: Context): void {
    const origin = c.req.header("origin");
    if (origins.length === 0) c.header("access-control-allow-origin", "*");
    else if (origin !== undefined) {
      c.header("vary", "Origin");
      if (!origins.includes(origin))
        throw new PresentlyError("ingest/origin", `${origin} is not among the origins that may send feedback: start the endpoint with --origin ${origin}`);
      c.header("access-control-allow-origin", origin);
    }
  }

  async function batchOf(c: Context): Promise<FeedbackBatch> {
    const type = (c.req.header("content-type") ?? "").split(";")[0].trim().toLowerCase();
    if (!TYPES.has(type)) throw new PresentlyError("ingest/type", `The content type is ${type || "missing"}: send text/plain or application/json`);
    return parseFeedbackBatch(await readBody(c.req.raw, MAX_BATCH_BYTES, () => c.req.text()));
  }

  app.onError((error, c) => {
    if (error instanceof PresentlyError) {
      const { code, message } = error;
      const status = STATUS[code];
      if (status) return c.json({ code, message }, status);
      options.onProblem?.(error);
      if (code.startsWith("store/") || code === "ingest/busy") {
        c.header("retry-after", String(RETRY_SECONDS));
        // Where the database lies is the operator's business.
        return c.json({ code, message: code === "ingest/busy" ? message : "The batch could not be stored; send it again later" }, 503);
      }
    }
    if (!(error instanceof PresentlyError)) options.onProblem?.(error);
    c.header("retry-after", String(RETRY_SECONDS));
    return c.json({ code: "unexpected", message: "The batch could not be taken; send it again later" }, 503);
  });

  app.options("/v1/feedback", (c) => {
    allowOrigin(c);
    c.header("access-control-allow-methods", "POST");
    c.header("access-control-allow-headers", "content-type");
    c.header("access-control-max-age", "86400");
    return c.body(null, 204);
  });

  app.post("/v1/feedback", async (c) => {
    const started = performance.now();
    let records = 0;
    try {
      allowOrigin(c);
      const wait = limit(address(c));
      if (wait > 0) {
        c.header("retry-after", String(wait));
        throw new PresentlyError("ingest/rate", `Too many batches from one connection: wait ${wait} s`);
      }
      const batch = await batchOf(c);
      records = batch.records.length;
      await group.add(batch);
      onBatch?.("stored", records, (performance.now() - started) / 1000);
      return c.body(null, 202);
    } catch (error) {
      const refused = error instanceof PresentlyError && STATUS[error.code] !== undefined;
      onBatch?.(refused ? "refused" : "failed", records, (performance.now() - started) / 1000);
      throw error;
    }
  });

  app.all("/v1/feedback", (c) => {
    c.header("allow", "POST, OPTIONS");
    return c.json({ code: "ingest/method", message: "Feedback is sent with POST" }, 405);
  });

  return { app, flush: group.flush };
}
