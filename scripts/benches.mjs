import { devNull } from "node:os";
import { at, capture } from "./process.mjs";

/**
 * Whether the benchmarks that need no compiler still run: each once, as small as it goes. Their figures say nothing at that size, and are not
 * looked at. (Pages are recognised in the unit tests, events lost are counted in the browser's; `rank/run` has packages of its own.)
 */
const SMALL = {
  "train/quantization": "--sessions 400 --epochs 0.5 --test 20 --one-training",
  "train/ablation": "--sessions 400 --test 20 --epochs 0.5 --only dwell",
  "train/incremental": "--before 300 --sessions 300 --test 20 --only same",
  "train/step": "--items 500 --steps 4 --sessions 500",
  "feedback/run": `--rounds 2 --visits 10 --start 200 --plot ${devNull}`,
  "pictures/run": "--items 60 --sessions 200",
  "traits/run": "--sessions 20",
  "rules/run": "--sessions 10",
  "scale/run": `--max 10000 --sessions 1 --steps 2 --svg ${devNull}`,
  "ingest/run": "--seconds 1",
  "tag/run": "--loads 1 --rounds 1 --events 5",
  "latency/run": "--rounds 10 --backends chosen,cpu",
};

const failed = [];
for (const [name, options] of Object.entries(SMALL)) {
  const started = performance.now();
  const { code, stdout, stderr } = await capture(process.execPath, [at(`bench/${name}.mjs`), ...options.split(" ").filter(Boolean)]);
  if (code !== 0) {
    failed.push(name);
    console.error(`✗ bench/${name}.mjs ${options}: exit code ${code}\n${stdout}\n${stderr}`);
    continue;
  }
  console.log(`✓ bench/${name}.mjs ${options} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
process.exitCode = failed.length > 0 ? 1 : 0;
