import { existsSync } from "node:fs";
import { isMain, run, tool } from "./process.mjs";

const SYSTEM = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** CHROMIUM_PATH, else Playwright's own, else the system's; null where there is none. */
export async function findChromium() {
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH) {
    if (existsSync(CHROMIUM_PATH)) return CHROMIUM_PATH;
    throw new Error(`CHROMIUM_PATH is ${CHROMIUM_PATH}, where there is no file: correct or unset it`);
  }
  const { chromium } = await import("playwright");
  return [chromium.executablePath(), ...SYSTEM].find((path) => existsSync(path)) ?? null;
}

/** Gets a Chromium if there is none: Playwright's, else Debian's where this may install packages. */
export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  console.log("No Chromium here; asking Playwright for its own …");
  await run(...tool("playwright/cli.js", "install", "chromium"));
  const own = await findChromium();
  if (own) return own;
  if (process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("Playwright's cannot be had; installing Debian's …");
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-qq"], { env });
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env });
  }
  const system = await findChromium();
  if (system) return system;
  throw new Error("No Chromium: install one (npx playwright install chromium) or name yours in CHROMIUM_PATH");
}

if (isMain(import.meta)) console.log(await ensureChromium());
