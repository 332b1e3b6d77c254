/*
 * A written report of evaluations: bench/reports/README.md with one table, and a plot per dataset.
 *
 *   npm run evaluate -- --data DIR --json bench/reports/NAME.json
 *   npm run bench:report
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as Plot from "@observablehq/plot";
import { svgOf } from "../plot.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const NAMES = {
  presently: "Presently",
  stan: "STAN, tuned",
  vsknn: "V-SkNN, tuned",
  itemKnn: "item-kNN",
  lastItem: "last item",
  popularity: "popularity",
  content: "TF-IDF kNN",
};
const PLOTTED = ["presently", "stan", "vsknn", "lastItem", "content"];
const fixed = (value) => value.toFixed(2);

const reports = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((file) => ({ name: file.slice(0, -".json".length), report: JSON.parse(readFileSync(join(folder, file), "utf8")) }));
if (reports.length === 0) throw new Error("No evaluation here yet: npm run evaluate -- --data DIR --json bench/reports/NAME.json");

const methodsOf = (report) => Object.entries({ presently: report, ...report.baselines });

/** The lines' names at their ends, pushed apart where they would cover one another. */
function labels(rows) {
  const gap = Math.max(...rows.map(({ recall20 }) => recall20)) * 0.05;
  const ends = PLOTTED.map((method) => rows.findLast((row) => row.method === NAMES[method])).filter(Boolean);
  let above = Number.POSITIVE_INFINITY;
  return ends
    .sort((a, b) => b.recall20 - a.recall20)
    .map((row) => {
      above = Math.min(row.recall20, above - gap);
      return { ...row, at: above };
    });
}

function plot(report) {
  const rows = methodsOf(report)
    .filter(([method]) => PLOTTED.includes(method))
    .flatMap(([method, { by_length }]) =>
      by_length.filter(({ examples }) => examples > 0).map(({ from, recall20 }) => ({ method: NAMES[method], from: `${from}`, recall20 })),
    );
  return svgOf({
    width: 640,
    height: 320,
    marginLeft: 44,
    x: { label: "items in the session so far, at least", domain: [...new Set(rows.map(({ from }) => from))], type: "point" },
    y: { label: "Recall@20, %", zero: true, grid: true },
    color: { legend: false, domain: PLOTTED.map((method) => NAMES[method]), scheme: "observable10" },
    marks: [
      Plot.ruleY([0]),
      Plot.line(rows, { x: "from", y: "recall20", stroke: "method" }),
      Plot.dot(rows, { x: "from", y: "recall20", fill: "method" }),
      Plot.text(labels(rows), { x: "from", y: "at", text: "method", fill: "method", dx: 8, textAnchor: "start" }),
    ],
    marginRight: 110,
  });
}

function section({ name, report }) {
  const { items, train_sessions, examples, train_seconds, cold_share, privacy, seeds } = report;
  const cold = Boolean(report.cold);
  const row = ([method, m]) =>
    [
      `| ${NAMES[method] ?? method} `,
      `${fixed(m.recall20)} / ${fixed(m.mrr20)}`,
      `${fixed(m.recall20_new)} / ${fixed(m.mrr20_new)}`,
      ...(cold ? [`${fixed(m.cold.recall20)} / ${fixed(m.cold.mrr20)}`, `${fixed(m.warm.recall20)} / ${fixed(m.warm.mrr20)}`] : []),
      `${fixed(m.coverage)} `,
      `${fixed(m.popularity_bias)} |`,
    ].join(" | ");
  const head = ["Recall@20 / MRR@20, %", "new to the session", ...(cold ? ["unseen in training", "all others"] : []), "coverage, %", "popularity bias"];
  const told = [
    `${items.toLocaleString("en")} items, ${train_sessions.toLocaleString("en")} training sessions, ${examples.toLocaleString("en")} predictions; trained in ${Math.round(train_seconds)} s.`,
    cold_share > 0 && `${cold_share * 100} % of the items held back from training.`,
    privacy !== "off" && `Trained on what the ${privacy} mode tells.`,
    seeds.runs > 1 && `${seeds.runs} seeds: ${fixed(seeds.recall20.mean)} ± ${fixed(seeds.recall20.deviation)} / ${fixed(seeds.mrr20.mean)} ± ${fixed(seeds.mrr20.deviation)}.`,
  ].filter(Boolean);
  const unsure = report.spread
    ? `\nDistance (1 − cosine) from the persona to the next item, by fifths of what the encoder expected, surest first; ${report.spread.error.toFixed(3)} off in the mean. By length: ${report.spread.by_length.map(({ from, expected, actual }) => `${from}+ ${expected.toFixed(3)} / ${actual.toFixed(3)}`).join(", ")}.\n\n| expected | measured | Recall@20, % |\n|---|---|---|\n${report.spread.fifths.map(({ expected, actual, recall20 }) => `| ${expected.toFixed(3)} | ${actual.toFixed(3)} | ${fixed(recall20)} |`).join("\n")}\n`
    : "";
  return `## ${name}\n\n${told.join(" ")}\n\n| | ${head.join(" | ")} |\n|${"---|".repeat(head.length + 1)}\n${methodsOf(report).map(row).join("\n")}\n\n![Recall by length of the session](${name}.svg)\n${unsure}`;
}

for (const { name, report } of reports) writeFileSync(join(folder, `${name}.svg`), plot(report));
writeFileSync(
  join(folder, "README.md"),
  `# Evaluations\n\nWritten by \`npm run bench:report\` from the JSON beside it, which \`npm run evaluate -- --data DIR --json FILE\` writes. Every prefix of every test session is one prediction, ranked among all items; int8 item vectors and the quantized encoder, through the SDK's own code. Popularity bias: interactions of what was recommended over those of what was wanted.\n\n${reports.map(section).join("\n")}`,
);
console.log(`${reports.length} reports in ${folder}`);
