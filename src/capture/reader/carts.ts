/*
 * Understood here, of shops without attributes of ours:
 *
 *   <form action="/cart/add"> ("/basket/add", "add-to-cart", Shopware's "line-item/add" …): add_to_cart, when it is sent
 *   buttons and links called add-to-cart (by class, id, name, data-hook, data-button-action, title or label, in common languages) that no
 *       submitted form tells: add_to_cart, with the id in data-product_id, data-product-id, data-productid, data-pid, data-id-product, in the form or
 *       around it, else the page's product
 *   links and buttons of a cart called remove, with such an id: remove_from_cart
 *   a quantity field in a data-presently-item or beside such an id on a page with a cart: more is add_to_cart, less remove_from_cart
 */
import type { EventItem } from "../../contract/events.js";
import { amount, attribute, clean, guard, ITEM, listOf, markedItem, text } from "../markup.js";
import { isChosen, PRODUCT_ATTRIBUTES, PRODUCT_FIELD } from "./ids.js";
import type { Product } from "./page-reader.js";
import type { Watched } from "./watch.js";
import { ADD } from "./words.js";

const IDS = [...PRODUCT_ATTRIBUTES, "data-pid", "data-id-product", "data-variant-id", "data-product_sku"];
const WITH_ID = IDS.map((name) => `[${name}]`).join();
const REMOVE = /\b(remove|delete|btn-remove|cart-remove|remove_item|entfernen|löschen|supprimer|retirer|eliminar|rimuovi|remover|verwijder|usuń)\b/i;
const QUANTITY = 'input[name*="qty" i], input[name*="quantity" i], input[name^="updates"], select[name*="qty" i], select[name*="quantity" i]';

const CART_FORM = /(cart|basket|bag|warenkorb|panier)[/_-]?add|add[/_-]?(to[/_-]?(cart|basket|bag)|article)|line-item\/add/i;

/** The item that an element without attributes of ours stands for: the page's product, or another one by the ids that the form has. */
function itemOf(ids: readonly string[], product: Product | null): EventItem | undefined {
  const other = ids.length > 0 && !ids.some((id) => product?.ids.includes(id));
  return other ? clean({ item_id: ids[0], item_ids: ids.length > 1 ? ids.slice(1, 12) : undefined }) : product?.item;
}

const called = (element: Element) =>
  [
    element.id,
    element.getAttribute("class"),
    ...["name", "title", "aria-label", "data-hook", "data-button-action", "data-action", "onclick", "href"].map((name) => element.getAttribute(name)),
    (element as HTMLInputElement).type === "submit" ? (element as HTMLInputElement).value : "",
    element.localName === "a" || element.localName === "button" || element.getAttribute("role") === "button" ? element.textContent?.slice(0, 80) : "",
  ].join(" ");

function idsAround(element: Element): string[] {
  const near = element.closest(WITH_ID);
  const form = element.closest("form");
  const fields = [...(form?.querySelectorAll<HTMLInputElement>("[name]") ?? [])]
    .filter((field) => (field.name === "id" || PRODUCT_FIELD.test(field.name)) && isChosen(field))
    .map(({ value }) => value);
  const attributes = IDS.map((name) => near?.getAttribute(name));
  const called = /\b(?:cart\.add|addToCart)\(\s*['"]?([\w-]+)/.exec(element.getAttribute("onclick") ?? "")?.[1];
  return [...new Set([...fields, ...attributes, called].flatMap((id) => (text(id) && id !== "0" ? [text(id) as string] : [])))];
}

export function watchCarts(window: Window, { emit, product }: Watched): () => void {
  const { document } = window;
  const abort = new AbortController();
  const before = new WeakMap<Element, number>();
  let submitted = false;

  function told(name: "add_to_cart" | "remove_from_cart", element: Element, quantity?: number): void {
    const around = element.closest(ITEM);
    const ids = idsAround(element);
    // In a cart nothing is the page's product.
    const inCart = name === "remove_from_cart" || quantity !== undefined;
    const item = (around && markedItem(around)) ?? (inCart && ids.length === 0 ? undefined : itemOf(ids, product()));
    if (!item) return;
    const wanted = quantity ?? amount(element.closest("form")?.querySelector<HTMLInputElement>('[name="quantity"], [name="qty"]')?.value);
    emit("markup", clean({ name, items: [clean({ ...item, quantity: wanted ?? item.quantity })], item_list_id: listOf(element) }));
  }

  const onClick = guard(({ target }: Event) => {
    const button = (target as Element | null)?.closest?.('button, a, input[type="submit"], input[type="button"], [role="button"], [data-item-id]');
    if (!button || attribute(button.closest("[data-presently-event]"), "event") || (button as HTMLButtonElement).disabled) return;
    const name = called(button);
    if (ADD.test(name)) {
      const { form } = button as HTMLButtonElement;
      if (form && !form.checkValidity()) return;
      submitted = false;
      // Where the click becomes the submission of a form which is known as one to the cart, that has told it by then.
      window.setTimeout(guard(() => submitted || told("add_to_cart", button)));
    } else if (
      REMOVE.test(name) &&
      idsAround(button).length > 0 &&
      /cart|basket|bag|warenkorb|panier/i.test(`${called(button)} ${window.location.pathname} ${button.closest("[class*=cart]")?.className ?? ""}`)
    )
      told("remove_from_cart", button);
  });
  const onSubmit = guard(({ target }: Event) => {
    const form = target as HTMLFormElement;
    if (attribute(form, "event") || !CART_FORM.test(form.getAttribute("action") ?? "")) return;
    submitted = true;
    told("add_to_cart", form);
  });
  const onFocus = guard(({ target }: Event) => {
    const input = (target as Element | null)?.closest?.<HTMLInputElement>(QUANTITY);
    if (input && !before.has(input)) before.set(input, amount(input.value) ?? 0);
  });
  const onChange = guard(({ target }: Event) => {
    const input = (target as Element | null)?.closest?.<HTMLInputElement>(QUANTITY);
    const inCart =
      input?.closest(`[class*="cart" i], [id*="cart" i], [data-presently-page="cart"]`) || /cart|basket|bag|warenkorb|panier/i.test(window.location.pathname);
    const next = amount(input?.value);
    // The quantity of what is not in the cart yet is told when it is put there.
    if (!input || !inCart || next === undefined || product()) return;
    const last = before.get(input) ?? amount(input.defaultValue) ?? 0;
    before.set(input, next);
    if (next !== last) told(next > last ? "add_to_cart" : "remove_from_cart", input, Math.abs(next - last));
  });
  const options = { passive: true, capture: true, signal: abort.signal };
  document.addEventListener("click", onClick, options);
  document.addEventListener("submit", onSubmit, options);
  document.addEventListener("focusin", onFocus, options);
  document.addEventListener("change", onChange, options);
  return () => abort.abort();
}
