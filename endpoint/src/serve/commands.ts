import { Command } from "commander";
import { PresentlyError } from "presently/contract";
import { importFeed } from "../feeds/import.js";
import { lines } from "../feeds/jsonl.js";
import { feedText } from "../feeds/source.js";
import type { RunKind } from "../store/runs.js";
import { type ImportedSession, parseSessionLine } from "../store/sessions.js";
import { openStore, type Store } from "../store/store.js";
import { DATA } from "./command.js";
import { type DataFolder, dataFolder } from "./data-folder.js";
import { positive, whole } from "./flags.js";
import { runRollback } from "./rollback.js";
import { type RunHooks, type RunResult, runCatalog, runTraining, TRAINING_DEFAULTS, type TrainingOptions } from "./training.js";

const SHOWN_ROWS = 20;
const GROUP = 1000;

async function withStore<T>(data: string, work: (store: Store, folder: DataFolder) => Promise<T>): Promise<T> {
  const store = openStore(data);
  try {
    return await work(store, dataFolder(data));
  } finally {
    store.close();
  }
}

const broken = (rows: readonly { line: number; problem: string }[], count: number) => {
  for (const { line, problem } of rows.slice(0, SHOWN_ROWS)) console.error(`  line ${line}: ${problem}`);
  if (count > SHOWN_ROWS) console.error(`  and ${count - Math.min(SHOWN_ROWS, rows.length)} more`);
};

function importCatalog(): Command {
  return new Command("import-catalog")
    .description("Imports a catalogue feed: new items are added, known ones updated; broken rows are reported with their lines and left out")
    .argument("<feed>", "file or address: Google Merchant XML (RSS 2.0 or Atom) or JSON lines; gzip too")
    .option(...DATA)
    .option("--replace", "removes items which the feed does not have", false)
    .action((source: string, { data, replace }: { data: string; replace: boolean }) =>
      withStore(data, async (store) => {
        const result = await importFeed(store.catalog, source, { fetch, replace });
        console.log(
          `${result.items} items: ${result.added} new, ${result.updated} changed, ${result.removed} removed; ${store.counters().items} are in the catalogue.`,
        );
        if (result.broken === 0) return;
        console.error(`${result.broken} rows are broken and were left out:`);
        broken(result.examples, result.broken);
      }),
    );
}

function importSessions(): Command {
  return new Command("import-sessions")
    .description('Imports sessions to learn from, one JSON object a line: {"events":[…GA4 events…],"ignored":[…],"time":milliseconds}')
    .argument("<file>", "file or address of JSON lines; gzip too")
    .option(...DATA)
    .action((source: string, { data }: { data: string }) =>
      withStore(data, async (store) => {
        const problems: { line: number; problem: string }[] = [];
        let [read, added, count] = [0, 0, 0];
        let group: ImportedSession[] = [];
        const flush = () => {
          added += store.sessions.add(group);
          read += group.length;
          group = [];
        };
        for await (const { line, text } of lines(feedText(source, { fetch }))) {
          if (text?.trim() === "") continue;
          try {
            group.push(parseSessionLine(text ?? ""));
          } catch (error) {
            if (!(error instanceof PresentlyError)) throw error;
            count++;
            if (problems.length < SHOWN_ROWS) problems.push({ line, problem: text === null ? "the line is too long" : error.message });
          }
          if (group.length >= GROUP) flush();
        }
        flush();
        console.log(`${read} sessions: ${added} new, ${read - added} known already.`);
        if (count > 0) {
          console.error(`${count} lines are broken and were left out:`);
          broken(problems, count);
        }
        if (read === 0) throw new PresentlyError("session/none", `${source} has no session: see presently import-sessions --help for the format`);
      }),
    );
}

/** Runs and records a run as the server's loop would. */
async function recorded(store: Store, kind: RunKind, run: (hooks: RunHooks) => Promise<RunResult>): Promise<RunResult> {
  const { records, sessions, catalog } = store.counters();
  const id = store.runs.begin({ kind, started: Date.now(), records: records + sessions, catalog });
  try {
    const result = await run({ now: Date.now });
    store.runs.end(id, { ...result, finished: Date.now() });
    return result;
  } catch (error) {
    store.runs.end(id, { state: "failed", release: null, message: (error as Error).message, figures: {}, finished: Date.now() });
    throw error;
  }
}

function report({ state, release, message }: RunResult): void {
  console.log(release ? `Published release ${release}. ${message}` : message);
  // A script that wanted a release must be able to tell that there is none.
  if (state !== "published") process.exitCode = state === "kept" ? 3 : 2;
}

type TrainFlags = { readonly data: string } & Pick<TrainingOptions, "epochs" | "negatives" | "maxSeconds" | "seed" | "cold" | "maxSessions" | "keep">;

function train(): Command {
  return new Command("train")
    .description("Trains on catalogue and sessions, compares with the live release on held-out sessions, and publishes unless it is worse")
    .option(...DATA)
    .option("--cold", "starts from nothing instead of the live model", false)
    .option("--seed <n>", "another training run for another seed", whole(0), TRAINING_DEFAULTS.seed)
    .option("--epochs <n>", "passes over the sessions (default: 3 from nothing, 1 from the live model)", positive)
    .option("--negatives <n>", "sampled candidates a batch (default: half the catalogue, 8192 at most)", whole(1))
    .option("--max-seconds <n>", "ends training in this time", positive)
    .option("--max-sessions <n>", "most sessions trained on, older ones sampled", whole(1), TRAINING_DEFAULTS.maxSessions)
    .option("--keep <n>", "releases kept for rollback", whole(0), TRAINING_DEFAULTS.keep)
    .addHelpText("after", "\nExit codes: 0 published, 2 nothing to train on, 3 worse than the live release, 1 an error")
    .action(({ data, ...flags }: TrainFlags) =>
      withStore(data, async (store, folder) => {
        let said = 0;
        const onProgress: RunHooks["onProgress"] = ({ step, steps, loss, seconds }) => {
          if (seconds - said < 10 && step < steps) return;
          said = seconds;
          console.error(`step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${seconds.toFixed(0)} s`);
        };
        const result = await recorded(store, "train", (hooks) => runTraining(store, folder, { ...TRAINING_DEFAULTS, ...flags }, { ...hooks, onProgress }));
        report(result);
        if (result.figures.next) console.log(JSON.stringify({ ...result.figures.next, sessions: result.figures.sessions, held_out: result.figures.heldOut }));
      }),
    );
}

function publish(): Command {
  return new Command("publish")
    .description("Publishes the live model again with the catalogue as it is now: prices, availability, new items placed by their metadata")
    .option(...DATA)
    .option("--keep <n>", "releases kept for rollback", whole(0), TRAINING_DEFAULTS.keep)
    .action(({ data, keep }: { data: string; keep: number }) =>
      withStore(data, async (store, folder) => report(await recorded(store, "catalog", (hooks) => runCatalog(store, folder, { keep }, hooks)))),
    );
}

function rollback(): Command {
  return new Command("rollback")
    .description("Publishes an older release's content, and its model, as a new version; open pages pick it up")
    .option(...DATA)
    .option("--to <version>", "version to go back to (default: the one before the live one)", whole(1))
    .option("--keep <n>", "releases kept for rollback", whole(0), TRAINING_DEFAULTS.keep)
    .action(({ data, to, keep }: { data: string; to?: number; keep: number }) =>
      withStore(data, async (store, folder) => report(await recorded(store, "rollback", (hooks) => runRollback(store, folder, { to, keep }, hooks)))),
    );
}

/** The commands that work on a data folder and end. */
export const dataCommands = (): Command[] => [importCatalog(), importSessions(), train(), publish(), rollback()];
