import { clientReady, eventNames, ledger, persona, recommend, setConsent, status, track } from "./support/client.js";
import { disk } from "./support/disk.js";
import { page as hostPage, hostPages, TAG } from "./support/host.js";
import type { Tamper } from "./support/relay.js";
import { expect, test } from "./support/test.js";
import { answerShelf } from "./support/visit.js";

const EMPTY = { rows: 0, databases: [], caches: [], localStorage: [], sessionStorage: [], cookie: "" };

test("before consent a page personalizes, stores nothing and sends nothing", async ({ page, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  const [first] = (await recommend(page, { limit: 1 })).items;
  await track(page, { name: "view_item", item_id: first.item_id });
  await expect.poll(async () => (await persona(page)).vector).not.toBeNull();
  expect((await recommend(page)).items.some((item) => item.reason.kind === "viewed")).toBe(true);
  expect((await status(page)).consent).toEqual({ store: false, share: false });
  expect(await ledger(page)).toEqual([]);
  expect(await disk(page)).toEqual(EMPTY);
  expect(shop.received.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("consent keeps the session that was already there, also over a reload", async ({ page, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  const [first] = (await recommend(page, { limit: 1 })).items;
  await track(page, { name: "view_item", item_id: first.item_id });
  await setConsent(page, { store: true });
  expect((await status(page)).storage).toBe("indexeddb");
  await page.reload();
  await clientReady(page);
  await expect.poll(() => eventNames(page)).toContain("view_item");
  await expect.poll(async () => (await persona(page)).tokens.map((token) => token.value)).toContain(first.item_id);
});

test("consent withdrawn deletes what was stored and keeps the page's session", async ({ page, openShop }) => {
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  const [first] = (await recommend(page, { limit: 1 })).items;
  await setConsent(page, { store: true, share: "balanced" });
  await track(page, { name: "view_item", item_id: first.item_id });
  await expect.poll(async () => (await disk(page)).rows).toBeGreaterThan(0);
  await setConsent(page, { store: false, share: false });
  await expect.poll(() => disk(page)).toEqual(EMPTY);
  expect(await eventNames(page)).toContain("view_item");
});

/** A page with an endpoint that notes what arrives, and with a consent tool that the test clicks. */
function withEndpoint(tool: string, attributes: string): { tamper: Tamper; bodies: string[] } {
  const bodies: string[] = [];
  const host = hostPages({ "/": hostPage({ head: `<script>${tool}</script>${TAG.replace("<script", `<script data-endpoint="/learn" ${attributes}`)}` }) });
  const tamper: Tamper = (asked, answer) => {
    if (!asked.path.startsWith("/learn/")) return host(asked, answer);
    if (asked.method === "POST") bodies.push(asked.body);
    return { status: 204, headers: {}, body: Buffer.from("") };
  };
  return { tamper, bodies };
}

const TOOLS: readonly [string, string, (agreed: boolean) => string][] = [
  [
    "IAB TCF",
    `var listeners = {}, state = { gdprApplies: true, eventStatus: "cmpuishown", purpose: { consents: {} } };
    window.__tcfapi = function (command, version, tell, id) {
      if (command === "addEventListener") { var n = Object.keys(listeners).length + 1; listeners[n] = tell; tell(Object.assign({ listenerId: n }, state), true); }
    };
    window.choose = function (agreed) {
      state = { gdprApplies: true, eventStatus: "useractioncomplete", purpose: { consents: { 1: agreed, 5: agreed, 6: agreed, 10: agreed } } };
      for (var n in listeners) listeners[n](Object.assign({ listenerId: +n }, state), true);
    };`,
    (agreed) => `choose(${agreed})`,
  ],
  [
    "Google consent mode",
    `window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments); }
    gtag("consent", "default", { personalization_storage: "denied", analytics_storage: "denied", wait_for_update: 20000 });`,
    (agreed) =>
      `gtag("consent", "update", { personalization_storage: "${agreed ? "granted" : "denied"}", analytics_storage: "${agreed ? "granted" : "denied"}" })`,
  ],
  [
    "Shopify",
    `var agreed = false;
    window.Shopify = { customerPrivacy: { preferencesProcessingAllowed: function () { return agreed; }, analyticsProcessingAllowed: function () { return agreed; } } };
    window.choose = function (now) { agreed = now; document.dispatchEvent(new CustomEvent("visitorConsentCollected")); };`,
    (agreed) => `choose(${agreed})`,
  ],
];

for (const [name, tool, choose] of TOOLS) {
  test(`${name} is followed both ways: before the yes and after the no nothing is stored and nothing is sent`, async ({ page, openShop }) => {
    const { tamper, bodies } = withEndpoint(tool, 'data-consent="auto"');
    const shop = await openShop({ tamper });
    await page.clock.install();
    await page.goto(shop.url);
    await clientReady(page);
    await page.locator("presently-shelf a[href]").first().waitFor();
    await page.locator("#buy").click();
    await expect.poll(() => eventNames(page)).toContain("add_to_cart");
    await page.clock.fastForward(60_000);
    expect(await disk(page)).toEqual(EMPTY);
    expect(bodies).toEqual([]);

    await page.evaluate(choose(true));
    await expect.poll(async () => (await status(page)).consent).toEqual({ store: true, share: "balanced" });
    await expect.poll(async () => (await disk(page)).rows).toBeGreaterThan(0);
    await answerShelf(page);
    await expect.poll(async () => (await ledger(page)).length).toBeGreaterThan(0);
    await page.clock.fastForward(60_000);
    await expect.poll(() => bodies.length).toBeGreaterThan(0);

    // Something waits when the shopper changes his mind: it never leaves.
    await page.reload();
    await clientReady(page);
    await page.evaluate(choose(true));
    await expect.poll(async () => (await status(page)).consent.share).toBe("balanced");
    await track(page, { name: "view_item", item_id: "TEN-009" });
    // A tool that begins with "no" on every page empties the queue once it is heard, which may be now.
    let item = 10;
    await expect
      .poll(async () => {
        await track(page, { name: "add_to_cart", item_id: `TEN-0${item++}` });
        return (await status(page)).queued;
      })
      .toBeGreaterThan(0);
    await page.evaluate(choose(false));
    await expect.poll(async () => (await status(page)).consent).toEqual({ store: false, share: false });
    const sent = bodies.length;
    await expect.poll(() => disk(page)).toEqual(EMPTY);
    await page.clock.fastForward(600_000);
    expect((await status(page)).queued).toBe(0);
    expect(await eventNames(page)).toContain("add_to_cart");
    expect(bodies.length).toBe(sent);
  });
}

test("Do Not Track keeps what the shop shares on the device, until the shopper says otherwise here", async ({ page, openShop }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "doNotTrack", { get: () => "1" }));
  const { tamper } = withEndpoint("", 'data-store data-share="balanced"');
  const shop = await openShop({ tamper });
  await page.goto(shop.url);
  await clientReady(page);
  expect((await status(page)).consent).toEqual({ store: true, share: false });
  await setConsent(page, { share: "balanced" });
  expect((await status(page)).consent).toEqual({ store: true, share: "balanced" });
});

test("forget() leaves no byte, in all tabs, within a second", { tag: "@alone" }, async ({ page, context, openShop }) => {
  const { tamper, bodies } = withEndpoint("", "");
  const shop = await openShop({ tamper });
  await page.goto(shop.url);
  await clientReady(page);
  await setConsent(page, { store: true, share: "balanced" });
  await answerShelf(page);
  const other = await context.newPage();
  await other.goto(shop.url);
  await clientReady(other);
  await expect.poll(() => eventNames(other)).toContain("select_item");
  await answerShelf(other);
  // A page that came back has left its newest events in sessionStorage, which is each tab's own.
  await other.evaluate(() => sessionStorage.setItem("presently.early", JSON.stringify([{ event: { name: "page_view", time: 1 }, id: "left.1" }])));
  expect((await disk(other)).rows).toBeGreaterThan(0);
  // A worker that is just timing the encoder's backends answers when it is done.
  for (const tab of [page, other]) await expect.poll(async () => Object.keys((await status(tab)).timings).length, { timeout: 20_000 }).toBeGreaterThan(1);
  const sent = bodies.length;
  const emptied = other.evaluate(async () => {
    const { presently } = window as never as { presently: { timeline(): unknown[]; consent(): { store: boolean } } };
    const clean = async () =>
      presently.timeline().length === 0 &&
      !presently.consent().store &&
      (await indexedDB.databases()).length === 0 &&
      (await caches.keys()).length === 0 &&
      localStorage.length === 0 &&
      sessionStorage.length === 0;
    while (!(await clean())) await new Promise((resolve) => setTimeout(resolve, 10));
    return Date.now();
  });
  const asked = await page.evaluate(async () => {
    const time = Date.now();
    await (window as never as { presently: { forget(): Promise<void> } }).presently.forget();
    return { time, done: Date.now() };
  });
  expect((await emptied) - asked.time).toBeLessThan(1_000);
  expect(asked.done - asked.time).toBeLessThan(1_000);
  for (const tab of [page, other]) {
    expect(await disk(tab)).toEqual(EMPTY);
    expect(await eventNames(tab)).toEqual([]);
    expect((await persona(tab)).vector).toBeNull();
    expect(await ledger(tab)).toEqual([]);
    expect((await status(tab)).queued).toBe(0);
  }
  expect(bodies.length).toBe(sent);
});

test("Global Privacy Control is stronger than the shop's consent", async ({ page, openShop }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }));
  const shop = await openShop();
  await page.goto(shop.url);
  await clientReady(page);
  await setConsent(page, { store: true, share: "session" });
  const [first] = (await recommend(page, { limit: 1 })).items;
  await track(page, { name: "view_item", item_id: first.item_id });
  await expect.poll(() => eventNames(page)).toContain("view_item");
  expect((await status(page)).consent).toEqual({ store: false, share: false });
  expect(await disk(page)).toEqual(EMPTY);
});
