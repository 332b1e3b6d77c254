import type { RankedItem } from "../contract/ranking.js";
import { part } from "./dom.js";
import { icon } from "./icons.js";
import { safeLink } from "./link.js";
import { priceText, reasonText, type Say } from "./words.js";

/** A place of the shelf before its item is there. */
export function blankCard(): HTMLLIElement {
  const card = part(
    "li",
    "item blank",
    part("div", "picture"),
    part("span", "text", part("span", "brand"), part("span", "title"), part("span", "price")),
    part("p", "reason"),
  );
  card.setAttribute("aria-hidden", "true");
  return card;
}

export interface Card {
  readonly element: HTMLLIElement;
  /** Same item, newer ranking: its reason, price and availability may be others. */
  update(item: RankedItem): void;
  /** What it has put elsewhere in the page. */
  remove(): void;
}

export interface CardEvents {
  click(): void;
  dismiss(): void;
}

/** Without a picture, or where it fails, the title's first letter stands in its place. */
function picture({ image, title }: RankedItem): HTMLElement {
  const box = part("div", "picture");
  const letter = () => box.setAttribute("data-letter", title.slice(0, 1).toUpperCase());
  if (!image) {
    letter();
    return box;
  }
  const img = part("img", "image");
  img.alt = "";
  img.loading = "lazy";
  img.decoding = "async";
  img.addEventListener("error", () => {
    img.remove();
    letter();
  });
  img.src = image;
  box.append(img);
  return box;
}

/** One item: a link that says all, why it is there, and a button to do without it. */
export function itemCard(first: RankedItem, say: Say, locale: string | undefined, on: CardEvents): Card {
  const price = part("span", "price");
  const reason = part("p", "reason");
  const link = part("a", "link", picture(first), part("span", "text", part("span", "brand", first.brand), part("span", "title", first.title), price));
  const href = safeLink(first.link);
  if (href) link.href = href;
  link.addEventListener("click", on.click);
  // The middle button opens a tab of its own.
  link.addEventListener("auxclick", (event) => event.button === 1 && on.click());
  const dismiss = part("button", "dismiss", icon("M6 6l12 12M18 6L6 18"));
  dismiss.type = "button";
  dismiss.title = say("dismiss", first.title);
  dismiss.setAttribute("aria-label", dismiss.title);
  dismiss.addEventListener("click", on.dismiss);

  function update(item: RankedItem): void {
    const [cost, hint, why] = [priceText(item.price, item.currency, locale), say(item.availability), reasonText(say, item)];
    // The same words again would be laid out again.
    if (reason.textContent !== why) reason.textContent = why;
    if (price.textContent === (hint ? `${cost} ${hint}` : cost)) return;
    price.replaceChildren(cost);
    if (hint) price.append(" ", part("span", "availability", hint));
  }
  update(first);
  return { element: part("li", "item", link, reason, dismiss), update, remove() {} };
}
