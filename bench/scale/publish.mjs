/* Publishes one generated catalogue through the endpoint's own streaming publisher, in a process whose memory can be told. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { at } from "../../scripts/process.mjs";
import { itemSource } from "./source.mjs";

const [folder, kind, items, base, size] = process.argv.slice(2);
const { streamRelease } = await import(pathToFileURL(at("endpoint/dist/publish/partition/release.js")).href);
const { PARTITION_DEFAULTS } = await import(pathToFileURL(at("endpoint/dist/publish/partition/partition.js")).href);

const { files } = JSON.parse(readFileSync(join(base, "manifest.json"), "utf8"));
const read = (name) => new Uint8Array(readFileSync(join(base, files[name].path)));
const started = performance.now();
const { partitioned } = await streamRelease(
  folder,
  await itemSource(kind, Number(items), base),
  { version: 1, created: new Date().toISOString(), metrics: {}, model: { text: read("text"), encoder: read("encoder"), weights: read("weights") } },
  { ...PARTITION_DEFAULTS, size: Number(size), temporary: folder },
);
process.send({
  seconds: (performance.now() - started) / 1000,
  // Kilobytes, on every system (https://nodejs.org/api/process.html#processresourceusage).
  peakBytes: process.resourceUsage().maxRSS * 1024,
  partitions: partitioned.partitions,
  files: partitioned.paths.length,
});
