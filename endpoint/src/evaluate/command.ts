import { writeFile } from "node:fs/promises";
import { Command, InvalidArgumentError, Option } from "commander";
import { PresentlyError } from "presently/contract";
import { deviceOption, positive, whole } from "../flags.js";
import { readDataset } from "./dataset.js";
import { type EvaluationReport, evaluateDataset, type MeasureOptions } from "./measure.js";
import type { DetailedMetrics } from "./metrics.js";
import { PRIVACY } from "./protocol.js";

interface Flags extends MeasureOptions {
  readonly data: string;
  readonly json?: string;
}

function percent(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value < 100)) throw new InvalidArgumentError("a number from 0, below 100");
  return value / 100;
}

const NAMES: Readonly<Record<string, string>> = {
  stan: "STAN, tuned",
  vsknn: "V-SkNN, tuned",
  popularity: "popularity",
  itemKnn: "item-kNN",
  lastItem: "last item",
  content: "TF-IDF kNN",
};

function print(report: EvaluationReport): void {
  const columns = ["R@20", "MRR@20", "R@20 new", "MRR new", "coverage", "pop. bias"];
  const parts = report.cold ? ["R@20 cold", "MRR cold", "R@20 warm", "MRR warm"] : [];
  const line = (name: string, { recall20, mrr20, recall20_new, mrr20_new, coverage, popularity_bias, cold, warm }: DetailedMetrics) =>
    console.log(
      [
        name.padEnd(14),
        ...[
          recall20,
          mrr20,
          recall20_new,
          mrr20_new,
          coverage,
          popularity_bias,
          ...(cold && warm ? [cold.recall20, cold.mrr20, warm.recall20, warm.mrr20] : []),
        ].map((value) => value.toFixed(2).padStart(10)),
      ].join(""),
    );
  console.log(`${report.items} items, ${report.train_sessions} training sessions, ${report.examples} examples; trained in ${report.train_seconds} s`);
  if (report.cold) console.log(`${report.cold.examples} examples want an item that training has not seen`);
  console.log(["%".padEnd(14), ...[...columns, ...parts].map((name) => name.padStart(10))].join(""));
  line("presently", report);
  for (const [name, metrics] of Object.entries(report.baselines)) line(NAMES[name] ?? name, metrics);
  console.log(
    `by length, R@20 / MRR@20: ${report.by_length.map(({ from, recall20, mrr20 }) => `${from}+ ${recall20.toFixed(1)} / ${mrr20.toFixed(1)}`).join(", ")}`,
  );
  const { fifths, error } = report.spread;
  console.log(
    `distance to the next item, expected / measured, by fifths of the expected: ${fifths.map(({ expected, actual }) => `${expected.toFixed(3)} / ${actual.toFixed(3)}`).join(", ")}; off by ${error.toFixed(3)}`,
  );
  const { runs, recall20, mrr20 } = report.seeds;
  if (runs > 1) console.log(`${runs} seeds: R@20 ${recall20.mean} ± ${recall20.deviation}, MRR@20 ${mrr20.mean} ± ${mrr20.deviation}`);
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
    .option("--seeds <n>", "so many training runs, with their spread", whole(1), 1)
    .option("--epochs <n>", "passes over the training sessions (7, or more where there are few)", positive)
    .option("--negatives <n>", "sampled candidates a batch", whole(1), 4096)
    .option("--max-seconds <n>", "ends training in this time, its learning rates' schedule compressed", positive)
    .addOption(deviceOption())
    .addOption(new Option("--privacy <mode>", "trains on what this mode's records would have told").choices(PRIVACY).default("off"))
    .option("--cold <percent>", "items held back from training, to be found by their metadata", percent, 0)
    .option("--no-knn", "leaves out the tuned session kNN")
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
