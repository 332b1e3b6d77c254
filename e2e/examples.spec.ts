import { startExample } from "../scripts/example.mjs";
import { clientReady, eventNames, status } from "./support/client.js";
import { watchLayout } from "./support/layout.js";
import { test as base, expect, type Page } from "./support/test.js";

const APPS = ["react", "vue"];
const PAGES = ["datalayer", "strict-csp"];

const test = base.extend<{ open: (name: string) => Promise<string> }>({
  open: async ({}, use) => {
    const running: { close(): Promise<void> }[] = [];
    await use(async (name) => {
      const example = await startExample(name, 4200 + 30 * [...APPS, ...PAGES].indexOf(name));
      running.push(example);
      return example.url;
    });
    for (const example of running) await example.close();
  },
});

// An app's own build is in it, or a dozen pages.
test.describe.configure({ timeout: 120_000 });

/** What the shelf says, item by item, in an app's own markup or in ours. */
const suggestions = (page: Page) => page.locator(".shelf .card, presently-shelf [part~=item]:not([part~=blank])").allInnerTexts();

async function opens(page: Page, open: () => Promise<void>): Promise<string> {
  const before = await page.locator("h1").textContent();
  await open();
  await expect(page.locator("h1")).not.toHaveText(before!);
  return (await page.locator("h1").textContent())!;
}

/**
 * In any shop: from the list to a product, to one that is suggested there, back and forth, and into the basket. `remembers`: what was seen is
 * known on the next page, since nothing leaves the document or the shopper agreed.
 */
async function journey(page: Page, url: string, remembers: boolean): Promise<void> {
  await page.goto(url);
  await expect.poll(async () => (await suggestions(page)).length).toBe(6);
  const cold = await suggestions(page);

  const first = await opens(page, () => page.locator("main .grid a").nth(2).click());
  await expect.poll(async () => (await suggestions(page)).filter((text) => text.includes(`looked at ${first}`)).length, first).toBeGreaterThan(0);
  const warm = await suggestions(page);
  expect(warm).toHaveLength(6);
  expect(warm).not.toEqual(cold);

  const suggested = page.locator(".shelf .card a, presently-shelf [part=link]");
  let clicked: string | null = null;
  // Read and clicked in one moment: the shelf follows what is looked at meanwhile.
  const second = await opens(page, async () => {
    clicked = await suggested.nth(1).evaluate((link: HTMLElement) => {
      link.click();
      return link.textContent;
    });
  });
  expect(clicked).toContain(second);
  // Of two alike the first may still be the reason for all of them; the list has changed in any case.
  await expect.poll(() => suggestions(page)).not.toEqual(warm);
  await expect.poll(async () => (await suggestions(page)).length).toBe(6);
  if (remembers) expect((await suggestions(page)).filter((text) => text.split("\n").includes(first))).toEqual([]);

  expect(await opens(page, async () => void (await page.goBack()))).toBe(first);
  await expect.poll(async () => (await suggestions(page)).length).toBe(6);
  expect(await opens(page, async () => void (await page.goForward()))).toBe(second);
  await expect.poll(async () => (await suggestions(page)).length).toBe(6);
  await page.getByRole("button", { name: "Add to basket" }).click();
  await expect(page.locator(".basket")).toContainText("1");
}

/** What a page complains of in its console, be it the browser, a library or Presently. */
function complaints(page: Page): string[] {
  const said: string[] = [];
  page.on("console", (message) => ["warning", "error"].includes(message.type()) && said.push(message.text()));
  return said;
}

for (const name of APPS)
  test(`the ${name} app: the shelf follows, with reasons, and goes with the app`, async ({ page, open }) => {
    const url = await open(name);
    const said = complaints(page);
    const wasm = page.waitForResponse(/tfjs-backend-wasm.*\.wasm$/);
    await journey(page, url, true);
    // The bundler has brought along what the worker loads.
    expect((await wasm).headers()["content-type"]).toBe("application/wasm");
    expect(page.workers()).toHaveLength(1);
    await page.evaluate(() => (window as unknown as { unmountShop(): void }).unmountShop());
    await expect.poll(() => page.workers().length).toBe(0);
    expect(said).toEqual([]);
  });

test("the dataLayer shop: a tag manager's tag hears of views, basket, purchase and consent from the data layer alone", async ({ page, open }) => {
  const url = await open("datalayer");
  const said = complaints(page);
  await page.goto(url);
  await clientReady(page);
  expect((await status(page)).storage).toBe("memory");
  await page.getByLabel("Remember what I look at").check();
  await expect.poll(async () => (await status(page)).storage).toBe("indexeddb");
  await journey(page, url, true);
  await clientReady(page);
  await expect.poll(async () => (await eventNames(page)).filter((event) => event === "add_to_cart").length).toBe(1);
  await page.getByRole("button", { name: "Buy" }).click();
  await expect(page.locator("h1")).toHaveText("Thank you");
  await page.reload();
  await clientReady(page);
  await expect.poll(async () => (await eventNames(page)).filter((event) => event === "purchase").length).toBe(1);
  expect(said).toEqual([]);
});

test("the shop under a strict policy: nothing is blocked, and nothing unsafe is allowed", async ({ page, open }) => {
  const url = await open("strict-csp");
  const blocked: string[] = [];
  await page.exposeFunction("onBlocked", (what: string) => blocked.push(what));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
      (window as unknown as { onBlocked(what: string): void }).onBlocked(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`),
    );
  });
  await journey(page, url, false);
  await clientReady(page);
  const policy = (await (await fetch(url)).headers.get("content-security-policy"))!;
  expect(policy).toContain("'strict-dynamic'");
  expect(policy).not.toContain("unsafe");
  expect((await status(page)).thread).toBe("worker");
  expect(blocked).toEqual([]);
});

for (const name of PAGES)
  test(`the ${name} shop is as wide as a phone, whatever its shelf holds, and nothing on it moves when that comes`, async ({ browser, open }) => {
    const url = await open(name);
    // So long a phone that what is below the shelf is in sight as well.
    const context = await browser.newContext({ viewport: { width: 375, height: 1600 }, isMobile: true, hasTouch: true });
    const page = await context.newPage();
    const layoutShift = await watchLayout(page);
    await page.goto(url);
    await page.locator("main .grid a").first().click();
    await expect.poll(async () => (await suggestions(page)).length).toBe(6);
    await page.waitForLoadState("networkidle");
    expect(await layoutShift()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    await context.close();
  });
