import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The tests open what is shipped: bundles, endpoint, models. */
export default function checkBuild(): void {
  for (const path of ["dist/tag/presently.js", "dist/npm/index.js", "endpoint/dist/cli.js"]) {
    if (!existsSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)))) throw new Error(`There is no ${path}: npm run build makes it`);
  }
  if (!process.env.E2E_RELEASE && !existsSync(fileURLToPath(new URL("../../models/demo/manifest.json", import.meta.url)))) {
    throw new Error("There is no models/demo/manifest.json: npm run models makes it");
  }
}
