/*
 * What a training step costs as the catalogue grows: the trainer itself, its default configuration and negatives, over generated shops with the
 * same number of sessions of the same shape, every item met. A process each, so that memory is its own. Set-up (features, start vectors,
 * examples) and end (calibration, neighbours, vectors) grow with the catalogue and are told apart.
 *
 * On a GPU where --device gpu asks for one; an epoch's seconds are the median step times its number of steps.
 *
 *   npm run bench:train-step [-- --items 10000,100000,1000000 --steps 40 --sessions 200000 --device cpu --json]
 */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { at, capture } from "../../scripts/process.mjs";
import { shopItems, shopSessions } from "./shop.mjs";

const WARM_UP = 10;
/** The trainer calibrates after 85 % of its steps; those measured come before. */
const BEFORE_CALIBRATION = 0.8;

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "10000,100000,1000000" },
    steps: { type: "string", default: "40" },
    sessions: { type: "string", default: "200000" },
    /** Ends after the steps, without what comes once at the end. */
    "steps-only": { type: "boolean", default: false },
    device: { type: "string", default: "cpu" },
    one: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const STEPS = Number(values.steps);

const mebibytes = (bytes) => Math.round(bytes / 2 ** 20);
const seconds = (milliseconds) => Number((milliseconds / 1000).toFixed(1));

async function measure(count) {
  const { trainModel } = await import(pathToFileURL(at("endpoint/dist/train/train.js")).href);
  const { startTensors } = await import(pathToFileURL(at("endpoint/dist/train/backend.js")).href);
  const set = { items: shopItems(count), sessions: shopSessions(count, Number(values.sessions)) };
  await startTensors();
  const data = process.memoryUsage().rss;

  // The trainer asks before each step whether it should stop: the moments between are its steps.
  const moments = [];
  let afterSetUp = 0;
  let device = values.device;
  const signal = {
    get aborted() {
      moments.push(performance.now());
      if (moments.length === 1) afterSetUp = process.memoryUsage().rss;
      return values["steps-only"] && moments.length > WARM_UP + STEPS;
    },
  };
  const anEpoch = await stepsAnEpoch(set);
  const epochs = Math.ceil((WARM_UP + STEPS) / BEFORE_CALIBRATION) / anEpoch;
  const started = performance.now();
  const failed = await trainModel(set, { seed: 1, epochs, signal, device: values.device, onProgress: (progress) => (device = progress.device) }).then(
    () => null,
    (error) => error,
  );
  const ended = performance.now();
  if (failed && failed.code !== "train/aborted" && moments.length <= WARM_UP + STEPS) throw failed;

  const steps = moments.slice(1).map((moment, i) => moment - moments[i]);
  const measured = steps.slice(WARM_UP, WARM_UP + STEPS).sort((a, b) => a - b);
  const median = measured[measured.length >> 1];
  const calibration = Math.max(...steps.slice(WARM_UP + STEPS), median) - median;
  return {
    items: count,
    device,
    median_ms: Math.round(median),
    mean_ms: Math.round(measured.reduce((sum, one) => sum + one, 0) / measured.length),
    p90_ms: Math.round(measured[Math.floor(0.9 * (measured.length - 1))]),
    epoch_s: seconds(median * anEpoch),
    set_up_s: seconds(moments[0] - started),
    calibration_s: failed ? null : seconds(calibration),
    end_s: failed ? null : seconds(ended - moments.at(-1) - median),
    data_mib: mebibytes(data),
    set_up_mib: mebibytes(afterSetUp),
    peak_mib: mebibytes(process.resourceUsage().maxRSS * 1024),
    failed: failed && failed.code !== "train/aborted" ? failed.message : null,
  };
}

/** As the trainer cuts its batches, from the sessions' lengths. */
async function stepsAnEpoch({ items, sessions }) {
  const { trainingExamples, batches } = await import(pathToFileURL(at("endpoint/dist/train/examples.js")).href);
  const rowOf = new Map(items.map(({ item_id }, row) => [item_id, row]));
  const { examples } = trainingExamples(sessions, (id) => rowOf.get(id) ?? -1, 32);
  return batches(examples, 1024, () => 0.5).length;
}

if (values.one) {
  console.log(JSON.stringify(await measure(Number(values.items))));
} else {
  const results = [];
  for (const items of values.items.split(",")) {
    const { code, stdout, stderr } = await capture(process.execPath, [
      "--max-old-space-size=16384",
      new URL(import.meta.url).pathname,
      ...["--one", "--items", items, "--steps", values.steps, "--sessions", values.sessions, "--device", values.device],
      ...(values["steps-only"] ? ["--steps-only"] : []),
    ]);
    if (code !== 0) throw new Error(`${items} items: ${stderr}`);
    results.push(JSON.parse(stdout.trim().split("\n").at(-1)));
    if (!values.json) console.error(`${items} items measured`);
  }
  if (values.json) console.log(JSON.stringify(results));
  else {
    const head = [
      "items",
      "median ms",
      "of the first",
      "mean ms",
      "p90 ms",
      "epoch s",
      "set-up s",
      "calibration s",
      "end s",
      "data MiB",
      "set up MiB",
      "peak MiB",
    ];
    console.log(`${STEPS} steps after ${WARM_UP}, ${values.sessions} sessions, on ${results[0].device}\n`);
    console.log(`| ${head.join(" | ")} |\n|${"---|".repeat(head.length)}`);
    for (const one of results) {
      const cells = [
        one.items.toLocaleString("en"),
        one.median_ms,
        (one.median_ms / results[0].median_ms).toFixed(2),
        one.mean_ms,
        one.p90_ms,
        one.epoch_s,
        one.set_up_s,
        one.calibration_s ?? "–",
        one.end_s ?? "–",
        one.data_mib,
        one.set_up_mib,
        one.peak_mib,
      ];
      console.log(`| ${cells.join(" | ")} |`);
      if (one.failed) console.log(`\n${one.items}: the end failed: ${one.failed}\n`);
    }
  }
}
