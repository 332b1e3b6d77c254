/*
 * Understood here, in <script type="application/ld+json"> (https://schema.org), in arrays and @graph too:
 *
 *   Product, ProductGroup    sku | productID | productGroupID | mpn | gtin*, name, brand (text or { name }), category,
 *                            offers.price | lowPrice; exactly one per page, or the one whose url is the page's
 *   BreadcrumbList           the page's category: its last entry, or on a product page the one before
 *   CollectionPage, ItemList the page is a listing
 *
 * and in <meta property> (https://ogp.me): og:type "product" or "og:product" with product:retailer_item_id, og:title,
 * product:brand, product:category, product:price:amount (also og:price:amount).
 */
import type { EventItem } from "../contract/events.js";
import { amount, categoryFields, clean, text } from "./markup.js";

type Thing = Record<string, unknown>;

const isThing = (value: unknown): value is Thing => typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);

function* walk(value: unknown, depth = 0): Generator<Thing> {
  for (const thing of list(value)) {
    if (!isThing(thing) || depth > 4) continue;
    yield thing;
    yield* walk([thing["@graph"], thing.mainEntity, thing.breadcrumb].flat(), depth + 1);
  }
}

const isA = (thing: Thing, ...types: string[]) => list(thing["@type"]).some((type) => typeof type === "string" && types.includes(type.replace(/^.*[/:]/, "")));

/** Every thing that the page describes; broken blocks are left out. */
export function jsonLd(document: Document): Thing[] {
  const things: Thing[] = [];
  for (const script of document.querySelectorAll('script[type="application/ld+json"]')) {
    try {
      things.push(...walk(JSON.parse(script.textContent ?? "")));
    } catch {
      // Templates often write invalid JSON.
    }
  }
  return things;
}

function samePage(url: unknown, location: Location): boolean {
  try {
    return typeof url === "string" && new URL(url, location.href).pathname === location.pathname;
  } catch {
    return false;
  }
}

export function jsonLdProduct(things: readonly Thing[], location: Location): EventItem | null {
  const products = things.filter((thing) => isA(thing, "Product", "ProductGroup"));
  const product = products.length > 1 ? products.find((one) => samePage(one.url ?? one["@id"], location)) : products[0];
  if (!product) return null;
  const offer = list(product.offers).find(isThing);
  const price = isThing(offer?.priceSpecification) ? offer.priceSpecification.price : undefined;
  const item_id = [product.sku, product.productID, product.productGroupID, offer?.sku, product.mpn, product.gtin, product.gtin13]
    .map((id) => text(id))
    .find(Boolean);
  if (!item_id) return null;
  return clean({
    item_id,
    item_name: text(product.name, 512),
    item_brand: text(isThing(product.brand) ? product.brand.name : product.brand),
    ...categoryFields(isThing(product.category) ? product.category.name : product.category),
    price: amount(offer?.price ?? offer?.lowPrice ?? price),
  });
}

/** Names from the root, without the home page. */
export function breadcrumbs(things: readonly Thing[]): string[] {
  const crumbs = list(things.find((thing) => isA(thing, "BreadcrumbList"))?.itemListElement).filter(isThing);
  const named = crumbs
    .sort((a, b) => Number(a.position) - Number(b.position))
    .map(({ name, item }) => ({ name: text(name ?? (isThing(item) ? item.name : undefined)), url: isThing(item) ? (item["@id"] ?? item.url) : item }));
  const isHome = (url: unknown) => typeof url === "string" && /^(https?:\/\/[^/]+)?\/?$/.test(url);
  return named.filter(({ url }, i) => !(i === 0 && isHome(url))).flatMap(({ name }) => name ?? []);
}

export const isListing = (things: readonly Thing[]) => things.some((thing) => isA(thing, "CollectionPage", "ItemList", "SearchResultsPage"));

export function openGraphProduct(document: Document): EventItem | null {
  const meta = (...names: string[]) =>
    names.map((name) => text(document.querySelector(`meta[property="${name}"]`)?.getAttribute("content"), 512)).find(Boolean);
  const item_id = meta("product:retailer_item_id");
  if (!item_id || !/^(og:)?product/.test(meta("og:type") ?? "product")) return null;
  return clean({
    item_id: item_id.slice(0, 256),
    item_name: meta("og:title"),
    item_brand: text(meta("product:brand")),
    ...categoryFields(meta("product:category")),
    price: amount(meta("product:price:amount", "og:price:amount")),
  });
}
