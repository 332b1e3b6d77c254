/*
 * Understood here:
 *
 *   data-presently-page="product"         on any element, usually <body> or <main>: home, listing, search, product, cart, checkout, other
 *   data-presently-category="Running"     on the same element: the page's category
 *   data-presently-item, there or on the element with data-presently-event="view_item": the product of the page
 *
 * Without them: JSON-LD and Open Graph (structured.ts), then the address: "/" is home, "/cart" and "/checkout" are what they say,
 * and a search term is one of the query parameters q, query, search, s, keyword, keywords, search_query, search_term, term, text.
 */
import type { EventInput, EventItem } from "../contract/events.js";
import { attribute, clean, ITEM, markedItem, text } from "./markup.js";
import { breadcrumbs, isListing, jsonLd, jsonLdProduct, openGraphProduct } from "./structured.js";

const SEARCH_PARAMETERS = ["q", "query", "search", "s", "keyword", "keywords", "search_query", "search_term", "term", "text"];
const PAGE_TYPES = ["home", "listing", "search", "product", "cart", "checkout", "other"] as const;
type PageType = (typeof PAGE_TYPES)[number];

export interface Page {
  readonly type: PageType;
  readonly category?: string;
  readonly search?: string;
  readonly product: EventItem | null;
}

export const isSearchParameter = (name: string) => SEARCH_PARAMETERS.includes(name.toLowerCase());

export function searchTerm(location: Location): string | undefined {
  for (const [name, value] of new URLSearchParams(location.search)) {
    const term = isSearchParameter(name) && text(value);
    if (term) return term;
  }
  return undefined;
}

/** Addresses with one key are one page: campaign parameters and anchors make no new one, a hash route does. */
export function pageKey({ pathname, search, hash }: Location): string {
  const parameters = new URLSearchParams(search);
  for (const name of [...parameters.keys()]) if (/^(utm_|gclid|fbclid|msclkid|_g[al])/.test(name)) parameters.delete(name);
  return `${pathname}?${parameters}${/^#[!/]/.test(hash) ? hash : ""}`;
}

export function readPage(document: Document, location: Location): Page {
  const marked = document.querySelector("[data-presently-page]");
  const things = jsonLd(document);
  const detail = document.querySelector(`[data-presently-event="view_item"]${ITEM}, [data-presently-page="product"]${ITEM}`);
  const product = (detail && markedItem(detail)) ?? jsonLdProduct(things, location) ?? openGraphProduct(document);
  const search = searchTerm(location);
  const path = breadcrumbs(things);
  const declared = PAGE_TYPES.find((type) => type === attribute(marked, "page"));
  const type =
    declared ??
    (product
      ? "product"
      : search
        ? "search"
        : /\/check-?out\b/i.test(location.pathname)
          ? "checkout"
          : /\/(cart|basket|bag|warenkorb|panier)\b/i.test(location.pathname)
            ? "cart"
            : pageKey(location) === "/?"
              ? "home"
              : path.length || isListing(things)
                ? "listing"
                : "other");
  // A product page's trail often ends with the product itself.
  if (type === "product" && path.at(-1) === product?.item_name) path.pop();
  const category = attribute(marked, "category") ?? attribute(document.querySelector("body[data-presently-category]"), "category") ?? path.at(-1);
  // A listing page may carry a Product by mistake (a featured one): what the shop declares wins.
  return clean({ type, category, search, product: declared && declared !== "product" && !detail ? null : product });
}

export function pageView(page: Page, document: Document, location: Location): EventInput {
  return clean({
    name: "page_view" as const,
    page_location: text(`${location.origin}${location.pathname}${location.search}`, 2048),
    page_title: text(document.title, 512),
    page_type: page.type,
    page_category: page.category,
  });
}
