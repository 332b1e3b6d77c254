import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { at, isMain } from "./process.mjs";

const TAG = at("dist/tag/");
const { version } = JSON.parse(readFileSync(at("package.json"), "utf8"));

/** Of Subresource Integrity (https://www.w3.org/TR/SRI/). */
const hash = (bytes) => `sha384-${createHash("sha384").update(bytes).digest("base64")}`;

/**
 * dist/tag/VERSION/: the same files under an address that never gets others, so that a pinned script always finds the lazy files it was
 * built with, and integrity.json with the hash of each.
 */
export function emitVersion() {
  const folder = `${TAG}${version}/`;
  for (const name of readdirSync(TAG)) if (/^\d+\.\d+\.\d+/.test(name)) rmSync(TAG + name, { recursive: true });
  mkdirSync(folder);
  const names = readdirSync(TAG).filter((name) => statSync(TAG + name).isFile());
  for (const name of names) copyFileSync(TAG + name, folder + name);
  const files = Object.fromEntries(names.sort().map((name) => [name, hash(readFileSync(folder + name))]));
  writeFileSync(`${folder}integrity.json`, `${JSON.stringify({ version, files }, null, 2)}\n`);
}

/**
 * What a page writes to have every file checked that its own realm loads: the script by its attribute, what the script loads later by the
 * import map (https://html.spec.whatwg.org/#import-map-integrity). `base`: absolute address of the version's folder, or from the page's root.
 * A worker's files are checked by no browser; data-thread="main" does without one.
 */
export function embed(base, { files }, attributes = 'data-manifest="/presently/manifest.json"') {
  const modules = Object.entries(files).filter(([name]) => name.endsWith(".js") && name !== "presently.js");
  const map = { integrity: Object.fromEntries(modules.map(([name, value]) => [base + name, value])) };
  return [
    `<script type="importmap">${JSON.stringify(map)}</script>`,
    `<script async src="${base}presently.js" integrity="${files["presently.js"]}" crossorigin="anonymous" ${attributes}></script>`,
  ].join("\n");
}

if (isMain(import.meta)) {
  const { values } = parseArgs({ options: { base: { type: "string", default: `/presently/${version}/` } } });
  console.log(embed(values.base, JSON.parse(readFileSync(`${TAG}${version}/integrity.json`, "utf8"))));
}
