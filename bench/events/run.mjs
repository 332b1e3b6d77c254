/*
 * Are events lost or doubled where the page is left at once? In Chromium, on the demo shop: a product link on a listing is clicked by a script,
 * the browser goes there, and the product page is left again as soon as its script is there. Every click has to be one `select_item` in the
 * session, every product page one `view_item`. The session holds 500 events, so it is emptied from time to time.
 *
 *   npm run bench:events [-- --clicks 1000 --json]
 */
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { startStorefront } from "../../examples/storefront/server.mjs";
import { findChromium } from "../../scripts/chromium.mjs";
import { at } from "../../scripts/process.mjs";

const { values } = parseArgs({ options: { clicks: { type: "string", default: "1000" }, json: { type: "boolean", default: false } } });
const CLICKS = Number(values.clicks);
const A_SESSION = 50;

const shop = await startStorefront({ port: 0, release: at("models/demo") });
const executablePath = await findChromium();
if (!executablePath) throw new Error("No Chromium: npm run chromium gets one");
const browser = await chromium.launch({ executablePath });
const page = await browser.newPage();
const ready = () => page.waitForFunction(() => typeof window.presently?.timeline === "function");

const begin = async () => {
  await page.goto(`${shop.url}/search?q=lamp`);
  await ready();
  await page.evaluate(() => window.presently.forget());
  await page.evaluate(() => window.presently.setConsent({ store: true }));
};

/** How often each id occurs less, and more, than it should. */
function compare(wanted, found) {
  const counts = new Map();
  for (const id of wanted) counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const id of found) counts.set(id, (counts.get(id) ?? 0) - 1);
  const differences = [...counts.values()];
  return { lost: differences.filter((n) => n > 0).reduce((a, b) => a + b, 0), doubled: -differences.filter((n) => n < 0).reduce((a, b) => a + b, 0) };
}

const totals = { clicks: 0, select_item: { lost: 0, doubled: 0 }, view_item: { lost: 0, doubled: 0 } };
try {
  for (let done = 0; done < CLICKS; ) {
    await begin();
    const wanted = [];
    for (let i = 0; i < A_SESSION && done < CLICKS; i++, done++) {
      if (i > 0) {
        await page.goto(`${shop.url}/search?q=lamp`, { waitUntil: "commit" });
        await ready();
      }
      const id = await page.evaluate((n) => {
        const links = [...document.querySelectorAll("main [data-presently-item] a[href]")];
        const link = links[n % links.length];
        // In the same task the page is on its way out.
        link.click();
        return link.closest("[data-presently-item]").dataset.presentlyItem;
      }, done);
      wanted.push(id);
      await page.waitForURL((url) => !url.pathname.startsWith("/search"), { waitUntil: "commit" });
      await page.waitForLoadState("domcontentloaded");
      await ready();
    }
    await page.goto(`${shop.url}/cart`);
    await ready();
    const events = await page.evaluate(async () => {
      // Its answer comes when the session is there, with what the pages before left.
      await window.presently.status();
      return window.presently.timeline();
    });
    totals.clicks += wanted.length;
    for (const name of ["select_item", "view_item"]) {
      const { lost, doubled } = compare(
        wanted,
        events.filter((event) => event.name === name).map((event) => event.items[0].item_id),
      );
      totals[name].lost += lost;
      totals[name].doubled += doubled;
    }
    console.error(`${totals.clicks} clicks: ${JSON.stringify(totals)}`);
  }
} finally {
  await browser.close();
  await shop.close();
}

if (values.json) console.log(JSON.stringify(totals));
else {
  console.log(`${totals.clicks} clicks, each leaving its page at once\n\n| event | lost | doubled |\n|---|---|---|`);
  for (const name of ["select_item", "view_item"]) console.log(`| ${name} | ${totals[name].lost} | ${totals[name].doubled} |`);
}
process.exitCode = ["select_item", "view_item"].some((name) => totals[name].doubled > 0 || totals[name].lost > totals.clicks / 1000) ? 1 : 0;
