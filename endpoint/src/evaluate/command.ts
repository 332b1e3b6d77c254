import { writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";
import { PresentlyError, parseEncoderManifest, parseShard } from "presently/contract";
import { type BuiltRelease, buildRelease } from "../publish/build.js";
import type { TrainingSession } from "../train/data.js";
import { trainModel } from "../train/train.js";
import { baselines } from "./baselines.js";
import { type Dataset, readDataset } from "./dataset.js";
import { evaluateRelease } from "./evaluate.js";
import type { Metrics } from "./metrics.js";
import { prefixTargets, type ReleaseParts } from "./personas.js";

interface Flags {
  readonly data: string;
  readonly json?: string;
  readonly minPrefix: number;
  readonly lastOnly: boolean;
  readonly seed: number;
  readonly epochs?: number;
  readonly negatives: number;
  readonly maxSeconds?: number;
}

export interface EvaluationReport extends Metrics {
  readonly train_seconds: number;
  readonly items: number;
  readonly train_sessions: number;
  readonly test_sessions: number;
  readonly release_bytes: number;
  readonly baselines: Readonly<Record<"popularity" | "itemKnn" | "lastItem", Metrics>>;
}

function whole(least: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) throw new InvalidArgumentError(`a whole number from ${least}`);
    return value;
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("a number above 0");
  return value;
}

/** The release's files parsed as a page parses them. */
function parts({ manifest, files }: BuiltRelease): ReleaseParts {
  const file = (name: "shard" | "encoder" | "weights") => files.get(manifest.files[name].path)!;
  const buffer = (bytes: Uint8Array<ArrayBuffer>) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return {
    shard: parseShard(buffer(file("shard"))),
    encoder: parseEncoderManifest(new TextDecoder().decode(file("encoder"))),
    weights: buffer(file("weights")),
  };
}

/** Trains on a dataset's train part, builds a release in memory, and ranks every prefix of its test part. */
export async function evaluateDataset(
  { train, test }: Dataset,
  options: Pick<Flags, "minPrefix" | "lastOnly" | "seed" | "epochs" | "negatives" | "maxSeconds">,
  say: (line: string) => void,
): Promise<EvaluationReport> {
  const started = performance.now();
  let said = 0;
  const model = await trainModel(train, {
    seed: options.seed,
    epochs: options.epochs,
    negatives: options.negatives,
    maxSeconds: options.maxSeconds,
    onProgress: ({ step, steps, loss, seconds }) => {
      if (seconds - said < 15 && step < steps) return;
      said = seconds;
      say(`step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${seconds.toFixed(0)} s`);
    },
  });
  const trainSeconds = (performance.now() - started) / 1000;
  const release = await buildRelease(model, train.items, { version: 1, created: new Date().toISOString(), metrics: {} });
  const read = parts(release);
  const metrics = await evaluateRelease(read, test, options);
  const rows = ({ events }: TrainingSession) => events.flatMap(({ items = [] }) => items.map(({ item_id }) => read.shard.row(item_id)));
  return {
    ...metrics,
    train_seconds: Math.round(trainSeconds * 10) / 10,
    items: train.items.length,
    train_sessions: train.sessions.length,
    test_sessions: test.length,
    release_bytes: [...release.files.values()].reduce((sum, { length }) => sum + length, 0),
    baselines: baselines(
      train.sessions.map(rows),
      test.flatMap((session) => prefixTargets(session, read.shard, options)),
      train.items.length,
    ),
  };
}

function print(report: EvaluationReport): void {
  const line = (name: string, { recall20, mrr20, recall20_new, mrr20_new, coverage }: Metrics) =>
    console.log([name.padEnd(12), ...[recall20, mrr20, recall20_new, mrr20_new, coverage].map((value) => value.toFixed(2).padStart(10))].join(""));
  console.log(`${report.items} items, ${report.train_sessions} training sessions, ${report.examples} examples; trained in ${report.train_seconds} s`);
  console.log(["%".padEnd(12), ...["R@20", "MRR@20", "R@20 new", "MRR new", "coverage"].map((name) => name.padStart(10))].join(""));
  line("presently", report);
  line("item-kNN", report.baselines.itemKnn);
  line("last item", report.baselines.lastItem);
  line("popularity", report.baselines.popularity);
}

/** `presently evaluate`: Recall@20 and MRR@20 on a folder of session files. */
export function evaluateCommand(): Command {
  return new Command("evaluate")
    .description("Trains on train.tsv.gz of a folder, makes a release, and ranks every prefix of its test.tsv.gz (Recall@20, MRR@20)")
    .requiredOption("--data <folder>", "holds train.tsv.gz, test.tsv.gz and perhaps items.tsv.gz")
    .option("--json <file>", "writes the figures as JSON")
    .option("--min-prefix <n>", "shortest prefix scored, in items", whole(1), 1)
    .option("--last-only", "scores only each session's last item", false)
    .option("--seed <n>", "another training run for another seed", whole(0), 1)
    .option("--epochs <n>", "passes over the training sessions (4, or more where there are few)", positive)
    .option("--negatives <n>", "sampled candidates a batch", whole(1), 4096)
    .option("--max-seconds <n>", "ends training in this time, its learning rates' schedule compressed", positive)
    .action(async (flags: Flags) => {
      try {
        const report = await evaluateDataset(await readDataset(flags.data), flags, (line) => console.error(line));
        print(report);
        if (flags.json) await writeFile(flags.json, `${JSON.stringify(report, null, 2)}\n`);
      } catch (error) {
        if (!(error instanceof PresentlyError)) throw error;
        console.error(`${error.code}: ${error.message}`);
        process.exitCode = 1;
      }
    });
}
