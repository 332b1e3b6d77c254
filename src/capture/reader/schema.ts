/*
 * Understood here, of nodes of https://schema.org:
 *
 *   Product, ProductGroup, IndividualProduct, ProductModel …  sku, productID, gtin*, isbn, mpn, model, identifier, productGroupID, inProductGroupWithID, name,
 *       brand, manufacturer, category; hasVariant (the one whose address is the page's, else the first in stock)
 *   Offer, AggregateOffer, lists of offers   sku, price, lowPrice, priceSpecification (no list price), priceCurrency, availability
 *   BreadcrumbList, Breadcrumb               the page's trail
 *   CollectionPage, SearchResultsPage, ItemList, OfferCatalog    the page is a listing
 *
 * Which of several products is the page's: the one that names the page's address; else the only one that names none; else the one that has
 * the page's heading. One that names another page is a teaser for it.
 */
import type { Facts, PageContext, ProductFacts } from "./source.js";
import { isA, isThing, named, prop, type Thing, things } from "./things.js";
import { type Crumb, trailOf } from "./trail.js";
import { availabilityOf, currencyCode, currencyIn, idsOf, listOfAny, plain, priceOf } from "./values.js";
import { categoryPath, sameText } from "./words.js";

const PRODUCTS = ["Product", "ProductGroup", "IndividualProduct", "ProductModel", "SomeProducts", "Vehicle", "Car"];
const LISTS = ["CollectionPage", "SearchResultsPage", "ItemList", "OfferCatalog"];
const LIST_PRICE = /ListPrice|Strikethrough|SRP|MSRP|InvoicePrice/;

/** Whether a node speaks of this page: yes, no, or it does not say. */
function isHere(url: unknown, { addresses, location }: PageContext): boolean | undefined {
  if (typeof url !== "string" || !url || url.startsWith("#") || url.startsWith("_:")) return undefined;
  try {
    const said = new URL(url, location.href);
    const bare = (path: string) => decodeURI(path).replace(/\/+$/, "");
    return addresses.some(
      (address) =>
        bare(address.pathname) === bare(said.pathname) &&
        [...said.searchParams].every(([name, value]) => !/^(product_?id|id|pid|sku|route)$/i.test(name) || address.searchParams.get(name) === value),
    );
  } catch {
    return undefined;
  }
}

const offersOf = (thing: Thing): Thing[] => things(prop(thing, "offers"));

function addressesOf(thing: Thing): unknown[] {
  const page = prop(thing, "mainEntityOfPage");
  return [prop(thing, "url"), thing["@id"], isThing(page) ? (page["@id"] ?? page.url) : page, ...offersOf(thing).map((offer) => prop(offer, "url"))];
}

function speaksOfHere(thing: Thing, page: PageContext): boolean | undefined {
  const answers = addressesOf(thing).map((url) => isHere(url, page));
  return answers.includes(true) ? true : answers.includes(false) ? false : undefined;
}

/** How well a node's address fits the page's: the variant that the query names beats the page without one. */
function closeness(url: unknown, { location }: PageContext): number {
  if (typeof url !== "string") return 0;
  try {
    const said = new URL(url, location.href);
    const parameters = [...said.searchParams];
    const here = new URLSearchParams(location.search);
    if (decodeURI(said.pathname) !== decodeURI(location.pathname)) return 0;
    return parameters.every(([name, value]) => here.get(name) === value) ? 1 + parameters.length : 0;
  } catch {
    return 0;
  }
}

const inStock = (thing: Thing | undefined): boolean => availabilityOf(prop(thing, "availability")) !== "out_of_stock";

/** What is shown of several: what the address asks for, else what can be bought, else the first. */
function best<T>(all: readonly T[], url: (one: T) => unknown[], available: (one: T) => boolean, page: PageContext): T | undefined {
  const scored = all.map((one) => ({ one, score: Math.max(0, ...url(one).map((address) => closeness(address, page))) }));
  const asked = Math.max(1, ...scored.map(({ score }) => score));
  return asked > 1 ? scored.find(({ score }) => score === asked)?.one : (all.find(available) ?? all[0]);
}

function chooseProduct(nodes: readonly Thing[], page: PageContext): Thing | undefined {
  const products = nodes.filter((node) => isA(node, ...PRODUCTS) && (prop(node, "name") || prop(node, "offers") || prop(node, "sku")));
  const mine = products.filter((product) => speaksOfHere(product, page) === true);
  if (mine.length > 0) return best(mine, addressesOf, (one) => offersOf(one).every(inStock), page);
  const titled = products.filter((product) => sameText(plain(prop(product, "name")), page.heading));
  const silent = products.filter((product) => speaksOfHere(product, page) === undefined);
  if (silent.length === 1 && !page.isHome) return silent[0];
  return titled.length === 1 && !page.isHome ? titled[0] : undefined;
}

function priceIn(offer: Thing | undefined, { language }: PageContext): { price: number | undefined; currency: string | undefined } {
  const specifications = things(prop(offer, "priceSpecification"));
  const specification = specifications.find((one) => !LIST_PRICE.test(String(prop(one, "priceType") ?? ""))) ?? specifications[0];
  const written = prop(offer, "price") ?? prop(offer, "lowPrice") ?? prop(specification, "price") ?? prop(specification, "minPrice");
  const values = listOfAny(written);
  const currency = currencyCode(listOfAny(prop(offer, "priceCurrency") ?? prop(specification, "priceCurrency"))[0]);
  // An offer with several prices has its former one marked up too: the lowest is paid.
  const [price] = values.flatMap((value) => priceOf(value, currency) ?? []).sort((a, b) => a - b);
  return { price, currency: currency ?? (typeof values[0] === "string" ? currencyIn(values[0], language) : undefined) };
}

/** Of one of several offers it may be no more than a size, "44" or "XL". */
const isSize = (sku: unknown): boolean => /^(\d{1,2}|\d?x{0,3}[sml])$/i.test(plain(sku) ?? "");
const variantIn = (url: unknown): unknown => (typeof url === "string" ? /[?&]variant=(\d+)/.exec(url)?.[1] : undefined);
const GTINS = ["gtin", "gtin13", "gtin14", "gtin12", "gtin8", "isbn"];

export function productFacts(product: Thing, page: PageContext): ProductFacts {
  const variants = things(prop(product, "hasVariant")).filter((one) => prop(one, "sku") || prop(one, "offers"));
  const variant = best(variants, addressesOf, (one) => offersOf(one).every(inStock), page);
  const chosen = variant ?? product;
  const offers = offersOf(chosen).length > 0 ? offersOf(chosen) : offersOf(product);
  const outer = best(offers, (one) => [prop(one, "url"), one["@id"]], inStock, page);
  const inner = things(prop(outer, "offers"));
  const innermost = best(inner, (one) => [prop(one, "url")], inStock, page);
  const { price, currency } = priceIn(outer, page);
  const within = priceIn(innermost, page);
  const offerSku = prop(innermost ?? outer, "sku");
  const [group] = things(prop(chosen, "isVariantOf"));
  const ids = (thing: Thing | undefined) => ["sku", "productID", ...GTINS, "mpn", "model"].map((name) => listOfAny(prop(thing, name))[0]);
  return {
    ids: idsOf(
      offers.length > 1 && isSize(offerSku) ? undefined : offerSku,
      ...ids(chosen),
      ...(variant ? ids(product) : []),
      ...ids(innermost ?? outer).slice(1),
      ...listOfAny(prop(chosen, "identifier")).map((one) => (isThing(one) ? prop(one, "value") : one)),
      variantIn(prop(innermost ?? outer, "url") ?? outer?.["@id"]),
      prop(product, "productGroupID"),
      prop(chosen, "inProductGroupWithID"),
      prop(group, "productGroupID"),
    ),
    variants: idsOf(...variants.flatMap(ids), ...offers.map((one) => prop(one, "sku"))),
    name: plain(prop(product, "name"), 512),
    brand: plain(named(prop(chosen, "brand") ?? prop(product, "brand") ?? prop(product, "manufacturer"))),
    category: categoryPath(named(prop(chosen, "category") ?? prop(product, "category"))),
    price: price ?? within.price,
    currency: currency ?? within.currency,
    availability: availabilityOf(listOfAny(prop(outer, "availability") ?? prop(innermost, "availability") ?? prop(chosen, "availability"))[0]),
  };
}

function crumbsOf(nodes: readonly Thing[]): Crumb[] {
  const list = nodes.find((node) => isA(node, "BreadcrumbList"));
  const single = nodes.filter((node) => isA(node, "Breadcrumb"));
  const entries = list ? things(prop(list, "itemListElement")) : single;
  return [...entries]
    .sort((a, b) => Number(prop(a, "position") ?? 0) - Number(prop(b, "position") ?? 0))
    .flatMap((entry) => {
      const { item } = entry;
      const name = plain(prop(entry, "name") ?? (isThing(item) ? item.name : undefined) ?? prop(entry, "title"));
      const url = isThing(item) ? (item["@id"] ?? item.url) : (item ?? prop(entry, "url"));
      return name ? [{ name, url: typeof url === "string" ? url : undefined }] : [];
    });
}

/** What the nodes say of the page. */
export function schemaFacts(nodes: readonly Thing[], page: PageContext): Facts {
  const product = chooseProduct(nodes, page);
  const facts = product && productFacts(product, page);
  return {
    product: facts,
    category: trailOf(crumbsOf(nodes), page, facts?.name),
    listing: nodes.some((node) => isA(node, ...LISTS)),
  };
}
