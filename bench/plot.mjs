import * as Plot from "@observablehq/plot";
import { Window } from "happy-dom";

/** A plot as the text of an SVG file which stands by itself. */
export function svgOf(options) {
  const svg = Plot.plot({ document: new Window().document, ...options });
  if (svg.localName !== "svg") throw new Error("A title, caption or legend makes a figure of it, which is no SVG file: write it as a text mark");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("style", "background: white; color: #222");
  return `${svg.outerHTML}\n`;
}
