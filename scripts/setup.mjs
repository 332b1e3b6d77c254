import { existsSync, statSync, utimesSync } from "node:fs";
import { at, isMain, must } from "./process.mjs";

const INSTALLED = at("node_modules/.package-lock.json");
const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/**
 * Brings node_modules up to the lock file. Not `npm ci`: a lock written on one platform may lack
 * another one's optional packages (https://github.com/npm/cli/issues/4828), and `npm install` adds them.
 */
export async function setup() {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20) {
    console.error(`Presently needs Node 20 or newer; this is ${process.version}.`);
    process.exit(1);
  }
  if (modified(INSTALLED) >= Math.max(modified(at("package-lock.json")), modified(at("package.json")))) return;
  console.log("Installing dependencies (first time, or the lock file changed) …");
  await must("npm install", process.platform === "win32" ? "npm.cmd" : "npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]);
  // npm leaves this file alone when nothing changed, and may touch the lock file after it.
  const now = new Date();
  if (existsSync(INSTALLED)) utimesSync(INSTALLED, now, now);
}

if (isMain(import.meta)) await setup();
