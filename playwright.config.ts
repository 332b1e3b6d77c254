import { defineConfig } from "playwright/test";
import { NO_GPU, QUIET, SOFTWARE_GPU } from "./e2e/support/chromium.js";
import { findChromium } from "./scripts/chromium.mjs";

const executablePath = await findChromium();
if (!executablePath) throw new Error("No Chromium: npm run chromium gets one");

const launch = (...args: string[]) => ({ launchOptions: { executablePath, args: [...args, ...QUIET] } });

/** Tests with a limit in time: one beside them on two slow cores would be what is measured. */
const ALONE = /@alone/;

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results/e2e",
  globalSetup: "./e2e/support/build.ts",
  // A test that fails and then passes is a failure: nothing is tried twice.
  retries: 0,
  workers: process.env.CI ? 2 : undefined,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: { trace: "retain-on-failure" },
  // What a browser cannot do, its workers included, is a switch at its start.
  projects: [
    { name: "chromium", testIgnore: "**/no-*.spec.ts", grepInvert: ALONE, use: launch(...SOFTWARE_GPU) },
    { name: "no-gpu", testMatch: "**/no-gpu.spec.ts", use: launch(...NO_GPU) },
    { name: "no-wasm", testMatch: "**/no-wasm.spec.ts", use: launch(...SOFTWARE_GPU) },
    // After all others; `--project alone --no-deps` runs it without them.
    { name: "alone", grep: ALONE, dependencies: ["chromium", "no-gpu", "no-wasm"], use: launch(...SOFTWARE_GPU) },
  ],
});
