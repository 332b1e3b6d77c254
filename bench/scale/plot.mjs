import * as Plot from "@observablehq/plot";
import { svgOf } from "../plot.mjs";

const KINDS = { clustered: "generated clusters", trained: "trained vectors, replicated" };

/** Megabytes of a session by the size of the catalogue, beside the 4 MB that it may cost and all vectors of the catalogue. */
export function plot(rows) {
  const points = rows.map((row) => ({ ...row, MB: row.bytes / 1e6, kind: KINDS[row.vectors], label: `${(100 * row.recall).toFixed(1)} %` }));
  const all = [...new Set(rows.map(({ items }) => items))].map((items) => ({ items, MB: (items * 68) / 1e6 }));
  return svgOf({
    width: 760,
    height: 420,
    marginLeft: 60,
    marginRight: 170,
    x: { type: "log", label: "items in the catalogue →", domain: [7_000, Math.max(...rows.map(({ items }) => items)) * 1.5], tickFormat: "~s" },
    y: { type: "log", label: "↑ MB downloaded in a session, decoys included", domain: [0.3, 1000], tickFormat: "~g", grid: true },
    color: { legend: false, domain: Object.values(KINDS), range: ["#2563eb", "#c2410c"] },
    marks: [
      Plot.ruleY([4], { stroke: "#888", strokeDasharray: "4 4" }),
      Plot.text([{ items: 7_500, MB: 4 }], { x: "items", y: "MB", text: () => "4 MB", dy: -8, textAnchor: "start" }),
      Plot.line(all, { x: "items", y: "MB", stroke: "#888" }),
      Plot.text(all.slice(-1), { x: "items", y: "MB", text: () => "all vectors", dx: 8, textAnchor: "start" }),
      Plot.line(points, { x: "items", y: "MB", stroke: "kind" }),
      Plot.dot(points, { x: "items", y: "MB", fill: "kind", r: 4 }),
      // Above the one line, below the other: they lie close together.
      ...Object.values(KINDS).flatMap((kind) => {
        const own = points.filter((point) => point.kind === kind);
        const dy = kind === KINDS.trained ? -13 : 14;
        return [
          Plot.text(own, { x: "items", y: "MB", text: "label", fill: "kind", dy }),
          Plot.text(own.slice(-1), { x: "items", y: "MB", text: "kind", fill: "kind", dx: 24, dy, textAnchor: "start" }),
        ];
      }),
      Plot.text(["Beside each point: the share of the full exact scan's best 20 that the page finds."], {
        frameAnchor: "bottom-left",
        dx: 6,
        dy: -6,
        fill: "#666",
      }),
    ],
  });
}
