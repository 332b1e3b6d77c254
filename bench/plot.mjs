import * as Plot from "@observablehq/plot";
import { Window } from "happy-dom";

const STYLE = "background: white; color: #222";

/** A plot as the text of an SVG file which stands by itself. */
export function svgOf(options) {
  const svg = Plot.plot({ document: new Window().document, ...options });
  if (svg.localName !== "svg") throw new Error("A title, caption or legend makes a figure of it, which is no SVG file: write it as a text mark");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("style", STYLE);
  return `${svg.outerHTML}\n`;
}

/** Plots of one size below each other, as one file. */
export const stackedSvg = (svgs, width, height) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height * svgs.length}" viewBox="0 0 ${width} ${height * svgs.length}" style="${STYLE}">\n${svgs.map((svg, i) => svg.replace("<svg", `<svg y="${i * height}"`)).join("")}</svg>\n`;
