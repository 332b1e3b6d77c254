/*
 * Understood here:
 *
 *   data-presently-event="add_to_cart"    on a button or link: on click; on a form: on submit. Also remove_from_cart, add_to_wishlist,
 *                                         select_item, begin_checkout. The item is the one of the nearest data-presently-item around it,
 *                                         else the page's product; its quantity is the form field "quantity" or "qty", if there is one.
 *   data-presently-item                   around a link: a click on the link is select_item
 *
 * Searches: reader/search-forms.ts. Forms and buttons of shops without attributes: reader/carts.ts. Listeners are passive, delegated and in the capture phase: the page's own handlers cannot
 * hide an act from us, nor we from them.
 */
import type { EventInput, EventName } from "../contract/events.js";
import { amount, attribute, clean, type Emit, guard, ITEM, type Listening, listOf, markedItem } from "./markup.js";
import type { Product } from "./reader/page-reader.js";

const ACTIONS: readonly EventName[] = ["add_to_cart", "remove_from_cart", "add_to_wishlist", "select_item", "begin_checkout"];
function action(element: Element | null): EventName | undefined {
  const name = attribute(element, "event");
  return ACTIONS.find((one) => one === name);
}

function field(form: HTMLFormElement | null | undefined, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = form?.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value;
    if (value) return value;
  }
  return undefined;
}

export interface ActionOptions {
  product: () => Product | null;
  emit: Emit;
}

export function watchActions(window: Window, { product, emit }: ActionOptions, listening: Listening): void {
  const { document } = window;

  function act(name: EventName, element: Element): void {
    const around = element.closest(ITEM);
    const item = (around && markedItem(around)) ?? product()?.item;
    if (!item && name !== "begin_checkout") return;
    const quantity = amount(field(element.closest("form"), "quantity", "qty")) ?? item?.quantity;
    emit("markup", clean({ name, items: item ? [clean({ ...item, quantity })] : undefined, item_list_id: listOf(element) }) as EventInput);
  }

  const onClick = guard((event: Event) => {
    const { button } = event as MouseEvent;
    const target = event.target instanceof (window as Window & typeof globalThis).Element ? event.target : null;
    if (!target || button > 1) return;
    const marked = target.closest("[data-presently-event]");
    const name = marked?.localName === "form" ? undefined : action(marked);
    if (marked && name) return act(name, marked);
    const card = target.closest(ITEM);
    const link = target.closest("a[href]");
    // A link beside the item's own, in a page that is the item's, leads elsewhere.
    const page = card?.matches('[data-presently-event="view_item"], [data-presently-page]');
    if (card && link && !page && (card.contains(link) || link.contains(card))) act("select_item", card);
  });

  const onSubmit = guard((event: Event) => {
    const form = event.target as HTMLFormElement;
    const name = action(form);
    if (name) act(name, form);
  });

  document.addEventListener("click", onClick, listening);
  document.addEventListener("auxclick", onClick, listening);
  document.addEventListener("submit", onSubmit, listening);
}
