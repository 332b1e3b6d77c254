import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { clientReady, recommend, track } from "./support/client.js";
import { hold } from "./support/hold.js";
import { watchLayout } from "./support/layout.js";
import type { Tamper } from "./support/relay.js";
import { expect, type Page, test } from "./support/test.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong with the shelves (WCAG 2.2 A and AA, and good practice), told with the element. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: { run(context: string): Promise<AxeResults> } }).axe.run("presently-shelf"));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`));
}

/** A page of its own with the shop's script tag, at the shop's address. */
const own =
  (body: string, root = 'lang="en"'): Tamper =>
  ({ path }, answer) => {
    if (path !== "/") return undefined;
    const [tag] = /<script[^>]*presently\.js[^>]*><\/script>/.exec(answer.body.toString("utf8")) ?? [];
    return {
      ...answer,
      body: Buffer.from(`<!doctype html><html ${root}><head><meta charset="utf-8"><title>Own</title>${tag}</head><body><main>${body}</main></body></html>`),
    };
  };

const titles = (page: Page, shelf: number) =>
  page.locator("presently-shelf").nth(shelf).locator("[part~=item]:not([part~=blank]) [part=title]").allTextContents();

for (const [where, options] of [
  ["a desktop", {}],
  ["a phone", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
  ["a dark page", { colorScheme: "dark" }],
] as const)
  test(`axe finds nothing wrong with the shelves on ${where}`, async ({ browser, openShop }) => {
    const shop = await openShop();
    // What is still fading in has less contrast than it will have.
    const context = await browser.newContext({ ...options, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(shop.url);
    await clientReady(page);
    await expect(page.locator("presently-shelf [part=link]").first()).toBeVisible();
    expect(await faults(page)).toEqual([]);
    await context.close();
  });

test("shelves of one page show no item twice, from right to left too, where arrow keys go the other way", async ({ page, openShop }) => {
  const shop = await openShop({
    tamper: own(
      '<presently-shelf heading="One" limit="6"></presently-shelf><presently-shelf heading="Two" limit="6"></presently-shelf>',
      'lang="ar" dir="rtl"',
    ),
  });
  // What is still fading in has less contrast than it will have.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(shop.url);
  await clientReady(page);
  // The second follows the first, a moment later.
  await expect.poll(async () => new Set([...(await titles(page, 0)), ...(await titles(page, 1))]).size).toBe(12);
  expect(await faults(page)).toEqual([]);
  const links = page.locator("presently-shelf").first().locator("[part=link]");
  const [first, second] = await Promise.all([links.nth(0).boundingBox(), links.nth(1).boundingBox()]);
  expect(second!.x).toBeLessThan(first!.x);
  await links.nth(0).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(links.nth(1)).toBeFocused();
});

test("a shop's own card stands in the page, in its own style, and moves nothing when it comes", async ({ page, openShop }) => {
  const card = `<article class="tile"><a data-presently-field="link"><img data-presently-field="image" alt="" width="180" height="180"><h3 data-presently-field="title"></h3></a>
    <b data-presently-field="price"></b><p data-presently-field="reason"></p></article>`;
  const shop = await openShop({
    tamper: own(
      `<style>presently-shelf:not(:defined){display:block;min-height:calc(clamp(9.5rem,42vw,12.5rem) + 12em)}.tile{height:19rem;overflow:hidden}.tile h3{color:rgb(1,2,3);font-size:14px}</style><presently-shelf heading="Ours" limit="4"><template>${card}</template></presently-shelf><p>below</p>`,
    ),
  });
  await page.emulateMedia({ reducedMotion: "reduce" });
  const layoutShift = await watchLayout(page);
  await page.goto(shop.url);
  await clientReady(page);
  const tiles = page.locator("presently-shelf > .tile");
  await expect(tiles).toHaveCount(4);
  await expect(tiles.first().locator("h3")).toHaveCSS("color", "rgb(1, 2, 3)");
  await expect(tiles.first().locator("a")).toHaveAttribute("href", /\/item\/|^http/);
  expect(await faults(page)).toEqual([]);
  await page.waitForLoadState("networkidle");
  expect(await layoutShift()).toBe(0);
});

test("a list from the server gets the persona's order in place, and shifts nothing", async ({ page, openShop }) => {
  const some = await openShop();
  await page.goto(some.url);
  await clientReady(page);
  const { items } = await recommend(page, { limit: 30 });
  const ids = items.map(({ item_id }) => item_id);
  const list = ids.map((id) => `<li data-presently-item="${id}"><a href="/item/${id}">${id}</a></li>`).join("");
  const shop = await openShop({ tamper: own(`<presently-shelf kind="rerank"><ol>${list}</ol></presently-shelf><p>below</p>`) });
  const layoutShift = await watchLayout(page);
  await page.goto(shop.url);
  const order = () => page.locator("li").evaluateAll((all) => all.map((li) => li.getAttribute("data-presently-item")));
  expect(await order()).toEqual(ids);
  await clientReady(page);
  await track(page, { name: "view_item", item_id: ids[20] });
  await expect.poll(order).not.toEqual(ids);
  expect([...(await order())].sort()).toEqual([...ids].sort());
  expect((await order()).indexOf(ids[20])).toBeLessThan(20);
  expect(await faults(page)).toEqual([]);
  expect(await layoutShift()).toBe(0);
});

test("by keyboard: arrows, Home and End walk the shelf, the focus stays with its item, and a new order is announced", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: own('<presently-shelf heading="Ours" limit="12"></presently-shelf>') });
  await page.goto(shop.url);
  await clientReady(page);
  const links = page.locator("presently-shelf [part=link]");
  await expect(links).toHaveCount(12);
  await links.nth(0).focus();
  await page.keyboard.press("ArrowRight");
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press("End");
  await expect(links.nth(11)).toBeFocused();
  await expect(links.nth(11)).toBeInViewport();
  await page.keyboard.press("Home");
  await expect(links.nth(0)).toBeFocused();
  // The shelf follows everything, a load's late words too: what holds is held to each of its changes, not to the one that a poll meets.
  const { item_id, before } = await page.locator("presently-shelf").evaluate(({ shadowRoot }) => {
    const root = shadowRoot!;
    const title = (element: Element | null) => element?.querySelector("[part=title]")?.textContent ?? null;
    const state = () => ({ all: [...root.querySelectorAll("[part=item]")].map(title), focused: title(root.activeElement) });
    const first = root.querySelector<HTMLAnchorElement>("[part=link]")!;
    first.focus();
    const states = [state()];
    Object.assign(window, { states });
    new MutationObserver(() => states.push(state())).observe(root, { childList: true, subtree: true });
    return { item_id: first.pathname.split("/").pop()!, before: states[0].all };
  });
  const states = () => page.evaluate(() => (window as unknown as { states: { all: string[]; focused: string | null }[] }).states);
  await track(page, { name: "view_item", item_id });
  await expect.poll(async () => (await states()).at(-1)!.all).not.toEqual(before);
  const seen = await states();
  for (const [i, { all, focused }] of seen.entries()) {
    expect(all).toContain(focused);
    const last = seen[i - 1]?.focused;
    if (last && all.includes(last)) expect(focused).toBe(last);
  }
  await expect(page.locator("presently-shelf [role=status]")).toHaveText("Updated: Ours");
});

test("pictures are loaded late, and their place is square before they are there", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: own('<div style="height:4000px"></div><presently-shelf heading="Below" limit="6"></presently-shelf>') });
  const loaded: string[] = [];
  page.on("request", (request) => request.url().includes("/image/") && loaded.push(request.url()));
  await page.goto(shop.url);
  await clientReady(page);
  await expect.poll(async () => (await titles(page, 0)).length).toBe(6);
  expect(loaded).toEqual([]);
  const { width, height } = (await page.locator("presently-shelf [part=picture]").first().boundingBox())!;
  expect(height).toBeCloseTo(width, 0);
  const layoutHeight = () => page.locator("presently-shelf").evaluate((shelf) => shelf.getBoundingClientRect().height);
  const before = await layoutHeight();
  await page.locator("presently-shelf").scrollIntoViewIfNeeded();
  await expect.poll(() => loaded.length).toBeGreaterThan(0);
  await expect
    .poll(() =>
      page
        .locator("presently-shelf img")
        .first()
        .evaluate((img: HTMLImageElement) => img.naturalWidth),
    )
    .toBeGreaterThan(0);
  expect(await layoutHeight()).toBe(before);
});

for (const reducedMotion of ["no-preference", "reduce"] as const)
  test(`a new order ${reducedMotion === "reduce" ? "does not move where less motion is wanted" : "glides"}`, async ({ browser, openShop }) => {
    const shop = await openShop({ tamper: own('<presently-shelf heading="Ours" limit="8"></presently-shelf>') });
    const context = await browser.newContext({ reducedMotion });
    const page = await context.newPage();
    await page.addInitScript(() => {
      const counted = window as unknown as { animations: number };
      counted.animations = 0;
      const { animate } = Element.prototype;
      Element.prototype.animate = function (...args) {
        counted.animations++;
        return animate.apply(this, args);
      };
    });
    await page.goto(shop.url);
    await clientReady(page);
    await expect.poll(async () => (await titles(page, 0)).length).toBe(8);
    const before = await titles(page, 0);
    await track(page, { name: "view_item", item_id: (await recommend(page, { limit: 8 })).items[3].item_id });
    await expect.poll(() => titles(page, 0)).not.toEqual(before);
    const animations = await page.evaluate(() => (window as unknown as { animations: number }).animations);
    expect(animations > 0).toBe(reducedMotion === "no-preference");
    await context.close();
  });

test("a place is kept, grey, while the ranking is on its way", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: own('<presently-shelf heading="Ours" limit="5"></presently-shelf>') });
  const answer = await hold(page, "**/manifest.json");
  const layoutShift = await watchLayout(page);
  await page.goto(shop.url);
  const shelf = page.locator("presently-shelf");
  await expect(shelf).toHaveAttribute("aria-busy", "true");
  await expect(shelf.locator("[part~=blank]")).toHaveCount(5);
  await expect(shelf.locator("[part~=blank] [part=picture]").first()).toBeVisible();
  const height = await shelf.evaluate((element) => element.getBoundingClientRect().height);
  answer();
  await expect.poll(async () => (await titles(page, 0)).length).toBe(5);
  await expect(shelf).toHaveAttribute("aria-busy", "false");
  expect(await shelf.evaluate((element) => element.getBoundingClientRect().height)).toBe(height);
  expect(await layoutShift()).toBe(0);
});

test("a shelf that a script adds has its height in the first frame that shows it, while its code is still on its way", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: own("<p>Above</p><p id=below>Below</p>") });
  const release = await hold(page, "**/shelf.js");
  await page.goto(shop.url);
  await clientReady(page);
  const drawn = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        // The page has just changed elsewhere, as pages do.
        document.body.append(document.createElement("div"));
        setTimeout(() => {
          document.querySelector("#below")!.before(Object.assign(document.createElement("presently-shelf"), { limit: 5 }));
          // Once all that was to be done before that frame is done.
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(document.querySelector("presently-shelf")!.getBoundingClientRect().height);
            port2.postMessage(null);
          });
        }, 10);
      }),
  );
  expect(drawn).toBeGreaterThan(200);
  release();
  await expect.poll(async () => (await titles(page, 0)).length).toBeGreaterThan(0);
});
