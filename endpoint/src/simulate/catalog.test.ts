import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error The storefront is plain JavaScript.
import { createCatalog } from "../../../examples/storefront/catalog/catalog.mjs";
// @ts-expect-error The storefront is plain JavaScript.
import { merchantFeed } from "../../../examples/storefront/catalog/feed.mjs";
import { readCatalog } from "./catalog.js";

const noNetwork = () => Promise.reject(new Error("no network here"));

describe("the catalogue of a simulation", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "catalog-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("is read from the demo shop's feed, whole", async () => {
    const catalog = createCatalog();
    const path = join(folder, "feed.xml");
    await writeFile(path, merchantFeed(catalog, "http://shop.example"));
    const items = await readCatalog(path, noNetwork);
    expect(items).toHaveLength(catalog.items.length);
    const [first] = catalog.items;
    expect(items[0]).toEqual({
      item_id: first.id,
      title: first.title,
      description: first.description,
      link: `http://shop.example/item/${first.id}`,
      image_link: `http://shop.example/image/${first.id}.svg`,
      brand: first.brand,
      category: [first.department, first.shelf],
      price: first.price,
      currency: "EUR",
      availability: first.availability,
      attributes: { color: first.colour, material: first.material, size: first.size },
    });
    expect(items.some(({ brand }) => brand === "Osprey & Oar")).toBe(true);
  });

  it("is read from JSON lines, and from an address", async () => {
    const text = '{"item_id":"a","title":"A"}\n\n{"item_id":"b","title":"B"}\n';
    const path = join(folder, "items.jsonl");
    await writeFile(path, text);
    expect((await readCatalog(path, noNetwork)).map(({ item_id }) => item_id)).toEqual(["a", "b"]);
    expect(await readCatalog("http://shop.example/items", async () => new Response(text))).toHaveLength(2);
  });

  it("says what is wrong with it", async () => {
    await expect(readCatalog(join(folder, "none.xml"), noNetwork)).rejects.toMatchObject({ code: "simulate/catalog" });
    await expect(readCatalog("http://shop.example/", async () => new Response("", { status: 503 }))).rejects.toMatchObject({ code: "simulate/catalog" });
    await writeFile(join(folder, "empty.xml"), "<rss><channel></channel></rss>");
    await expect(readCatalog(join(folder, "empty.xml"), noNetwork)).rejects.toMatchObject({ code: "simulate/catalog" });
  });
});
