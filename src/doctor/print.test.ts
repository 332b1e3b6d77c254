import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type Diagnosis, NO_CONSENT } from "../contract/index.js";
import { printed } from "./print.js";
import { VERSION } from "./version.js";

const diagnosis: Diagnosis = {
  version: VERSION,
  address: "https://shop.example/p/1",
  page: { type: "product", category: null, search: null, product: { item_id: "a" }, sources: [] },
  ids: { checked: 1, unknown: [] },
  consent: { ...NO_CONSENT, from: "nobody", tools: {}, doNotTrack: false },
  engine: { release: 0, items: 0, created: null, source: null, backend: null, timings: {}, kernel: null, thread: "main", problems: [] },
  status: null,
  release: { version: 0, published: null, items: 0, days: null },
  files: [
    { name: "presently.js", bytes: 30_568, transferred: 10_503 },
    { name: "engine.js", bytes: 50_000, transferred: 0 },
    { name: "https://cdn.example/far.js", bytes: null, transferred: null },
  ],
  feedback: { endpoint: null, state: null, queued: 0 },
  refused: [],
  elements: {},
  findings: [
    { code: "release/none", level: "error", text: "No release is loaded", fix: "Publish one." },
    { code: "page/recognised", level: "ok", text: "This page is of type product" },
  ],
};

it("prints a verdict, each finding with its code and what to do, and the files with their sizes", () => {
  expect(printed(diagnosis)).toBe(`Presently ${VERSION} on https://shop.example/p/1: 1 error, 0 warnings

✗ No release is loaded  [release/none]
  → Publish one.
✓ This page is of type product  [page/recognised]

Files:
  presently.js  30.6 kB, 10.5 kB over the network
  engine.js  50.0 kB, from the browser's cache
  https://cdn.example/far.js  size unknown`);
});

it("knows the package's version", () => {
  expect(JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version).toBe(VERSION);
});
