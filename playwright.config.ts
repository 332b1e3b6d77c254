import { defineConfig } from "playwright/test";
import { QUIET, SOFTWARE_GPU } from "./e2e/support/chromium.js";
import { findChromium } from "./scripts/chromium.mjs";

const executablePath = await findChromium();
if (!executablePath) throw new Error("No Chromium: npm run chromium gets one");

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
  use: {
    launchOptions: { executablePath, args: [...SOFTWARE_GPU, ...QUIET] },
    trace: "retain-on-failure",
  },
});
