import { Command } from "commander";
import { deviceOption, origin, PICTURES, positive, whole } from "../flags.js";
import { ONE_SHARD } from "../publish/partition/whole.js";
import { DATA } from "../store/with-store.js";
import type { Device } from "../train/backend.js";
import { serveEndpoint } from "./serve.js";
import { TRAINING_DEFAULTS } from "./training-options.js";

interface Flags {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly origin: readonly string[];
  readonly rate: number;
  readonly proxy: boolean;
  readonly feed?: string;
  readonly feedInterval: number;
  readonly oneShard: number;
  readonly replace: boolean;
  readonly release?: string;
  readonly train: boolean;
  readonly minRecords: number;
  readonly interval: number;
  readonly epochs?: number;
  readonly device: Device;
  readonly pictures: boolean;
  readonly keep: number;
}

/** A second signal, or a stop that takes this long, ends the process as it stands: what was acknowledged is on disk. */
const PATIENCE_MS = 8_000;

/** `presently serve`: feedback in, releases out, training in between. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("Takes feedback (POST /v1/feedback), trains on it, publishes and serves releases (/releases/manifest.json), shows its state (/)")
    .option(...DATA)
    .option("--host <address>", "where it listens; 0.0.0.0 for everywhere", "127.0.0.1")
    .option("--port <n>", "port; 0 for any free one", whole(0, 65_535), 8787)
    .option("--origin <url>", "shop that may send feedback, as often as there are shops; without it any may", origin, [])
    .option("--rate <n>", "batches a minute from one address; 0 for no limit", whole(0), 1200)
    .option("--proxy", "a proxy of your own stands in front: the sender is the last X-Forwarded-For", false)
    .option("--catalog, --feed <feed>", "catalogue feed to keep up with: file or address of Google Merchant XML or JSON lines")
    .option("--feed-interval <seconds>", "between two looks at whether the feed has changed", positive, 20)
    .option("--one-shard <items>", "larger catalogues are published as partitions, of which a page reads those near its persona", whole(1), ONE_SHARD)
    .option("--replace", "items which the feed no longer has are removed", false)
    .option("--release <folder>", "release to begin with while none is published")
    .option("--no-train", "never trains; feedback is kept for presently train")
    .option("--min-records <n>", "new records that start a training", whole(1), 200)
    .option("--interval <seconds>", "after which fewer new records do as well; 0 for never", whole(0), 900)
    .option("--epochs <n>", "passes over the sessions in a training", positive)
    .addOption(deviceOption())
    .option(...PICTURES)
    .option("--keep <n>", "releases kept for rollback", whole(0), TRAINING_DEFAULTS.keep)
    .addHelpText("after", "\nExample:\n  presently serve --data /var/lib/presently --origin https://shop.example --feed https://shop.example/feed.xml")
    .action(async ({ data, host, port, proxy, rate, replace, release, train, minRecords, ...flags }: Flags) => {
      const serving = await serveEndpoint({
        ...{ data, host, port, proxy, rate, replace, release, train, minRecords },
        origins: flags.origin,
        feed: flags.feed,
        feedInterval: flags.feedInterval * 1000,
        interval: flags.interval * 1000,
        training: { ...TRAINING_DEFAULTS, epochs: flags.epochs, device: flags.device, pictures: flags.pictures, oneShard: flags.oneShard, keep: flags.keep },
        fetch,
        now: Date.now,
        say: (line) => console.log(`${new Date().toISOString().slice(0, 19)}Z ${line}`),
      });
      console.log(`Listening on ${serving.url} (status page, feedback, releases); data in ${data}.`);
      let stopping = false;
      const stop = () => {
        if (stopping) process.exit(1);
        stopping = true;
        setTimeout(() => process.exit(1), PATIENCE_MS).unref();
        serving.close().then(
          () => process.exit(0),
          (error: Error) => {
            console.error(error.message);
            process.exit(1);
          },
        );
      };
      process.on("SIGINT", stop);
      process.on("SIGTERM", stop);
    });
}
