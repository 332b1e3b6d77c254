import { readFile } from "node:fs/promises";
import { XMLParser } from "fast-xml-parser";
import { type CatalogItem, PresentlyError, parseCatalogItem } from "presently/contract";
import type { Fetch } from "./release.js";

/** Fields of a Merchant feed that are no attribute a shopper has a taste for. */
const KNOWN = new Set(["id", "title", "description", "link", "image_link", "brand", "product_type", "price", "availability", "condition"]);

type Entry = Readonly<Record<string, unknown>>;

function fromMerchant(entry: Entry): CatalogItem {
  const field = (name: string) => entry[`g:${name}`] ?? entry[name];
  const [price = "", currency] = String(field("price") ?? "").split(" ");
  const attributes = Object.entries(entry).flatMap(([name, value]) => {
    const plain = name.replace(/^g:/, "");
    return KNOWN.has(plain) || typeof value === "object" || value === "" ? [] : [[plain, String(value)] as const];
  });
  const fields = {
    item_id: field("id"),
    title: field("title"),
    description: field("description"),
    link: field("link"),
    image_link: field("image_link"),
    brand: field("brand"),
    category: field("product_type") === undefined ? undefined : String(field("product_type")).split(/\s*>\s*/),
    price: price === "" ? undefined : Number(price),
    currency,
    availability: String(field("availability") ?? "in_stock").replaceAll(" ", "_"),
    attributes: Object.fromEntries(attributes),
  };
  return parseCatalogItem(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}

/**
 * The catalogue that simulated shoppers shop in: a Google Merchant feed (RSS) or JSON lines of catalogue items, from a file or an address.
 * Strict, unlike an import: one broken entry and there is no simulation.
 * @throws PresentlyError `simulate/catalog`, `item/invalid`
 */
export async function readCatalog(source: string, fetch: Fetch): Promise<CatalogItem[]> {
  let text: string;
  if (/^https?:\/\//.test(source)) {
    const response = await fetch(source);
    if (!response.ok) throw new PresentlyError("simulate/catalog", `${source} answered ${response.status}: is the shop running?`);
    text = await response.text();
  } else {
    text = await readFile(source, "utf8").catch((cause) => {
      throw new PresentlyError("simulate/catalog", `The catalogue ${source} cannot be read: ${(cause as Error).message}`, { cause });
    });
  }
  if (!text.trimStart().startsWith("<"))
    return text
      .split("\n")
      .filter((line) => line.trim())
      .map((line) => parseCatalogItem(JSON.parse(line)));
  const feed = new XMLParser({ parseTagValue: false, processEntities: { enabled: true, maxTotalExpansions: 10_000_000 } }).parse(text) as {
    rss?: { channel?: { item?: Entry | Entry[] } };
  };
  const items = [feed.rss?.channel?.item ?? []].flat().map(fromMerchant);
  if (!items.length) throw new PresentlyError("simulate/catalog", `${source} has no <item>: give a Google Merchant feed or JSON lines`);
  return items;
}
