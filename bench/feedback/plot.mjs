import * as Plot from "@observablehq/plot";
import { stackedSvg, svgOf } from "../plot.mjs";

const FIELDS = { regret: "regret, %", ctr: "shelves opened, %", coverage: "coverage of the catalogue, %" };
/** "none" is a colour's name to Plot. */
const nameOf = (arm) => (arm === "none" ? "no learning" : arm);
/** A round is a few hundred visits: what there is to see are means of so many rounds. */
const SMOOTH = 5;
const WIDTH = 720;
const HEIGHT = 220;

/** Each arm over the rounds, thin as it was, thick the mean of the last rounds; a scale of its own for each figure. `rows`: `{ arm, round, regret, ctr, coverage }`. */
export function feedbackPlot(rows, arms) {
  const names = arms.map(nameOf);
  const named = rows.map((row) => ({ ...row, arm: nameOf(row.arm) }));
  const plots = Object.entries(FIELDS).map(([field, label], i) => {
    const line = { x: "round", y: field, stroke: "arm", z: "arm" };
    // Several seeds are one line.
    const mean = (options) => Plot.groupX({ y: "mean" }, { ...line, ...options });
    return svgOf({
      width: WIDTH,
      height: HEIGHT,
      marginLeft: 50,
      marginTop: 40,
      marginRight: 20,
      x: { label: i === Object.keys(FIELDS).length - 1 ? "round" : null, ticks: 10, tickFormat: "d", type: "linear" },
      y: { label: null, grid: true, nice: true },
      color: { domain: names, scheme: "observable10" },
      marks: [
        Plot.frame({ stroke: "#ccc" }),
        Plot.line(named, mean({ strokeOpacity: 0.3, strokeWidth: 1 })),
        Plot.line(named, Plot.windowY({ k: SMOOTH, anchor: "end", strict: false }, mean({ strokeWidth: 2.5 }))),
        Plot.text([label], { frameAnchor: "top-left", dy: -22, fontWeight: "bold", fontSize: 12 }),
        ...names.map((name, a) =>
          Plot.text([name], { frameAnchor: "top-right", dy: -22, dx: -90 * (names.length - 1 - a), fill: () => name, fontWeight: "bold" }),
        ),
      ],
    });
  });
  return stackedSvg(plots, WIDTH, HEIGHT);
}
