import { COLOURS } from "../catalog/colours.mjs";
import { hash } from "../catalog/random.mjs";
import { audio } from "./audio.mjs";
import { clothing } from "./clothing.mjs";
import { garden } from "./garden.mjs";
import { home } from "./home.mjs";
import { kitchen } from "./kitchen.mjs";
import { outdoor } from "./outdoor.mjs";
import { stationery } from "./stationery.mjs";
import { mix, tonesOf } from "./tones.mjs";

const DRAWINGS = { ...outdoor, ...home, ...kitchen, ...garden, ...audio, ...stationery, ...clothing };

/** What stands behind the thing: a wall that goes with its colour, and the table. */
function scene(hex, n) {
  const wall = mix(hex, "#faf7f1", 0.84);
  const backdrop = [
    `<circle cx="200" cy="196" r="150" fill="${mix(hex, "#faf7f1", 0.72)}"/>`,
    `<path d="M70 400V200a130 130 0 0 1 260 0v200z" fill="${mix(hex, "#faf7f1", 0.74)}"/>`,
    `<circle cx="276" cy="132" r="84" fill="${mix(hex, "#faf7f1", 0.72)}"/>`,
    "",
  ][n % 4];
  return `<rect width="400" height="400" fill="${wall}"/>${backdrop}<path d="M0 322h400v78H0z" fill="${mix(hex, "#f3ede2", 0.66)}"/><ellipse cx="200" cy="334" rx="140" ry="12" fill="#2a2430" opacity=".14"/>`;
}

/**
 * An item's picture, drawn from its attributes alone: the shelf gives the shape, the kind its variant, colour and material the tint.
 * `view` 0 is the picture of lists, 1 and 2 are the gallery's: a close-up and one on white.
 */
export function picture(item, view = 0) {
  const hex = COLOURS[item.colour];
  const n = hash(item.id) >>> 4;
  const drawing = DRAWINGS[item.shelf](tonesOf(hex), { kind: item.kind, material: item.material, n });
  const viewBox = view === 1 ? "70 60 250 250" : "0 0 400 400";
  const behind =
    view === 2 ? `<rect width="400" height="400" fill="#fbfaf7"/><ellipse cx="200" cy="334" rx="140" ry="12" fill="#2a2430" opacity=".12"/>` : scene(hex, n);
  const turned = view === 2 ? ` transform="matrix(-1 0 0 1 400 0)"` : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}" width="800" height="800">${behind}<g transform="translate(20 22) scale(.9)"><g${turned}>${drawing}</g></g></svg>`;
}
