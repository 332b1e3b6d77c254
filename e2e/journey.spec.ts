import { clientReady, ledger, persona, recommend, setConsent, status, track } from "./support/client.js";
import { startEndpoint } from "./support/endpoint.js";
import { RELEASE } from "./support/release.js";
import { startStorefront } from "./support/storefront.js";
import { expect, test } from "./support/test.js";
import { productUrl } from "./support/visit.js";

test("click → new ranking → feedback → training → new release → the open page ranks with it", async ({ page, openShop }) => {
  test.setTimeout(300_000);
  const catalogue = await startStorefront({ port: 0 });
  const endpoint = await startEndpoint(["--catalog", `${catalogue.url}/feed.xml`, "--release", RELEASE]);
  try {
    const shop = await openShop({ endpoint: endpoint.url });
    await page.goto(shop.url);
    await clientReady(page);
    await setConsent(page, { store: true, share: "balanced" });
    const cold = await recommend(page, { limit: 8 });
    const { release } = await status(page);
    expect(release).toBeGreaterThan(0);

    // Click: an item's page. New ranking: other items, and the click is their reason.
    const clicked = cold.items[2];
    await page.goto(productUrl(shop, clicked));
    await clientReady(page);
    await expect.poll(async () => (await persona(page)).tokens.map((token) => token.value)).toContain(clicked.item_id);
    const warm = await recommend(page, { limit: 8 });
    expect(warm.items.map((item) => item.item_id)).not.toEqual(cold.items.map((item) => item.item_id));
    expect(warm.items.filter((item) => item.reason.item_id === clicked.item_id).length).toBeGreaterThan(0);

    // Feedback: what was opened and bought next leaves as anonymous pairs, and the endpoint has them on its disk.
    for (const item of warm.items.slice(0, 3)) {
      await page.goto(productUrl(shop, item));
      await clientReady(page);
      await track(page, { name: "add_to_cart", item_id: item.item_id });
      await expect
        .poll(async () => (await ledger(page)).map(({ record }) => record))
        .toContainEqual(expect.objectContaining({ target: item.item_id, outcome: "cart" }));
    }
    await page.goto(shop.url);
    await clientReady(page);
    await expect.poll(async () => (await ledger(page)).filter((entry) => entry.state === "sent").length, { timeout: 90_000 }).toBeGreaterThan(2);
    const sent = (await ledger(page)).find((entry) => entry.state === "sent");
    expect(sent?.record).toMatchObject({ kind: "pair", target: expect.any(String) });

    // Training on what arrived gives a new release, and the open page ranks with it, without a reload.
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    await endpoint.command("train", "--epochs", "1", "--max-seconds", "30");
    await endpoint.command("publish");
    await expect.poll(async () => (await status(page)).release, { timeout: 120_000 }).toBeGreaterThan(release);
    expect(await page.evaluate(() => (window as unknown as { sameDocument?: boolean }).sameDocument)).toBe(true);
    const after = await recommend(page, { limit: 8 });
    expect(after.release).toBeGreaterThan(release);
    expect(after.items).toHaveLength(8);
    expect((await persona(page)).tokens.map((token) => token.value)).toContain(clicked.item_id);
  } finally {
    await endpoint.close();
    await catalogue.close();
  }
});
