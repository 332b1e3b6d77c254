import { Command } from "commander";
import { deviceOption, PICTURES, positive, whole } from "../flags.js";
import { DATA, withStore } from "../store/with-store.js";
import { dataFolder } from "./data-folder.js";
import { recordedRun, reportRun } from "./recorded-run.js";
import { type RunHooks, runTraining } from "./training.js";
import { TRAINING_DEFAULTS, type TrainingOptions } from "./training-options.js";

type TrainFlags = { readonly data: string } & Pick<
  TrainingOptions,
  "epochs" | "negatives" | "maxSeconds" | "device" | "pictures" | "seed" | "cold" | "maxSessions" | "keep"
>;

/** `presently train`. */
export function trainCommand(): Command {
  return new Command("train")
    .description("Trains on catalogue and sessions, compares with the live release on held-out sessions, and publishes unless it is worse")
    .option(...DATA)
    .option("--cold", "starts from nothing instead of the live model", false)
    .option("--seed <n>", "another training run for another seed", whole(0), TRAINING_DEFAULTS.seed)
    .option("--epochs <n>", "passes over the sessions (default: 7, and more of few; from the live model 3, and fewer of many)", positive)
    .option("--negatives <n>", "sampled candidates a batch (default: half the catalogue, 8192 at most)", whole(1))
    .option("--max-seconds <n>", "ends training in this time", positive)
    .addOption(deviceOption())
    .option(...PICTURES)
    .option("--max-sessions <n>", "most sessions trained on, older ones sampled", whole(1), TRAINING_DEFAULTS.maxSessions)
    .option("--keep <n>", "releases kept for rollback", whole(0), TRAINING_DEFAULTS.keep)
    .addHelpText("after", "\nExit codes: 0 published, 2 nothing to train on, 3 worse than the live release, 1 an error")
    .action(({ data, ...flags }: TrainFlags) =>
      withStore(data, async (store) => {
        let said = 0;
        const onProgress: RunHooks["onProgress"] = ({ step, steps, loss, seconds, device }) => {
          if (seconds - said < 10 && step < steps) return;
          said = seconds;
          console.error(`step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${seconds.toFixed(0)} s on ${device}`);
        };
        const result = await recordedRun(store, "train", (hooks) =>
          runTraining(store, dataFolder(data), { ...TRAINING_DEFAULTS, ...flags }, { ...hooks, onProgress }),
        );
        reportRun(result);
        if (result.figures.next) console.log(JSON.stringify({ ...result.figures.next, sessions: result.figures.sessions, held_out: result.figures.heldOut }));
      }),
    );
}
