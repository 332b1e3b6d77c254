import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../../scripts/chromium.mjs";
import { buildEndpoint } from "../../../testing/endpoint-rig.js";
import { stepDevice } from "./backend.js";

const STEP = fileURLToPath(new URL("../../../testing/gpu-step.mjs", import.meta.url));

/** Chromium's folder, where it brings its software driver for Vulkan. */
async function softwareDriver(): Promise<string | null> {
  const chromium = await findChromium();
  const folders = chromium ? [dirname(realpathSync(chromium)), "/usr/lib/chromium", "/usr/lib/chromium-browser"] : [];
  return folders.find((folder) => existsSync(join(folder, "vk_swiftshader_icd.json"))) ?? null;
}

describe("training on a GPU", () => {
  beforeAll(buildEndpoint, 120_000);

  it("gives the CPU's loss and gradients, here on a software adapter", { timeout: 120_000 }, async ({ skip }) => {
    const folder = await softwareDriver();
    if (!folder) return skip("no Chromium here brings SwiftShader's Vulkan driver (vk_swiftshader_icd.json)");
    const { stdout } = await promisify(execFile)(process.execPath, [STEP], {
      env: { ...process.env, LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json") },
    });
    const { device, loss, candidates, weights, moved } = JSON.parse(stdout);
    expect(device).toMatch(/swiftshader/i);
    expect(moved).toBe(true);
    expect(loss).toBeLessThan(1e-4);
    expect(candidates).toBeLessThan(1e-3);
    expect(weights).toBeLessThan(1e-3);
  });

  it("goes to the CPU by itself where there is none, and says how to get one where it is asked for", async ({ skip }) => {
    const { name } = await stepDevice("auto");
    if (name !== "CPU") return skip(`this machine has ${name}`);
    await expect(stepDevice("gpu")).rejects.toMatchObject({ code: "train/no-gpu", message: expect.stringContaining("webgpu") });
  });
});
