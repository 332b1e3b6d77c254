/*
 * kind="rerank": the shelf's own content, which a server has rendered, in the order of the persona. Every element with data-presently-item
 * changes places with others of its parent; all else stays where it is. Without the script, or before it, the page has the server's order.
 */
const ITEM = "[data-presently-item]";

/** The elements that stand for items, in the order of the page, by id; the first of two. */
export function ownItems(host: Element): Map<string, HTMLElement> {
  const items = new Map<string, HTMLElement>();
  for (const element of host.querySelectorAll<HTMLElement>(ITEM)) {
    const id = element.getAttribute("data-presently-item")?.trim();
    // An item's own parts may say again what they belong to.
    if (id && !items.has(id) && !element.parentElement?.closest(ITEM)) items.set(id, element);
  }
  return items;
}

/**
 * Puts the items in this order, each parent's into the places that its items have. They are attached anew: a browser counts it as a layout
 * shift when what stayed is pushed, but not when it is new. The focus stays with its item.
 */
export function reorder(items: ReadonlyMap<string, HTMLElement>, order: readonly string[]): void {
  const wanted = [...order.flatMap((id) => items.get(id) ?? []), ...[...items].flatMap(([id, element]) => (order.includes(id) ? [] : [element]))];
  if (wanted.every((element, i) => element === [...items.values()][i])) return;
  const { activeElement } = document;
  const parents = new Map([...items.values()].map((element) => [element, element.parentElement]));
  const places = [...parents].map(([element, parent]) => {
    const place = document.createComment("");
    element.replaceWith(place);
    return { place, parent };
  });
  for (const element of wanted) {
    const at = places.findIndex(({ parent }) => parent === parents.get(element));
    places.splice(at, 1)[0].place.replaceWith(element);
  }
  if (activeElement !== document.activeElement) (activeElement as HTMLElement | null)?.focus({ preventScroll: true });
}
