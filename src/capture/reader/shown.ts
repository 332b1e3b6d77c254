/*
 * Understood here, on any shop's page, in what stands nearest around its heading and has a cart form or its buttons:
 *
 *   the id by which a form knows the product: fields called product_id, product, sku, item, article, variant_id … in the languages of shops
 *       (Odoo, CS-Cart's product_data[…][product_id]), data-productid (nopCommerce), data-product-id (Ecwid), add_to_cart (Tiendanube)
 *   the article number that stands behind a label: "SKU: L-7", "Artikel-Nr. 10-003", "商品コード：…"
 *   whether it can be bought: a button that puts it into the cart, or one that says that it is sold out
 *
 * Where these are of several products, they are of a list, and say nothing. They add to a product that is known otherwise. Of a page that says nothing
 * else, the heading is a product where such a form or button with an id and a price, and no link to another page before it, stand together. A further
 * heading that is such a link is what its price is of.
 */
import type { Availability } from "../../contract/items.js";
import { isChosen, PRODUCT_ATTRIBUTES, PRODUCT_FIELD } from "./ids.js";
import type { PageContext, ProductFacts } from "./source.js";
import { availabilityOf, currencyIn, idsOf, plain, priceOf } from "./values.js";
import { ADD, sameText } from "./words.js";

const BUTTONS = 'button, input[type="submit"], input[type="button"], input[type="image"], [role="button"], a[class*="btn" i], a[class*="button" i]';
/** "SKU", "Art.-Nr.", "Kód zboží", "Stok Kodu", "كود المنتج" … */
const LABEL = new RegExp(
  `^(?:${[
    "sku|isbn|ean|gtin|model|modell|modelo|modello|modèle|symbol|indeks",
    "(?:product|item|article|artikel|art|part|stock|style|model|catalogue|order|bestell|best|produkt|vare|varu|tuote)[-. ]*(?:code|number|nummer|no|nr|num|n°|numero|koodi)",
    "réf(?:érence)?|ref(?:erence|erencia|erência)?|rif(?:erimento)?|code (?:article|produit)",
    "cod|cód(?:igo)?|código|codice(?: \\p{L}+)?|cod produs|cikkszám|kod(?: (?:produktu|towaru))?|nr katalogowy",
    "kód(?: (?:zboží|produktu|tovaru))?|(?:katalogové )?číslo(?: zboží)?|(?:stok|ürün) kodu|артикул|арт|код(?: товара)?|κωδικός",
    "商品コード|商品番号|品番|型番|型式|상품코드|상품번호|품번|모델명|货号|商品编号|型号|(?:رقم|كود|رمز) (?:المنتج|الموديل|الصنف)",
  ].join("|")})[\\s.:：#]*$`,
  "iu",
);
const NUMBER = /^(?=.*\d)[\p{L}\d][\p{L}\d._/-]{1,39}$/u;
const PRICES = ["price", "preis", "prix", "precio", "preco", "prezzo", "cena", "prijs", "pris", "fiyat"]
  .flatMap((word) => [`[class*="${word}" i]`, `[id*="${word}" i]`])
  .join();
/** Beginnings of words of class names, or behind "price": "default" is no "alt". */
const FORMER = /(^|[^a-z]|price)(old|was|regular|list|uvp|rrp|alt|before|former|compare|barr|base|crossed|star[ay]|eski)/;
const STRUCK = "del, s, strike";
const STOCK = ["stock", "avail", "lager", "stok", "dostep", "sklad"].map((word) => `[class*="${word}" i]`).join();
/** Nothing else in it: "٢٧٥٫٠٠ ر.س". */
const ALONE = /^[^\p{N}]{0,6}\p{N}[\p{N}.,٫٬'’\s]*[^\p{N}]{0,6}$/u;
const BRAND =
  '[class*="author" i], [class*="brand" i], [class*="vendor" i], [class*="manufacturer" i], [class*="hersteller" i], [class*="marka" i], [class*="marque" i]';
/** PayPal's buttons are pictures. */
const PICTURED = /btn_(cart|buynow)/i;
const PICTURE = /\.(avif|gif|jpe?g|png|webp)$/i;
const MOST = 400;
/** A longer text says more than that something is sold out. */
const SHORT = 40;
const HIDDEN = /\b(displaynone|hidden|d-none|hide)\b/;

type Found<T> = readonly (readonly [Element, T])[];

interface Around<T> {
  readonly box: Element | null;
  readonly inside: Found<T>;
}

/** From the heading outwards, the first box with anything of it, and all that is in there. What stands in a list or aside is another product's. */
function around<T>({ document, main }: PageContext, found: Found<T>): Around<T> {
  const all = found.filter(([element]) => element.closest("li, article, aside")?.contains(main) ?? true);
  for (let box: Element | null = main ?? document.body; box; box = box.parentElement) {
    const inside = within(box, all);
    if (inside.length > 0) return { box, inside };
  }
  return { box: null, inside: [] };
}

const within = <T>(box: Element | null, all: Found<T>): Found<T> => all.filter(([element]) => box?.contains(element));

function idFields({ document }: PageContext, buttons: Found<Button>): Found<readonly [field: string, id: string]> {
  const forms = new Set(buttons.map(([, { form }]) => form));
  const selector = `form input[name], form button[name], ${PRODUCT_ATTRIBUTES.map((name) => `[${name}]`).join()}`;
  return [...document.querySelectorAll(selector)].slice(0, MOST).flatMap((element) => {
    const named = [element.getAttribute("name") ?? "", element.getAttribute("value")] as const;
    const fields = [
      ...((PRODUCT_FIELD.test(named[0]) || (named[0] === "id" && forms.has(element.closest("form")))) && isChosen(element) ? [named] : []),
      ...PRODUCT_ATTRIBUTES.map((name) => [name, element.getAttribute(name)] as const),
    ];
    return fields.flatMap(([field, value]) => {
      const id = plain(value);
      return id && id !== "0" ? [[element, [field, id]] as const] : [];
    });
  });
}

interface Button {
  readonly form: Element | null;
  readonly adds: boolean;
  readonly soldOut: boolean;
}

function cartButtons({ document }: PageContext): Found<Button> {
  return [...document.querySelectorAll<HTMLButtonElement>(BUTTONS)].slice(0, MOST).flatMap((button) => {
    const says = plain(button.textContent) ?? plain(button.value) ?? plain(button.getAttribute("alt"));
    const soldOut = availabilityOf(says) === "out_of_stock";
    const called = [says, button.className, button.id, button.name, button.title, button.getAttribute("onclick")].join(" ");
    const adds = ADD.test(called) || PICTURED.test(button.getAttribute("src") ?? "");
    if ((!soldOut && !adds) || HIDDEN.test(button.className)) return [];
    return [[button, { form: button.closest("form"), adds: adds && !soldOut && !button.disabled, soldOut }] as const];
  });
}

/** One product's: of one form, or without any "add to cart" and perhaps "buy now". */
function ofOne(buttons: Found<Button>): boolean {
  const forms = new Set(buttons.flatMap(([, { form }]) => form ?? []));
  const words = new Set(buttons.map(([button]) => plain(button.textContent) ?? ""));
  return forms.size === 1 || (forms.size === 0 && buttons.length <= 2 && words.size === buttons.length);
}

/** Ids of one product: of each name one. */
function clearIds(inside: ReturnType<typeof idFields>): string[] | undefined {
  const ids = new Map<string, Set<string>>();
  for (const [, [field, id]] of inside) ids.set(field, (ids.get(field) ?? new Set()).add(id));
  return [...ids.values()].every(({ size }) => size === 1) ? idsOf(...[...ids.values()].flatMap((all) => [...all])) : undefined;
}

/** What stands nearest around the heading, else in the form of its buttons. */
function idsAround(page: PageContext, fields: ReturnType<typeof idFields>, buttons: Found<Button>, form: Element | null): string[] {
  const { box, inside } = around(page, fields);
  const nearest = ofOne(within(box, buttons)) ? clearIds(inside) : undefined;
  return nearest ?? clearIds(within(form, fields)) ?? [];
}

function buyable({ box, inside }: Around<Button>, texts: readonly string[]): Availability | undefined {
  if (inside.length === 0) return undefined;
  if (inside.some(([, { adds }]) => adds)) return "in_stock";
  // A button that is disabled may wait for a choice.
  const says = [plain(box?.querySelector(STOCK)?.textContent), ...texts.filter((said) => said.length <= SHORT)];
  const soldOut = inside.some((button) => button[1].soldOut) || says.some((said) => availabilityOf(said) === "out_of_stock");
  return soldOut ? "out_of_stock" : undefined;
}

/** What a box says, text by text. */
function textsIn({ document }: PageContext, box: Element | null): string[] {
  if (!box || box === document.body) return [];
  const walker = document.createTreeWalker(box, 4 /* NodeFilter.SHOW_TEXT */);
  const texts: string[] = [];
  while (walker.nextNode() && texts.length < MOST) {
    const said = plain(walker.currentNode.textContent, 80);
    if (said) texts.push(said);
  }
  return texts;
}

/** Text behind a label, in the same text or the next. */
function articleNumbers(texts: readonly string[]): string[] {
  return texts.flatMap((said, at) => {
    const number = LABEL.test(said) ? texts[at + 1] : said.split(" ").at(-1);
    const label = LABEL.test(said) ? said : /^(.*[.:：#])\s*\S+$/.exec(said)?.[1];
    if (!number || !label || !LABEL.test(label) || !NUMBER.test(number)) return [];
    // Feeds have these without their hyphens.
    return /^isbn/i.test(label) ? number.replace(/-/g, "") : number;
  });
}

/** An element that shows what is to be paid, and nothing that was. */
function priceIn(box: Element, language: string): Element | undefined {
  const words = (one: Element) => (one.getAttribute("class") ?? "").replace(/[A-Z]/g, "-$&").toLowerCase();
  const former = (one: Element) => one.matches(STRUCK) || FORMER.test(words(one));
  const shows = (one: Element) => currencyIn(plain(one.textContent), language) && priceOf(one.textContent);
  const called = [...box.querySelectorAll(`:is(${PRICES}), :is(${PRICES}) *`)].find(
    (one) =>
      shows(one) &&
      !former(one) &&
      !one.closest(STRUCK) &&
      ![...one.querySelectorAll("*")].some(former) &&
      (one.matches(PRICES) || !one.parentElement || !former(one.parentElement)),
  );
  const alone = () =>
    [...box.querySelectorAll("*")].find((one) => ALONE.test(one.textContent?.trim() ?? "") && !one.closest(STRUCK) && !one.querySelector(STRUCK) && shows(one));
  return called ?? alone();
}

/** The heading's buttons: those of the form that has its name ("item_name"), else what stands nearest; none where they are of several products. */
function ownButtons(page: PageContext, buttons: Found<Button>): Around<Button> {
  const named = (form: Element | null) =>
    [...(form?.querySelectorAll<HTMLInputElement>('input[type="hidden"]') ?? [])].some(({ value }) => sameText(value, page.heading));
  const inside = buttons.filter(([, { form }]) => named(form));
  let box = inside[0]?.[1].form ?? null;
  if (!box || !ofOne(inside)) {
    const nearest = around(page, buttons);
    return ofOne(nearest.inside) ? nearest : { ...nearest, inside: [] };
  }
  while (box.parentElement && within(box.parentElement, buttons).length === inside.length) box = box.parentElement;
  return { box, inside };
}

/** What is to be paid, as it stands beside the heading's buttons. */
function shownPrice(
  { language }: PageContext,
  { box, inside }: Around<Button>,
): { readonly at: Element; readonly price: number | undefined; readonly currency: string | undefined } | undefined {
  const at = box && inside.length > 0 ? priceIn(box, language) : undefined;
  const currency = currencyIn(plain(at?.textContent), language);
  return at && { at, price: priceOf(at.textContent, currency), currency };
}

/** "Manufacturer: Acme", in one cell or two. */
function labelled(link: Element): boolean {
  const before = link.previousSibling?.textContent?.trim() || link.parentElement?.previousElementSibling?.textContent?.trim();
  return before?.endsWith(":") === true;
}

/** The product of a page that only shows it. */
function shownProduct(page: PageContext, { inside }: Around<Button>, price: Element): Pick<ProductFacts, "name"> | undefined {
  const { document, location, main, heading } = page;
  if (!main || inside.length === 0) return undefined;
  const [button, { form }] = inside[0];
  let card: Element = form ?? button;
  while (card.parentElement && !card.contains(price)) card = card.parentElement;
  let own = button;
  while (own.parentElement && !own.parentElement.contains(main)) own = own.parentElement;
  const before = (link: Element, one: Element) => link.contains(one) || (link.compareDocumentPosition(one) & 4) > 0;
  // A teaser's picture or name leads to the product's own page.
  const teaser = [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].some((link) => {
    const away = link.pathname !== location.pathname && link.host === location.host && !PICTURE.test(link.pathname) && !link.closest(BRAND) && !labelled(link);
    if (!away) return false;
    const headed = main.compareDocumentPosition(link) & 4 && (link.closest("h2, h3, h4, h5, h6") || link.querySelector("h2, h3, h4, h5, h6"));
    return (before(link, price) && (card.contains(link) || headed)) || (!form && own.contains(link) && before(link, button));
  });
  return teaser || document.querySelector('meta[property="og:type"][content="article"]') ? undefined : { name: heading };
}

/**
 * What a page shows around its heading of the product that is known; else the product itself, if it is one's page.
 * @param known a product that other sources tell of, and whether they tell its price
 */
export function shownFacts(page: PageContext, known: { readonly priced: boolean } | null): ProductFacts | undefined {
  const buttons = cartButtons(page);
  const fields = idFields(page, buttons);
  const near = ownButtons(page, buttons);
  const texts = textsIn(page, near.box);
  const numbers = articleNumbers(texts);
  const form = near.inside[0]?.[1].form ?? null;
  const ids = idsOf(...idsAround(page, fields, buttons, form), ...numbers);
  const { at, ...price } = (!known?.priced && shownPrice(page, near)) || {};
  const facts = { ...price, ids, availability: buyable(near, texts) };
  if (known) return facts;
  // An id in its form, or beside its button.
  const beside = texts.length > 0 && ids.length > 0 && fields.some(([one]) => near.box?.contains(one) || one.contains(near.box));
  const identified = within(form, fields).length > 0 || numbers.length > 0 || beside;
  const product = identified && at && shownProduct(page, near, at);
  return product ? { ...product, ...facts } : undefined;
}
