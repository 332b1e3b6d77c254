import { clientReady, persona, recommend, status, track } from "./support/client.js";
import { expect, test } from "./support/test.js";
import { shopWorks } from "./support/visit.js";

test("without WebGPU and WebGL the encoder runs on WebAssembly or the CPU", async ({ page, openShop }) => {
  await page.goto((await openShop()).url);
  await clientReady(page);
  expect(await page.evaluate(async () => [await navigator.gpu?.requestAdapter(), document.createElement("canvas").getContext("webgl2")].map(Boolean))).toEqual([
    false,
    false,
  ]);
  const [first] = (await recommend(page, { limit: 1 })).items;
  await track(page, { name: "view_item", item_id: first.item_id });
  await expect.poll(async () => (await persona(page)).vector?.length ?? 0).toBeGreaterThan(0);
  await expect.poll(async () => (await status(page)).backend, { timeout: 30_000 }).toMatch(/^(wasm|cpu)$/);
  const { timings, kernel } = await status(page);
  expect(Object.keys(timings)).not.toContain("webgpu");
  expect(Object.keys(timings)).not.toContain("webgl");
  expect(kernel).toBe("simd");
  await shopWorks(page);
});
