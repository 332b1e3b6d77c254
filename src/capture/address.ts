/*
 * Understood here, at once and without reading the page:
 *
 *   data-presently-page="product"         on any element, usually <body> or <main>: home, listing, search, product, cart, checkout, other
 *   data-presently-category="Running"     on the same element, or on <body>: the page's category, a path ("Shoes > Running") or its last step
 *   data-presently-item, there or on the element with data-presently-event="view_item": the product of the page
 *
 * and of the address: "/" is home, "/cart" and "/checkout" are what they say, and a search term is one of the query parameters q, query, search,
 * s, keyword, keywords, search_query, search_term, searchterm, term, text, k, w, sSearch, suche, recherche, busca, buscar, or one that the shop names.
 */
import { attribute, ITEM, text } from "./markup.js";
import { PAGE_TYPES, type PageType } from "./types.js";

/** Each between two commas, so that a page without parameters has nothing to take apart. */
const SEARCH_PARAMETERS = ",q,query,search,s,keyword,keywords,search_query,search_term,searchterm,term,text,k,w,ssearch,suche,recherche,busca,buscar,";

export const isSearchParameter = (name: string, more: readonly string[] = []) => SEARCH_PARAMETERS.includes(`,${name.toLowerCase()},`) || more.includes(name);

export type Address = Pick<Location, "pathname" | "search" | "hash">;

/** Most addresses have no parameters, and a page's first look at any takes a third of a millisecond. */
const parametersOf = (search: string) => (search ? [...new URLSearchParams(search)] : []);

export function searchTerm({ search }: Address, more?: readonly string[]): string | undefined {
  for (const [name, value] of parametersOf(search)) {
    const term = isSearchParameter(name, more) && text(value);
    if (term) return term;
  }
  return undefined;
}

/**
 * Addresses with one key are one page: campaign parameters and anchors make no new one, a hash route does. An anchor within a hash route, which
 * takes its place in the address, leaves the page at what it was: `before`.
 */
export function pageKey({ pathname, search, hash }: Address, before = ""): string {
  const parameters = parametersOf(search).filter(([name]) => !/^(utm_|gclid|fbclid|msclkid|_g[al])/.test(name));
  return `${pathname}?${parameters.join("&")}${hash && (/^#[!/]/.test(hash) ? hash : before.replace(/^[^#]*/, ""))}`;
}

export function typeOfAddress(location: Address, isSearch: boolean, isListing: boolean): PageType {
  const { pathname } = location;
  if (/\/check-?out\b/i.test(pathname)) return "checkout";
  if (/\/(cart|basket|bag|warenkorb|panier|carrito|carrello)\b/i.test(pathname)) return "cart";
  if (isSearch) return "search";
  return pageKey(location) === "/?" ? "home" : isListing ? "listing" : "other";
}

const marked = (document: Document) => document.querySelector("[data-presently-page]");

/** What the shop says that the page is. */
export function declared(document: Document): PageType | undefined {
  const said = attribute(marked(document), "page");
  return PAGE_TYPES.find((type) => type === said);
}

export const markedCategory = (document: Document): string | undefined =>
  attribute(marked(document), "category") ?? attribute(document.querySelector("body[data-presently-category]"), "category");

/** The element that stands for the page's product. */
export const detailOf = (document: Document): Element | null =>
  document.querySelector(`[data-presently-event="view_item"]${ITEM}, [data-presently-page="product"]${ITEM}`);
