import type { Shard } from "presently/contract";
import { buildRelease } from "../publish/build.js";
import { releaseOf } from "../publish/load.js";
import type { Device } from "../train/backend.js";
import type { TrainingSession } from "../train/data.js";
import { hasText } from "../train/items.js";
import { interactionsOf } from "../train/popularity.js";
import { trainModel } from "../train/train.js";
import { baselines } from "./baselines.js";
import { contentKnn } from "./content.js";
import type { Dataset } from "./dataset.js";
import { rankPrefixes } from "./evaluate.js";
import { type DetailedMetrics, DetailedSum } from "./metrics.js";
import { type PrefixOptions, prefixTargets } from "./personas.js";
import { holdBack, type Privacy, throughWire, unmet } from "./protocol.js";
import { tunedSessionKnn } from "./session-knn.js";
import { type SpreadCalibration, SpreadSum } from "./spread.js";

export interface MeasureOptions extends PrefixOptions {
  readonly seed: number;
  /** Training runs, with seed, seed + 1, … */
  readonly seeds: number;
  readonly epochs?: number | undefined;
  readonly negatives: number;
  readonly maxSeconds?: number | undefined;
  readonly device?: Device | undefined;
  readonly privacy: Privacy;
  /** Share of the items held back from training. */
  readonly cold: number;
  /** Session kNN is tuned, which takes minutes on large sets. */
  readonly knn: boolean;
}

/** Mean and standard deviation over training runs. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

export interface EvaluationReport extends DetailedMetrics {
  readonly train_seconds: number;
  readonly items: number;
  readonly train_sessions: number;
  readonly test_sessions: number;
  readonly release_bytes: number;
  readonly spread: SpreadCalibration;
  readonly privacy: Privacy;
  readonly cold_share: number;
  /** Over all seeds; the figures above are the first one's. */
  readonly seeds: { readonly recall20: Spread; readonly mrr20: Spread; readonly runs: number };
  readonly baselines: Readonly<Record<string, DetailedMetrics & { readonly setting?: Readonly<Record<string, number | string>> }>>;
}

function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const rounded = (value: number) => Math.round(value * 100) / 100;
  return { mean: rounded(mean), deviation: rounded(Math.sqrt(square / Math.max(1, values.length - 1))) };
}

/** Trains on a dataset's train part, builds a release in memory, ranks the prefixes of its test part, and measures the baselines on the same. */
export async function evaluateDataset(dataset: Dataset, options: MeasureOptions, say: (line: string) => void): Promise<EvaluationReport> {
  const { cold, seed, privacy } = options;
  const { train, test } = cold > 0 ? holdBack(dataset, cold, seed).data : dataset;
  const prefixes: PrefixOptions = { minPrefix: options.minPrefix, lastOnly: options.lastOnly || dataset.lastOnly };
  const set = { items: train.items, sessions: throughWire(train.sessions, privacy, seed) };
  const isCold = unmet(train.items, train.sessions);
  const rowOf = new Map(train.items.map(({ item_id }, row) => [item_id, row]));
  const popularity = interactionsOf(train.sessions, (id) => rowOf.get(id) ?? -1, train.items.length);
  const sum = () => new DetailedSum(popularity, isCold.includes(1) ? isCold : undefined);

  const runs: (DetailedMetrics & Pick<EvaluationReport, "train_seconds" | "release_bytes" | "spread">)[] = [];
  let shard: Shard | undefined;
  for (let run = 0; run < options.seeds; run++) {
    const started = performance.now();
    let said = 0;
    const model = await trainModel(set, {
      seed: seed + run,
      epochs: options.epochs,
      negatives: options.negatives,
      maxSeconds: options.maxSeconds,
      device: options.device,
      onProgress: ({ step, steps, loss, seconds, device }) => {
        if (seconds - said < 15 && step < steps) return;
        said = seconds;
        say(`step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${seconds.toFixed(0)} s on ${device}`);
      },
    });
    const trainSeconds = (performance.now() - started) / 1000;
    const release = await buildRelease(model, train.items, { version: 1, created: new Date().toISOString(), metrics: {} });
    const read = await releaseOf(release);
    shard ??= read.shard;
    const total = sum();
    const spread = new SpreadSum();
    await rankPrefixes(read, test, prefixes, {
      add(list, target, seen, prefix) {
        total.add(list, target, seen);
        spread.add(list, target, seen, prefix);
      },
    });
    runs.push({
      ...total.result(),
      spread: spread.result(),
      train_seconds: Math.round(trainSeconds * 10) / 10,
      release_bytes: [...release.files.values()].reduce((bytes, { length }) => bytes + length, 0),
    });
  }

  const rows = ({ events }: TrainingSession) => events.flatMap(({ items = [] }) => items.map(({ item_id }) => rowOf.get(item_id)!));
  const targets = test.flatMap((session) => prefixTargets(session, shard!, prefixes).map((prefix) => ({ ...prefix, time: session.time })));
  const known = baselines(train.sessions.map(rows), targets, train.items.length, sum);
  const timed = train.sessions.map((session) => ({ rows: rows(session), time: session.time }));
  const session = (method: "vsknn" | "stan") => {
    say(`tuning ${method}`);
    const { metrics, setting } = tunedSessionKnn(method, timed, targets, train.items.length, sum);
    return { ...metrics, setting };
  };
  return {
    ...runs[0],
    items: train.items.length,
    train_sessions: train.sessions.length,
    test_sessions: test.length,
    privacy,
    cold_share: cold,
    seeds: { recall20: spread(runs.map(({ recall20 }) => recall20)), mrr20: spread(runs.map(({ mrr20 }) => mrr20)), runs: runs.length },
    baselines: {
      ...(options.knn && { stan: session("stan"), vsknn: session("vsknn") }),
      ...known,
      ...(hasText(train.items) && { content: contentKnn(train.items, targets, sum()) }),
    },
  };
}
