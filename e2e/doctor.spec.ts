import type { Page } from "playwright/test";
import type { Diagnosis } from "../src/contract/index.js";
import { clientReady, recommend, setConsent } from "./support/client.js";
import { page as hostPage, hostPages, SHELF, TAG } from "./support/host.js";
import type { Tamper } from "./support/relay.js";
import { expect, test } from "./support/test.js";
import { shopWorks } from "./support/visit.js";

/** What doctor() gives, and what it has printed. */
async function doctor(page: Page): Promise<{ diagnosis: Diagnosis; text: string; codes: string[] }> {
  const printed = page.waitForEvent("console", (message) => message.text().startsWith("Presently "));
  const diagnosis = await page.evaluate(async () => {
    const { presently } = window as never as { presently: { doctor(): Promise<Diagnosis> } };
    return JSON.parse(JSON.stringify(await presently.doctor())) as Diagnosis;
  });
  const text = (await printed).text();
  if (process.env.DOCTOR_PRINTS) console.log(`${text}\n`);
  return { diagnosis, text, codes: diagnosis.findings.map(({ code }) => code) };
}

const level = ({ findings }: Diagnosis, code: string) => findings.find((one) => one.code === code)?.level;

test("on a healthy page it says what was recognised and from where, and that all is well", async ({ page, openShop }) => {
  const shop = await openShop();
  await page.goto(`${shop.url}/item/TEN-001`);
  await clientReady(page);
  await setConsent(page, { store: true });
  await recommend(page);
  const { diagnosis, text } = await doctor(page);
  expect(diagnosis.findings.filter(({ level }) => level === "error" || level === "warning")).toEqual([]);
  expect(diagnosis.page).toMatchObject({ type: "product", product: { item_id: "TEN-001" } });
  expect(diagnosis.page.sources.length).toBeGreaterThan(0);
  expect(diagnosis.ids.unknown).toEqual([]);
  expect(diagnosis.ids.checked).toBeGreaterThan(0);
  expect(diagnosis.consent).toMatchObject({ store: true, share: false, from: "setConsent" });
  expect(diagnosis.engine).toMatchObject({ thread: "worker", kernel: "simd" });
  expect(diagnosis.files.find(({ name }) => name === "presently.js")?.bytes).toBeGreaterThan(10_000);
  for (const part of ["all is well", "TEN-001", "worker", "kB", "IndexedDB"]) expect(text).toContain(part);
});

test("an id that the catalogue writes otherwise is shown beside the catalogue's", async ({ page, openShop }) => {
  const cards = '<ul><li data-presently-item="0TEN-002"></li><li data-presently-item="stranger-99"></li></ul>';
  const shop = await openShop({ tamper: hostPages({ "/": hostPage({ id: "ten_001", body: cards + SHELF }) }) });
  await page.goto(shop.url);
  await clientReady(page);
  await recommend(page);
  const { diagnosis, text } = await doctor(page);
  expect(diagnosis.ids.unknown.find(({ id }) => id === "ten_001")).toMatchObject({ near: [{ id: "TEN-001", differs: "punctuation" }] });
  expect(diagnosis.ids.unknown.find(({ id }) => id === "stranger-99")).toMatchObject({ where: ["cards"], near: [] });
  // The session's id was recognised all the same, so it is no error.
  expect(level(diagnosis, "ids/spelling")).toBe("warning");
  expect(text).toContain('The page says "ten_001"');
});

test("without a manifest it names the address and what it answers", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: ({ path }, answer) => (/manifest\.json/.test(path) ? { ...answer, status: 404 } : undefined) });
  await page.goto(shop.url);
  await clientReady(page);
  const { diagnosis, codes, text } = await doctor(page);
  expect(codes).toEqual(expect.arrayContaining(["manifest/missing", "release/none", "ids/unchecked"]));
  expect(diagnosis.release.version).toBe(0);
  expect(text).toContain(`${shop.url}/presently/manifest.json answers 404`);
  await shopWorks(page);
});

test("where the policy refuses worker and WebAssembly it names the directives to change", async ({ page, openShop }) => {
  const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; worker-src 'none'";
  const tamper: Tamper = (_, answer) => ({ ...answer, headers: { ...answer.headers, "content-security-policy": policy } });
  const shop = await openShop({ tamper });
  await page.goto(shop.url);
  await clientReady(page);
  await recommend(page);
  const { diagnosis, text } = await doctor(page);
  expect(diagnosis.engine.thread).toBe("main");
  expect(diagnosis.refused.map(({ directive }) => directive)).toContain("worker-src");
  expect(level(diagnosis, "csp/wasm")).toBe("warning");
  expect(text).toContain("wasm-unsafe-eval");
  expect(text).toContain("worker-src");
});

test("where the engine cannot be loaded at all it still answers", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: ({ path }, answer) => (/\/sdk\/(connection|worker|engine)\.js/.test(path) ? { ...answer, status: 404 } : undefined) });
  await page.goto(shop.url);
  await clientReady(page);
  const { codes } = await doctor(page);
  expect(codes).toEqual(expect.arrayContaining(["engine/unreachable", "release/none"]));
  await shopWorks(page);
});

test("a consent tool that nobody follows, and a tag that is there twice, are found", async ({ page, openShop }) => {
  const tool = "<script>window.Shopify = { customerPrivacy: { preferencesProcessingAllowed: function () { return true; } } };</script>";
  const shop = await openShop({ tamper: hostPages({ "/": hostPage({ head: tool + TAG + TAG }) }) });
  await page.goto(shop.url);
  await clientReady(page);
  const { diagnosis, codes } = await doctor(page);
  expect(codes).toEqual(expect.arrayContaining(["consent/tool-unused", "script/twice"]));
  expect(diagnosis.consent.tools).toMatchObject({ shopify: { store: true } });
});

test("without its own file it gives nothing and breaks nothing", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: ({ path }, answer) => (/doctor\.js/.test(path) ? { ...answer, status: 404 } : undefined) });
  await page.goto(shop.url);
  await clientReady(page);
  expect(await page.evaluate(() => (window as never as { presently: { doctor(): Promise<unknown> } }).presently.doctor())).toBeUndefined();
});
