/*
 * A shop's own card: <presently-shelf><template>…</template></presently-shelf>. The template's first element stands for an item, in the page
 * itself, so that the page's style sheets apply. Filled in, on it or within:
 *
 *   data-presently-field="title | brand | price | availability | reason | category"   the element's text; hidden while empty
 *   data-presently-field="link"                                                       its address
 *   data-presently-field="image"                                                      its picture; hidden where there is none
 *   data-presently-action="dismiss"                                                   a button to do without the item
 */
import type { RankedItem } from "../contract/ranking.js";
import type { Card, CardEvents } from "./card.js";
import { part } from "./dom.js";
import { safeLink } from "./link.js";
import { priceText, reasonText, type Say } from "./words.js";

const FIELD = "data-presently-field";

let slots = 0;

const PLACEHOLDER: RankedItem = {
  item_id: "",
  title: "\u00a0",
  brand: "\u00a0",
  category: "\u00a0",
  link: "",
  image: "",
  price: Number.NaN,
  currency: "",
  availability: "in_stock",
  score: 0,
  position: 0,
  propensity: 1,
  reason: { kind: "popular", label: "", share: 0 },
};

/** A place of the shop's own card before its item is there: as high as its style sheet makes an empty one. */
export function blankTemplateCard(template: HTMLTemplateElement, host: Element, say: Say): Card | null {
  const card = templateCard(template, host, PLACEHOLDER, say, undefined, { click() {}, dismiss() {} });
  card?.element.setAttribute("aria-hidden", "true");
  card?.element.setAttribute("part", "item own blank");
  return card;
}

/** @returns null where the template holds no element */
export function templateCard(
  template: HTMLTemplateElement,
  host: Element,
  first: RankedItem,
  say: Say,
  locale: string | undefined,
  on: CardEvents,
): Card | null {
  const source = template.content.firstElementChild;
  if (!source) return null;
  const content = document.importNode(source, true) as HTMLElement;
  const all = (selector: string) => [...(content.matches(selector) ? [content] : []), ...content.querySelectorAll<HTMLElement>(selector)];
  const fill = (name: string, text: string) => {
    for (const element of all(`[${FIELD}=${name}]`)) {
      if (element.textContent !== text) element.textContent = text;
      element.hidden = !text;
    }
  };
  function update(item: RankedItem): void {
    fill("title", item.title);
    fill("brand", item.brand);
    fill("category", item.category);
    fill("price", priceText(item.price, item.currency, locale));
    fill("availability", say(item.availability));
    fill("reason", reasonText(say, item));
  }
  const href = safeLink(first.link);
  for (const link of all(`[${FIELD}=link]`)) {
    if (href) link.setAttribute("href", href);
    link.addEventListener("click", on.click);
    // The middle button opens a tab of its own.
    link.addEventListener("auxclick", (event) => event.button === 1 && on.click());
  }
  for (const image of all(`[${FIELD}=image]`) as HTMLImageElement[]) {
    image.hidden = !first.image && first !== PLACEHOLDER;
    image.addEventListener("error", () => {
      image.hidden = true;
    });
    if (first.image) image.src = first.image;
    if (!image.hasAttribute("alt")) image.alt = "";
    image.loading = "lazy";
  }
  for (const button of all("[data-presently-action=dismiss]")) {
    if (!button.hasAttribute("aria-label")) button.setAttribute("aria-label", say("dismiss", first.title));
    button.addEventListener("click", on.dismiss);
  }
  update(first);
  const slot = part("slot", "");
  slot.name = content.slot = `presently-${++slots}`;
  host.append(content);
  return { element: part("li", "item own", slot), update, remove: () => content.remove() };
}
