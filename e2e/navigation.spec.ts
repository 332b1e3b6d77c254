import { clientReady, setConsent } from "./support/client.js";
import { card, ownPages, product, told } from "./support/pages.js";
import { expect, type Page, test } from "./support/test.js";

/** Longer than a router may take to swap the content (LOOKS in src/capture/capture.ts): nothing more may come after it. */
const SETTLED = 2_500;

async function tells(page: Page, events: readonly string[]): Promise<void> {
  await expect.poll(() => told(page)).toEqual(events);
  await page.waitForTimeout(SETTLED);
  expect(await told(page)).toEqual(events);
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await clientReady(page);
}

/** A router: `go(path)` changes the address by `change`, and the content `delay` milliseconds later. */
const router = (change: string, delay: number) => `<script>
  const show = (path) => { document.querySelector("main").innerHTML = path.includes("item") ? ${JSON.stringify(product("ID"))}.replaceAll("ID", path.split("/").at(-1)) : ""; };
  window.go = (path) => { ${change}; setTimeout(() => show(path), ${delay}); };
</script>`;

for (const delay of [0, 400]) {
  test(`a router with pushState, whose content comes ${delay} ms later: each page and its product once`, async ({ page, openShop }) => {
    const shop = await openShop({ tamper: ownPages({ "/item/a": `<main>${product("a")}</main>${router("history.pushState(null, '', path)", delay)}` }) });
    await open(page, `${shop.url}/item/a`);
    await page.evaluate("go('/item/b')");
    await expect.poll(() => told(page)).toContain("view_item b");
    await page.evaluate("go('/list')");
    await tells(page, ["page_view /item/a", "view_item a", "page_view /item/b", "view_item b", "page_view /list"]);
  });
}

test("replaceState is a page where the path changes, and none for campaign parameters and anchors", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: ownPages({ "/item/a": `<main>${product("a")}</main>${router("history.replaceState(null, '', path)", 0)}` }) });
  await open(page, `${shop.url}/item/a`);
  await page.evaluate("history.replaceState(null, '', '/item/a?utm_source=letter#reviews')");
  await page.evaluate("go('/item/b')");
  await tells(page, ["page_view /item/a", "view_item a", "page_view /item/b", "view_item b"]);
});

test("a hash router's routes are pages", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: ownPages({ "/": `<main></main>${router("location.hash = path", 0)}` }) });
  await open(page, `${shop.url}/`);
  await page.evaluate("go('#/item/a')");
  await expect.poll(() => told(page)).toContain("view_item a");
  await page.evaluate("go('#/item/b')");
  await page.evaluate("location.hash = 'reviews'");
  // What kind of page it is has to be read first, so that a product can be told before its page; each is told once.
  const events = ["page_view /", "page_view /", "page_view /", "view_item a", "view_item b"];
  const sorted = async () => (await told(page)).toSorted();
  await expect.poll(sorted).toEqual(events);
  await page.waitForTimeout(SETTLED);
  expect(await sorted()).toEqual(events);
});

test("a router with the Navigation API: an intercepted click is one click, one page, one product", async ({ page, openShop }) => {
  const intercept = `<script>navigation.addEventListener("navigate", (event) => event.intercept({ async handler() {
    await new Promise((done) => setTimeout(done, 50));
    document.querySelector("main").innerHTML = ${JSON.stringify(product("b"))};
  } }));</script>`;
  const shop = await openShop({ tamper: ownPages({ "/item/a": `<main>${product("a")}${card("b")}</main>${intercept}` }) });
  await open(page, `${shop.url}/item/a`);
  await page.click("#to-b");
  await tells(page, ["page_view /item/a", "view_item a", "select_item b", "page_view /item/b", "view_item b"]);
});

test("a view transition within the document is one page", async ({ page, openShop }) => {
  const transition = `<script>addEventListener("click", (event) => {
    event.preventDefault();
    document.startViewTransition(() => {
      history.pushState(null, "", "/item/b");
      document.querySelector("main").innerHTML = ${JSON.stringify(product("b"))};
    });
  });</script>`;
  const shop = await openShop({ tamper: ownPages({ "/item/a": `<main>${product("a")}${card("b")}</main>${transition}` }) });
  await open(page, `${shop.url}/item/a`);
  await page.click("#to-b");
  await tells(page, ["page_view /item/a", "view_item a", "select_item b", "page_view /item/b", "view_item b"]);
});

test("a view transition across documents loses nothing and doubles nothing", async ({ page, openShop }) => {
  const head = "<style>@view-transition { navigation: auto }</style>";
  const shop = await openShop({ tamper: ownPages({ "/item/a": { head, body: product("a") + card("b") }, "/item/b": { head, body: product("b") } }) });
  await open(page, `${shop.url}/item/a`);
  await setConsent(page, { store: true });
  await page.evaluate(() =>
    addEventListener("pageswap", (event) => Object.assign(window, { swapped: (event as unknown as { viewTransition: unknown }).viewTransition !== null })),
  );
  await page.click("#to-b");
  await page.waitForURL("**/item/b");
  await clientReady(page);
  await tells(page, ["page_view /item/a", "view_item a", "select_item b", "page_view /item/b", "view_item b"]);
});

// Prerendering and the back/forward cache, which Playwright's Chromium does without, are in testing/browsers/revisit.mjs.

test("a frame of the shop with the tag is no page of its own: its clicks count once, its product is the page's", async ({ page, openShop }) => {
  const shop = await openShop({
    tamper: ownPages({
      "/item/a": `${product("a")}<iframe src="/frame/a"></iframe>`,
      "/frame/a": product("a") + card("b", ' target="_top"'),
      "/item/b": product("b"),
    }),
  });
  await open(page, `${shop.url}/item/a`);
  await setConsent(page, { store: true });
  const frame = page.frameLocator("iframe");
  await frame.locator("#to-b").waitFor();
  await page.waitForTimeout(SETTLED);
  expect(await told(page)).toEqual(["page_view /item/a", "view_item a"]);
  await frame.locator("#to-b").click();
  await page.waitForURL("**/item/b");
  await clientReady(page);
  await tells(page, ["page_view /item/a", "view_item a", "select_item b", "page_view /item/b", "view_item b"]);
});

const SHELF = '<presently-shelf limit="4" heading="For you"></presently-shelf>';
const SWAPS = {
  // Turbo Drive: the address first, then a new <body> element.
  "Turbo's":
    "history.pushState(null, '', path); const next = await load(path); document.documentElement.replaceChild(document.adoptNode(next.body), document.body);",
  // htmx with hx-boost: the body's content first, then the address.
  "htmx's": "const next = await load(path); document.body.innerHTML = next.body.innerHTML; history.pushState(null, '', path);",
};
for (const [whose, swap] of Object.entries(SWAPS)) {
  test(`${whose} swap of the body: the shelf comes again, capture goes on, each page and product once`, async ({ page, openShop }) => {
    const head = `<script>
      const load = async (path) => new DOMParser().parseFromString(await (await fetch(path, { headers: { accept: "text/html" } })).text(), "text/html");
      const visit = async (path) => { ${swap} };
      addEventListener("click", (event) => {
        const link = event.target.closest?.("a[href^='/']");
        if (!link) return;
        event.preventDefault();
        visit(link.getAttribute("href"));
      });
    </script>`;
    const shop = await openShop({
      tamper: ownPages({
        "/item/a": { head, body: product("a") + card("b") + SHELF },
        "/item/b": { head, body: product("b") + card("a") + SHELF },
      }),
    });
    await open(page, `${shop.url}/item/a`);
    const cards = page.locator("presently-shelf [part~=link]");
    await expect(cards).toHaveCount(4);
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    await page.click("#to-b");
    await expect(page.locator("h1")).toHaveText("b");
    await expect(cards).toHaveCount(4);
    await expect.poll(() => told(page)).toContain("view_item b");
    await page.click("#to-a");
    await expect(cards).toHaveCount(4);
    const there = ["page_view /item/a", "view_item a", "select_item b", "page_view /item/b", "view_item b"];
    await tells(page, [...there, "select_item a", "page_view /item/a", "view_item a"]);
    expect(await page.evaluate(() => (window as unknown as { sameDocument?: boolean }).sameDocument)).toBe(true);
  });
}
