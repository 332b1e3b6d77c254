import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createCatalog } from "../../examples/storefront/catalog/catalog.mjs";
import { merchantFeed } from "../../examples/storefront/catalog/feed.mjs";
import { at } from "../../scripts/process.mjs";

/** A built module of the endpoint. */
export const endpoint = (path) => import(pathToFileURL(at(`endpoint/dist/${path}`)).href);

/** The demo shop's catalogue, through its own Merchant feed as scripts/models.mjs reads it. */
export async function demoItems() {
  const { readCatalog } = await endpoint("simulate/catalog.js");
  const folder = mkdtempSync(join(tmpdir(), "presently-bench-"));
  try {
    const feed = join(folder, "feed.xml");
    writeFileSync(feed, merchantFeed(createCatalog(), ""));
    return await readCatalog(feed, fetch);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
