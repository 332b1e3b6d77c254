/*
 * Understood here, on any shop's page, in what stands nearest around its heading and has a cart form or its buttons:
 *
 *   the id by which a form knows the product: fields called product_id, product, sku, item, article, variant_id … in the languages of shops
 *       (Odoo, CS-Cart's product_data[…][product_id]), data-productid (nopCommerce), data-product-id (Ecwid), add_to_cart (Tiendanube)
 *   whether it can be bought: a button that puts it into the cart, or one that says that it is sold out
 *
 * Where these are of several products, they are of a list, and say nothing. It adds to a product, and makes no page a product page.
 */
import { ADD } from "../carts.js";
import type { PageContext } from "../source.js";
import { availabilityOf, idsOf, plain } from "../values.js";
import type { Platform } from "./platform.js";

const FIELD =
  /(^|\[)(product|product[_-]?id|id_product|product[_-]?code|products_id|sku|item|item[_-]?(id|no)|article|artikel|art(ikel)?[_-]?nr|articulo|prodotto|pid|variant[_-]?id|add[-_]to[-_]cart)\]?$/i;
const ATTRIBUTES = ["data-product-id", "data-product_id", "data-productid"];
const BUTTONS = 'button, input[type="submit"], input[type="button"], input[type="image"], [role="button"], a[class*="btn" i], a[class*="button" i]';
const MOST = 400;
const HIDDEN = /\b(displaynone|hidden|d-none|hide)\b/;

type Found<T> = readonly (readonly [Element, T])[];

/** From the heading outwards, the first box with anything of it, and all that is in there. What stands in a list or aside is another product's. */
function around<T>({ document, main }: PageContext, found: Found<T>): { box: Element | null; inside: Found<T> } {
  const all = found.filter(([element]) => element.closest("li, article, aside")?.contains(main) ?? true);
  for (let box: Element | null = main ?? document.body; box; box = box.parentElement) {
    const inside = within(box, all);
    if (inside.length > 0) return { box, inside };
  }
  return { box: null, inside: [] };
}

const within = <T>(box: Element | null, all: Found<T>): Found<T> => all.filter(([element]) => box?.contains(element));

function idFields({ document }: PageContext): Found<readonly [field: string, id: string]> {
  const selector = `form input[name], form button[name], ${ATTRIBUTES.map((name) => `[${name}]`).join()}`;
  return [...document.querySelectorAll(selector)].slice(0, MOST).flatMap((element) => {
    const named = [element.getAttribute("name") ?? "", element.getAttribute("value")] as const;
    const fields = [...(FIELD.test(named[0]) ? [named] : []), ...ATTRIBUTES.map((name) => [name, element.getAttribute(name)] as const)];
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

function idsAround(page: PageContext, buttons: Found<Button>): string[] {
  const { box, inside } = around(page, idFields(page));
  const ids = new Map<string, Set<string>>();
  for (const [, [field, id]] of inside) ids.set(field, (ids.get(field) ?? new Set()).add(id));
  const clear = [...ids.values()].every(({ size }) => size === 1) && ofOne(within(box, buttons));
  return clear ? idsOf(...[...ids.values()].flatMap((all) => [...all])) : [];
}

function buyable(page: PageContext, buttons: Found<Button>) {
  const { inside } = around(page, buttons);
  if (inside.length === 0 || !ofOne(inside)) return undefined;
  if (inside.some(([, { adds }]) => adds)) return "in_stock";
  return inside.some(([, { soldOut }]) => soldOut) ? "out_of_stock" : undefined;
}

export const formIds: Platform = {
  read(page) {
    const buttons = cartButtons(page);
    return { product: { ids: idsAround(page, buttons), availability: buyable(page, buttons) } };
  },
};
