import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { expect, test } from "./support/test.js";

/** The kernels' sources and their suite, as a module that a page can import. */
async function suite(): Promise<string> {
  const bundle = await rolldown({ input: fileURLToPath(new URL("../testing/kernels-in-page.ts", import.meta.url)), platform: "browser" });
  const { output } = await bundle.generate({ format: "es", codeSplitting: false });
  return output[0].code;
}

const ORIGIN = "http://kernels.localhost";

for (const kernel of ["relaxed", "simd", "js", "webgpu", "webgpu without packed products"] as const)
  test(`the ${kernel} kernel keeps to what holds for all of them, in Chromium`, async ({ page }) => {
    const code = await suite();
    await page.route(`${ORIGIN}/**`, (route) =>
      route.request().url().endsWith(".js")
        ? route.fulfill({ contentType: "text/javascript", body: code })
        : route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Kernels</title>" }),
    );
    await page.goto(`${ORIGIN}/`);
    const facts = await page.evaluate(async ([url, name]) => (await import(url)).check(name), [`${ORIGIN}/suite.js`, kernel] as const);
    expect(facts.filter(({ error }: { error: string | null }) => error)).toEqual([]);
    expect(facts.length).toBeGreaterThan(9);
  });
