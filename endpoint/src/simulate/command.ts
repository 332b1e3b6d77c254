import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { startTensors } from "../train/backend.js";
import { readCatalog } from "./catalog.js";
import { type Round, simulateLive } from "./live.js";
import { simulateSessions } from "./sessions.js";

interface Flags {
  readonly catalog: string;
  readonly sessions: number;
  readonly seed: number;
  readonly world: number;
  readonly out?: string;
  readonly release?: string;
  readonly endpoint?: string;
  readonly round: number;
  readonly explore: number;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("a whole number from 0");
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError("a number from 0 to 1");
  return value;
}

async function write(path: string, lines: Iterable<unknown>): Promise<number> {
  const file = createWriteStream(path);
  let count = 0;
  for (const line of lines) {
    count++;
    if (!file.write(`${JSON.stringify(line)}\n`)) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
  return count;
}

const report = ({ release, visits, impressions, clicks, records }: Round) =>
  console.log(
    `release ${release}: ${visits} visits, ${clicks} of ${impressions} items looked at were clicked (${((100 * clicks) / Math.max(1, impressions)).toFixed(2)} %), ${records} records`,
  );

/** `presently simulate`: session files to train on, or live shoppers for a running shop. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .description("Plays shoppers with hidden, drifting tastes: into a file (--out), or live against a published release (--release, --endpoint)")
    .requiredOption("--catalog <feed>", "the catalogue they shop in: a feed's file or address")
    .option("--sessions <n>", "how many visits", whole, 20_000)
    .option("--seed <n>", "other shoppers for another seed", whole, 1)
    .option("--world <n>", "other hidden qualities of the same goods for another seed", whole, 1)
    .option("--out <file>", "writes sessions as JSON lines: {events, ignored, time}")
    .option("--release <url>", "live: address of the manifest.json to rank with")
    .option("--endpoint <url>", "live: where the feedback goes")
    .option("--round <n>", "live: visits between two looks for a new release", whole, 200)
    .option("--explore <share>", "live: chance that a place of the shelf is explored", share, 0.1)
    .action(async (flags: Flags, command: Command) => {
      const { catalog, sessions, seed, world, out, release, endpoint = null, round, explore } = flags;
      if (!out === !release) command.error("error: give either --out FILE, or --release URL for live shoppers");
      const items = await readCatalog(catalog, fetch);
      if (out) {
        console.log(`${await write(out, simulateSessions(items, { sessions, seed, world }))} sessions of ${items.length} items are in ${out}`);
        return;
      }
      await startTensors();
      await simulateLive(items, {
        release: release!,
        endpoint,
        sessions,
        seed,
        world,
        round: Math.max(1, round),
        explore,
        fetch,
        now: Date.now,
        onRound: report,
      });
    });
}
