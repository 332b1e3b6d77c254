import { clientReady, persona, recommend, setConsent, status, track } from "./support/client.js";
import { startRelay } from "./support/relay.js";
import { expect, test } from "./support/test.js";

test("a script from another origin starts its worker all the same", async ({ page, openShop }) => {
  // The CDN is the same server under another origin, and allows reading, as CDNs of scripts do.
  let cdn = "";
  const shop = await openShop({
    tamper: ({ path }, answer) => {
      if (path.startsWith("/sdk/")) return { ...answer, status: 404, body: Buffer.from("not here") };
      if (!/html/.test(answer.headers["content-type"] ?? "")) return undefined;
      return { ...answer, body: Buffer.from(answer.body.toString("utf8").replaceAll('"/sdk/', `"${cdn}/sdk/`)) };
    },
  });
  const origin = await openShop();
  const relay = await startRelay(origin.url, (_, answer) => ({ ...answer, headers: { ...answer.headers, "access-control-allow-origin": "*" } }));
  cdn = relay.url;
  try {
    await page.goto(shop.url);
    await clientReady(page);
    const [first] = (await recommend(page, { limit: 1 })).items;
    await track(page, { name: "view_item", item_id: first.item_id });
    await expect.poll(async () => (await persona(page)).vector?.length ?? 0).toBeGreaterThan(0);
    expect(await status(page)).toMatchObject({ thread: "worker", kernel: "simd" });
    // What comes with the consent is loaded from there too.
    await setConsent(page, { store: true, share: "balanced" });
    expect(await status(page)).toMatchObject({ storage: "indexeddb", problems: [] });
    expect(relay.received.map(({ path }) => path.split("?")[0])).toEqual(
      expect.arrayContaining(["presently", "worker", "connection", "persistent"].map((name) => `/sdk/${name}.js`)),
    );
    expect(shop.received.filter(({ path }) => path.startsWith("/sdk/"))).toEqual([]);
  } finally {
    await relay.close();
  }
});
