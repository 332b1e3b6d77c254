import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Store } from "../store/store.js";
import type { LoopRun } from "./loop.js";
import type { RunResult } from "./training.js";

export interface Metrics {
  batch(outcome: "stored" | "refused" | "failed", records: number, seconds: number): void;
  run(kind: LoopRun, result: RunResult): void;
  /** Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(store: Store, { process = false }: { readonly process?: boolean } = {}): Metrics {
  const registers = [new Registry()];
  const [registry] = registers;
  if (process) collectDefaultMetrics({ register: registry });
  const batches = new Counter({ name: "presently_batches_total", help: "Feedback batches by what became of them", labelNames: ["outcome"], registers });
  const records = new Counter({ name: "presently_records_total", help: "Records in batches acknowledged, repeated ones included", registers });
  const seconds = new Histogram({
    name: "presently_ingest_seconds",
    help: "From a batch's arrival to its commit",
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1],
    registers,
  });
  const runs = new Counter({ name: "presently_runs_total", help: "Runs of the training loop", labelNames: ["kind", "state"], registers });
  const heldOut = new Gauge({ name: "presently_held_out", help: "Held-out figures of the newest training, in percent", labelNames: ["figure"], registers });
  new Gauge({
    name: "presently_release_version",
    help: "Version published last; 0 before the first",
    registers,
    collect() {
      this.set(store.runs.releases(1)[0]?.version ?? 0);
    },
  });
  new Gauge({
    name: "presently_stored",
    help: "What the database holds",
    labelNames: ["what"],
    registers,
    collect() {
      const { batches: stored, records: kept, sessions, items } = store.counters();
      for (const [what, value] of Object.entries({ batches: stored, records: kept, sessions, items })) this.set({ what }, value);
    },
  });
  return {
    batch(outcome, count, taken) {
      batches.inc({ outcome });
      if (outcome !== "stored") return;
      records.inc(count);
      seconds.observe(taken);
    },
    run(kind, { state, figures }) {
      runs.inc({ kind, state });
      if (figures.next) for (const figure of ["recall20", "mrr20"]) heldOut.set({ figure }, figures.next[figure]);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
