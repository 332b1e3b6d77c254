import type { Page } from "playwright/test";
import { clientReady, eventNames, persona, problemCodes, recommend, setConsent, status, track } from "./support/client.js";
import type { Tamper } from "./support/relay.js";
import { expect, type Shop, test } from "./support/test.js";
import { shopWorks } from "./support/visit.js";

/** The page personalizes as on any other day. */
async function personalizes(page: Page): Promise<void> {
  const [first] = (await recommend(page, { limit: 1 })).items;
  await track(page, { name: "view_item", item_id: first.item_id });
  await expect.poll(async () => (await persona(page)).vector?.length ?? 0).toBeGreaterThan(0);
  expect((await recommend(page)).items.some((item) => item.reason.item_id === first.item_id)).toBe(true);
}

const file =
  (name: RegExp, change: (body: Buffer) => Buffer): Tamper =>
  ({ path }, answer) =>
    name.test(path) ? { ...answer, body: change(answer.body) } : undefined;

async function open(page: Page, shop: Shop): Promise<void> {
  await page.goto(shop.url);
  await clientReady(page);
}

test("without Worker the engine runs on the main thread", async ({ page, openShop }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "Worker"));
  await open(page, await openShop());
  await personalizes(page);
  expect(await status(page)).toMatchObject({ thread: "main" });
  expect(await problemCodes(page)).toContainEqual(expect.stringMatching(/worker/));
  await shopWorks(page);
});

test("a worker that dies is replaced by the main thread", async ({ page, openShop }) => {
  const shop = await openShop({
    tamper: file(/\/sdk\/worker\.js/, (body) => Buffer.concat([body, Buffer.from("\nsetTimeout(() => { throw new Error('out of memory'); }, 1500);")])),
  });
  await open(page, shop);
  await recommend(page);
  await expect.poll(async () => (await status(page)).thread).toBe("main");
  await personalizes(page);
  await shopWorks(page);
});

test("without IndexedDB the session is kept in memory, and taken along to the tab's next page", async ({ page, openShop }) => {
  await page.addInitScript(() => Object.defineProperty(window, "indexedDB", { get: () => undefined }));
  await open(page, await openShop());
  await setConsent(page, { store: true });
  await personalizes(page);
  expect((await status(page)).storage).toBe("memory");
  expect(await problemCodes(page)).toContainEqual(expect.stringMatching(/^storage\//));
  const viewed = (await eventNames(page)).filter((name) => name === "view_item").length;
  expect(viewed).toBeGreaterThan(0);
  await shopWorks(page);
  await clientReady(page);
  await expect.poll(async () => (await eventNames(page)).filter((name) => name === "view_item").length).toBe(viewed + 1);
});

test("an IndexedDB that refuses to open is as good as none", async ({ page, openShop }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("The user denied permission to access the database.", "SecurityError");
    };
  });
  await open(page, await openShop());
  await setConsent(page, { store: true });
  await personalizes(page);
  expect((await status(page)).storage).toBe("memory");
  await shopWorks(page);
});

test("a hostile CSP takes worker and WebAssembly away, and nothing else", async ({ page, openShop }) => {
  const policy =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'none'; object-src 'none'; base-uri 'none'";
  const tamper: Tamper = (_, answer) => ({ ...answer, headers: { ...answer.headers, "content-security-policy": policy } });
  await open(page, await openShop({ tamper }));
  await personalizes(page);
  const { thread, kernel, backend } = await status(page);
  expect(thread).toBe("main");
  expect(kernel).toBe("js");
  expect(backend).not.toBe("wasm");
  await expect(page.locator("presently-shelf").first().locator("a[href]").first()).toBeVisible();
  await shopWorks(page);
});

test("with the endpoint down the page ranks, and feedback waits", async ({ page, openShop }) => {
  const nobody: Tamper = (_, answer) =>
    /html/.test(answer.headers["content-type"] ?? "")
      ? { ...answer, body: Buffer.from(answer.body.toString("utf8").replace(" data-manifest=", ' data-endpoint="http://127.0.0.1:9" data-manifest=')) }
      : undefined;
  const shop = await openShop({ tamper: nobody });
  await open(page, shop);
  await setConsent(page, { store: true, share: "balanced" });
  await personalizes(page);
  await shopWorks(page);
  expect(["waiting", "failing", "idle"]).toContain((await status(page)).endpoint);
});

const BROKEN: [string, Tamper, RegExp][] = [
  ["a truncated shard", file(/\/presently\/.*shard/, (body) => body.subarray(0, body.length / 2)), /^release\/truncated$/],
  [
    "a shard with one wrong byte",
    file(/\/presently\/.*shard/, (body) => Buffer.concat([body.subarray(0, -1), Buffer.from([body[body.length - 1] ^ 1])])),
    /^release\/hash$/,
  ],
  ["a manifest that is not JSON", file(/manifest\.json/, () => Buffer.from("<!doctype html>")), /^manifest\/invalid$/],
  ["a manifest of another format", file(/manifest\.json/, () => Buffer.from('{"format":"presently.release/9"}')), /^manifest\/invalid$/],
  ["no manifest", ({ path }, answer) => (/manifest\.json/.test(path) ? { ...answer, status: 404 } : undefined), /^(manifest|release|catalog)\//],
  ["a connection that breaks", ({ path }) => (/\/presently\//.test(path) ? "drop" : undefined), /^(manifest|release|catalog)\//],
];

for (const [what, tamper, code] of BROKEN) {
  test(`with ${what} the shop goes on, and status() says what is missing`, async ({ page, openShop }) => {
    await open(page, await openShop({ tamper }));
    await expect.poll(() => problemCodes(page)).toContainEqual(expect.stringMatching(code));
    expect((await status(page)).release).toBe(0);
    await shopWorks(page);
  });
}

test("a broken new release leaves the last good one in use", async ({ page, openShop }) => {
  let broken = false;
  const cut = file(/\/presently\/.*shard/, (body) => body.subarray(0, 100));
  const newer = file(/manifest\.json/, (body) => {
    const manifest = JSON.parse(body.toString("utf8"));
    manifest.version += 1;
    // Other bytes: a file whose hash the page has already is not asked for again.
    manifest.files.shard.path = manifest.files.shard.path.replace("shard", "shard-next");
    manifest.files.shard.sha256 = "0".repeat(64);
    return Buffer.from(JSON.stringify(manifest));
  });
  const shop = await openShop({ tamper: (asked, answer) => (broken ? (cut(asked, answer) ?? newer(asked, answer)) : undefined) });
  await open(page, shop);
  await setConsent(page, { store: true });
  await recommend(page);
  const { release } = await status(page);
  expect(release).toBeGreaterThan(0);
  broken = true;
  await page.reload();
  await clientReady(page);
  await personalizes(page);
  expect((await status(page)).release).toBe(release);
  await shopWorks(page);
});

test("with the script blocked the shop works and the shelf keeps its place", async ({ page, openShop }) => {
  const shop = await openShop({ tamper: ({ path }) => (path.startsWith("/sdk/") ? "drop" : undefined) });
  await page.goto(shop.url);
  await expect(page.locator("presently-shelf").first()).toBeAttached();
  await shopWorks(page);
});
