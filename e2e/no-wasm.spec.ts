import { clientReady, persona, problemCodes, recommend, status, track } from "./support/client.js";
import { expect, test } from "./support/test.js";
import { shopWorks } from "./support/visit.js";

test("without WebAssembly the plain kernel ranks, and another backend encodes", async ({ page, openShop }) => {
  // V8's switch takes it from neither page nor worker any more (Chromium 156): both lose it before the engine looks.
  const lose = "delete globalThis.WebAssembly;";
  await page.addInitScript(lose);
  await page.route("**/sdk/worker.js", async (route) => {
    // A page that is left, and the shop's end, break off what is under way.
    const response = await route.fetch().catch(() => null);
    if (response) await route.fulfill({ response, body: `${lose}${await response.text()}` });
    else await route.abort().catch(() => {});
  });
  await page.goto((await openShop()).url);
  await clientReady(page);
  expect(await page.evaluate(() => typeof WebAssembly)).toBe("undefined");
  const [first] = (await recommend(page, { limit: 1 })).items;
  await track(page, { name: "view_item", item_id: first.item_id });
  await expect.poll(async () => (await persona(page)).vector?.length ?? 0).toBeGreaterThan(0);
  await expect.poll(async () => (await status(page)).backend, { timeout: 30_000 }).not.toBeNull();
  const { kernel, timings, backend } = await status(page);
  expect(kernel).toBe("js");
  expect(backend).not.toBe("wasm");
  expect(Object.keys(timings)).not.toContain("wasm");
  expect(await problemCodes(page)).toContainEqual(expect.stringMatching(/kernel|wasm/));
  expect((await recommend(page)).items.some((item) => item.reason.item_id === first.item_id)).toBe(true);
  await shopWorks(page);
});
