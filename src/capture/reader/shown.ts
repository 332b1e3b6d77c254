/*
 * Understood here, on any shop's page, in what stands nearest around its heading and has a cart form or its buttons:
 *
 *   the id by which a form knows the product: fields called product_id, product, sku, item, article, variant_id … in the languages of shops
 *       (Odoo, CS-Cart's product_data[…][product_id]), data-productid (nopCommerce), data-product-id (Ecwid), add_to_cart (Tiendanube)
 *   the article number that stands behind a label: "SKU: L-7", "Artikel-Nr. 10-003", "商品コード：…"
 *   whether it can be bought: a button that puts it into the cart, or one that says that it is sold out
 *
 * Where these are of several products, they are of a list, and say nothing. They add to a product that is known otherwise. Of a page that says nothing
 * else, the heading is a product where such a form with an id and a price, and no link to another page before it, stand together. A further heading that is
 * such a link is what its price is of.
 */
import { isChosen, PRODUCT_ATTRIBUTES, PRODUCT_FIELD } from "./ids.js";
import type { PageContext, ProductFacts } from "./source.js";
import { availabilityOf, currencyIn, idsOf, plain, priceOf } from "./values.js";
import { ADD } from "./words.js";

const BUTTONS = 'button, input[type="submit"], input[type="button"], input[type="image"], [role="button"], a[class*="btn" i], a[class*="button" i]';
const LABEL =
  /^(?:sku|(?:product|item|article|artikel|art)[-. ]*(?:code|number|nummer|no|nr|n°)|réf(?:érence)?|ref(?:erence|erencia|erência)?|código|codice|kod produktu|артикул|арт|商品コード|商品番号|品番|型番|상품코드|货号|رقم (?:المنتج|الموديل))[\s.:：#]*$/i;
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
const BRAND = '[class*="brand" i], [class*="vendor" i], [class*="manufacturer" i], [class*="hersteller" i], [class*="marka" i], [class*="marque" i]';
const PICTURE = /\.(avif|gif|jpe?g|png|webp)$/i;
const MOST = 400;
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
    const says = plain(button.textContent) ?? plain(button.value);
    const soldOut = availabilityOf(says) === "out_of_stock";
    const adds = ADD.test([says, button.className, button.id, button.name, button.title, button.getAttribute("onclick")].join(" "));
    if ((!soldOut && !adds) || HIDDEN.test(button.className)) return [];
    return [[button, { form: button.closest("form"), adds: adds && !soldOut && !button.disabled, soldOut }] as const];
  });
}

/** One product's: of one form, or without any no more than "add to cart" and "buy now". */
function ofOne(buttons: Found<Button>): boolean {
  const forms = new Set(buttons.flatMap(([, { form }]) => form ?? []));
  return forms.size === 1 || (forms.size === 0 && buttons.length <= 2);
}

function idsAround(page: PageContext, fields: ReturnType<typeof idFields>, buttons: Found<Button>): string[] {
  const { box, inside } = around(page, fields);
  const ids = new Map<string, Set<string>>();
  for (const [, [field, id]] of inside) ids.set(field, (ids.get(field) ?? new Set()).add(id));
  const clear = [...ids.values()].every(({ size }) => size === 1) && ofOne(within(box, buttons));
  return clear ? idsOf(...[...ids.values()].flatMap((all) => [...all])) : [];
}

function buyable({ box, inside }: Around<Button>) {
  if (inside.length === 0 || !ofOne(inside)) return undefined;
  if (inside.some(([, { adds }]) => adds)) return "in_stock";
  if (inside.some(([, { soldOut }]) => soldOut)) return "out_of_stock";
  // A button may wait for a choice.
  return availabilityOf(plain(box?.querySelector(STOCK)?.textContent)) === "out_of_stock" ? "out_of_stock" : undefined;
}

/** Text behind a label, in the same text or the next. */
function articleNumbers({ document }: PageContext, box: Element | null): string[] {
  if (!box || box === document.body) return [];
  const walker = document.createTreeWalker(box, 4 /* NodeFilter.SHOW_TEXT */);
  const texts: string[] = [];
  while (walker.nextNode() && texts.length < MOST) {
    const said = plain(walker.currentNode.textContent, 80);
    if (said) texts.push(said);
  }
  return texts.flatMap((said, at) => {
    const number = LABEL.test(said) ? texts[at + 1] : said.split(" ").at(-1);
    const label = LABEL.test(said) ? said : /^(.*[.:：#])\s*\S+$/.exec(said)?.[1];
    return number && label && LABEL.test(label) && NUMBER.test(number) ? number : [];
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
  const alone = () => [...box.querySelectorAll("*")].find((one) => ALONE.test(one.textContent?.trim() ?? "") && !one.closest(STRUCK) && shows(one));
  return called ?? alone();
}

/** The product of a page that only shows it. */
function shownProduct(page: PageContext, fields: ReturnType<typeof idFields>, { box, inside }: Around<Button>): ProductFacts | undefined {
  const { document, location, main, heading, language } = page;
  const form = inside[0]?.[1].form;
  if (!main || !form || !ofOne(inside) || within(form, fields).length === 0) return undefined;
  const price = box && priceIn(box, language);
  if (!price) return undefined;
  let card: Element = form;
  while (card.parentElement && !card.contains(price)) card = card.parentElement;
  // A teaser's picture or name leads to the product's own page.
  const teaser = [...document.querySelectorAll<HTMLAnchorElement>("a[href]")].some((link) => {
    const away = link.pathname !== location.pathname && link.host === location.host && !PICTURE.test(link.pathname) && !link.closest(BRAND);
    const ofPrice = link.contains(price) || link.compareDocumentPosition(price) & 4;
    const headed = main.compareDocumentPosition(link) & 4 && (link.closest("h2, h3, h4, h5, h6") || link.querySelector("h2, h3, h4, h5, h6"));
    return away && ofPrice && (card.contains(link) || headed);
  });
  if (teaser || document.querySelector('meta[property="og:type"][content="article"]')) return undefined;
  const currency = currencyIn(plain(price.textContent), language);
  return { ids: [], name: heading, price: priceOf(price.textContent, currency), currency };
}

/** What a page shows around its heading of the product that is known; else the product itself, if it is one's page. */
export function shownFacts(page: PageContext, known: boolean): ProductFacts | undefined {
  const buttons = cartButtons(page);
  const fields = idFields(page, buttons);
  const near = around(page, buttons);
  const product = known ? undefined : shownProduct(page, fields, near);
  if (!known && !product) return undefined;
  const ids = idsOf(...idsAround(page, fields, buttons), ...articleNumbers(page, near.box));
  return { ...product, ids, availability: buyable(near) };
}
