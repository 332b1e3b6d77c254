/*
 * Reads a page: what kind it is, its category, its search, its product. A file of its own, loaded when the first page is to be read. Sources,
 * each a file with what it understands at its top, are asked in the order of SOURCES, and what they say is merged field by field: the first that
 * knows a field is believed. What a source says of another product than those before it is left out.
 */
import type { EventItem } from "../../contract/events.js";
import { pageKey, searchTerm, typeOfAddress } from "../address.js";
import { categoryFields, clean } from "../markup.js";
import { attributes } from "./attributes.js";
import { jsonLd } from "./jsonld.js";
import { dataLayer } from "./layer.js";
import { microdata, rdfa } from "./microdata.js";
import { openGraph } from "./opengraph.js";
import { platforms } from "./platforms/platforms.js";
import { resultsOf } from "./results.js";
import { shownFacts } from "./shown.js";
import type { Facts, PageContext, PageType, ProductFacts, Source, SourceName } from "./source.js";
import { leadsHome, shownTrail, trail, trailOf } from "./trail.js";
import { idsOf, plain } from "./values.js";
import { sameText } from "./words.js";

export type { PageType, ProductFacts, SourceName } from "./source.js";

const ORDER: readonly Source[] = [attributes, jsonLd, microdata, rdfa, platforms, dataLayer, openGraph, trail];

const ASKED = /^(variant|variant_?id|sku|product_?(id|code)|id_product|pid|item_?id|art(icle|ikel)?_?(id|nr|no)?)$/i;

export interface Reading {
  readonly type: PageType;
  /** Path from the root: the page's, or its product's. */
  readonly category: readonly string[];
  readonly search?: string | undefined;
  /** How many items the search found, where the page tells. */
  readonly results?: number | undefined;
  readonly product: (ProductFacts & { readonly item_id: string; readonly path: string }) | null;
  /** Where each field comes from: "id", "name", "price", …, "type". */
  readonly from: Readonly<Record<string, SourceName>>;
  /** Some of it is no JSON; with `repair` it may be. */
  readonly broken: boolean;
}

export interface ReadOptions {
  /** Of text that nearly is JSON; throws where it cannot. */
  readonly repair?: ((text: string) => string) | undefined;
  /** Names of query parameters that hold a search term, besides the common ones. */
  readonly searchParameters?: readonly string[] | undefined;
}

function contextOf(window: Window, repair: ReadOptions["repair"]): PageContext {
  const { document, location } = window;
  const addresses = [new URL(location.href)];
  try {
    const canonical = document.querySelector("link[rel=canonical]")?.getAttribute("href");
    if (canonical) addresses.push(new URL(canonical, location.href));
  } catch {
    // A canonical address that is none.
  }
  const language = document.documentElement.getAttribute("lang") ?? "";
  const isHome = pageKey(location) === "/?";
  const known = { window, document, location, repair, addresses, language, isHome, main: null, heading: "" };
  const parts = document.title.split(/\s+[-–—|·»:>]\s+/);
  const titles = new Set([parts[0], parts.at(-1)].filter(Boolean));
  // Shops whose logo is the first heading have a second; those from before headings have the title in bold.
  const main =
    ["h1", "h2", ".pageHeading, .page-heading, .page-title"]
      .flatMap((title) => [...document.querySelectorAll(title)])
      .find((one) => !leadsHome(one.querySelector("a")?.getAttribute("href") ?? undefined, known)) ??
    [...document.querySelectorAll("b, strong, font")].find((one) => titles.has(plain(one.textContent) ?? "")) ??
    null;
  return { ...known, main, heading: plain(main?.textContent, 512) ?? "" };
}

/** Two sources mean one product unless both say otherwise. */
function agrees(known: ProductFacts, more: ProductFacts): boolean {
  if (more.ids.some((id) => known.ids.includes(id))) return true;
  return !known.name || !more.name || sameText(known.name, more.name) || known.name.toLowerCase().includes(more.name.toLowerCase());
}

/** Structured trails may leave the page itself out, which the shown one ends with. */
function goesFurther(known: readonly string[], more: readonly string[], name: SourceName, { heading }: PageContext): boolean {
  return name === "trail" ? sameText(more.at(-1), heading) && !sameText(known.at(-1), heading) : more.length > known.length;
}

/** Ids of last resort: what the address asks for ("item.php?nr=10-003", where all products have one path), else its last word. */
function addressIds({ addresses, location }: PageContext): string[] {
  const { pathname } = addresses.at(-1) ?? location;
  const script = /\.(php|aspx?|cfm|jsp|do)$/i.test(pathname);
  const asked = [...new URLSearchParams(location.search)].flatMap(([name, value]) =>
    ASKED.test(name) || (script && /^(id|nr|no|p)$/i.test(name)) ? value : [],
  );
  const words = pathname.split("/").map((word) => decodeURIComponent(word).replace(/\.(html?|php|aspx?)$/, ""));
  return idsOf(...asked, ...(script && asked.length > 0 ? [] : words.filter((word) => word.length > 2 && word !== "index").slice(-1)));
}

/** A list without a trail is headed by what it lists. */
function headingOf({ document }: PageContext): string[] {
  const heading = document.querySelector("h1")?.cloneNode(true) as Element | undefined;
  for (const hidden of heading?.querySelectorAll('[class*="hidden"], [class*="sr-only"]') ?? []) hidden.remove();
  const title = plain(heading?.textContent);
  return title ? [title] : [];
}

/** The product as events carry it. */
export function eventItem({ item_id, ids, path, name, brand, category, price }: NonNullable<Reading["product"]>): EventItem {
  const others = [...ids.slice(1, 11), path].filter((id) => id !== item_id);
  return clean({ item_id, item_ids: others, item_name: name, item_brand: brand, ...categoryFields(category?.slice(-5)), price });
}

/** Never throws: a source that does has said nothing. Costs some milliseconds on a large page: call it in idle time. */
export function readPage(window: Window, { repair, searchParameters }: ReadOptions = {}): Reading {
  const page = contextOf(window, repair);
  const from: Record<string, SourceName> = {};
  const fields: Record<string, unknown> = {};
  let ids: string[] = [];
  let variants: string[] = [];
  let type: PageType | undefined;
  let known: ProductFacts | null = null;
  let category: readonly string[] | undefined;
  let search: string | undefined;
  let listing = false;
  let broken = false;

  function take(name: SourceName, product: ProductFacts | null | undefined): void {
    if (!product || (known && !agrees(known, product))) return;
    known ??= product;
    if (product.ids.length > 0) from.id ??= name;
    ids = [...new Set([...ids, ...product.ids])];
    for (const [field, value] of Object.entries(product)) {
      if (field === "variants") variants = [...new Set([...variants, ...(value as string[])])];
      if (field === "ids" || field === "variants" || value === undefined || field in fields) continue;
      fields[field] = value;
      from[field] = name;
    }
  }

  for (const { name, read } of ORDER) {
    let facts: Facts;
    try {
      facts = read(page);
    } catch {
      continue;
    }
    broken ||= facts.broken === true;
    listing ||= facts.listing === true;
    search ??= facts.search;
    if (type === undefined && facts.type !== undefined) {
      type = facts.type;
      from.type = name;
    }
    if (facts.category?.length && (category === undefined || (from.trail !== "attributes" && goesFurther(category, facts.category, name, page)))) {
      category = facts.category;
      from.trail = name;
    }
    take(name, facts.product);
  }

  const told = searchTerm(page.location, searchParameters) ?? search;
  const ofAddress = typeOfAddress(page.location, told !== undefined, listing || category !== undefined);
  // Where JSON is still to be mended, that is what the page says.
  const silent = !broken && !listing && (type === "product" || (type === undefined && /^(listing|other)$/.test(ofAddress)));
  if (known || silent) {
    try {
      take("shown", shownFacts(page, known && { priced: "price" in fields }));
    } catch {
      // What is shown can't be read.
    }
  }

  // What the shop or its platform declares wins: a listing may carry a Product by mistake, or a featured one.
  const isProduct = known !== null && (type === undefined || type === "product");
  const decided = type ?? (isProduct ? "product" : ofAddress);
  const shown = isProduct && from.trail === "trail";
  // Its last entry may be the product by its address.
  const path = [...((shown ? trailOf(shownTrail(page), page, (fields.name as string | undefined) ?? "") : category) ?? [])];
  if (!isProduct || !known) {
    const named = path.length > 0 || decided !== "listing" ? path : headingOf(page);
    const results = told === undefined ? undefined : resultsOf(window.document);
    return { type: decided, category: named, search: told, results, product: null, from, broken };
  }
  if (path.length > 0 && [fields.name as string | undefined, page.heading].some((title) => sameText(path.at(-1), title))) path.pop();
  const own =
    trailOf(
      ((fields.category ?? []) as readonly string[]).map((name) => ({ name })),
      page,
      fields.name as string | undefined,
    ) ?? [];
  // The trail tells the way to the category that the product names.
  const full = own.length === 0 || (path.length > own.length && sameText(path.at(-1), own.at(-1))) ? path : [...own];
  from.id ??= "address";
  if (ids.length === 0) ids = addressIds(page);
  const [item_id] = ids;
  const product =
    item_id === undefined
      ? null
      : { ...(fields as Omit<ProductFacts, "ids">), ids, item_id, variants, path: page.addresses.at(-1)?.pathname ?? "", category: full };
  return { type: "product", category: full, search: told, product, from, broken };
}
