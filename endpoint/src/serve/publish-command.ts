import { Command } from "commander";
import { PICTURES, whole } from "../flags.js";
import { DATA, withStore } from "../store/with-store.js";
import { dataFolder } from "./data-folder.js";
import { recordedRun, reportRun } from "./recorded-run.js";
import { runRollback } from "./rollback.js";
import { runCatalog } from "./training.js";
import { TRAINING_DEFAULTS } from "./training-options.js";

/** `presently publish`. */
export function publishCommand(): Command {
  return new Command("publish")
    .description("Publishes the live model again with the catalogue as it is now: prices, availability, new items placed by their metadata")
    .option(...DATA)
    .option("--keep <n>", "releases kept for rollback", whole(0), TRAINING_DEFAULTS.keep)
    .option(...PICTURES)
    .action(({ data, ...options }: { data: string; keep: number; pictures: boolean }) =>
      withStore(data, async (store) => reportRun(await recordedRun(store, "catalog", (hooks) => runCatalog(store, dataFolder(data), options, hooks)))),
    );
}

/** `presently rollback`. */
export function rollbackCommand(): Command {
  return new Command("rollback")
    .description("Publishes an older release's content, and its model, as a new version; open pages pick it up")
    .option(...DATA)
    .option("--to <version>", "version to go back to (default: the one before the live one)", whole(1))
    .option("--keep <n>", "releases kept for rollback", whole(0), TRAINING_DEFAULTS.keep)
    .action(({ data, to, keep }: { data: string; to?: number; keep: number }) =>
      withStore(data, async (store) => reportRun(await recordedRun(store, "rollback", (hooks) => runRollback(store, dataFolder(data), { to, keep }, hooks)))),
    );
}
