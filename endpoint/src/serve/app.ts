import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import type { Ingest } from "../ingest/ingest.js";
import type { Metrics } from "./metrics.js";
import { pagePolicy, statusPage } from "./page.js";
import { createReleases } from "./releases.js";
import { endpointStatus, type StatusSources } from "./status.js";

export interface AppParts extends StatusSources {
  readonly ingest: Ingest;
  readonly metrics: Metrics;
  /** What kept an answer from being given, for the operator's log. */
  readonly onProblem?: (error: unknown) => void;
}

/** The endpoint as a fetch handler. */
export function createApp({ ingest, metrics, onProblem, ...status }: AppParts): Hono {
  const app = new Hono();
  app.route("/", ingest.app);
  app.route("/", createReleases(status.releases));

  app.get("/healthz", (c) => {
    try {
      status.store.counters();
      return c.text("ok\n");
    } catch {
      return c.text("the database does not answer\n", 503);
    }
  });
  app.get("/metrics", async (c) => c.body(await metrics.text(), 200, { "content-type": metrics.contentType }));
  app.get("/v1/status", async (c) => c.json(await endpointStatus(status), 200, { "cache-control": "no-store" }));
  app.get("/", (c) => {
    const nonce = randomBytes(16).toString("base64");
    return c.html(statusPage(nonce), 200, { "content-security-policy": pagePolicy(nonce), "cache-control": "no-store", "referrer-policy": "no-referrer" });
  });

  app.notFound((c) =>
    c.json({ code: "endpoint/path", message: "Known here: /, POST /v1/feedback, /releases/manifest.json, /v1/status, /metrics, /healthz" }, 404),
  );
  app.onError((error, c) => {
    onProblem?.(error);
    return c.json({ code: "unexpected", message: "The endpoint could not answer; its log says why" }, 500);
  });
  return app;
}
