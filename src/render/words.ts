import type { RankedItem, Ranking } from "../contract/ranking.js";

/** Everything that a shelf says of itself. `{}` is the title, the term or the category. An attribute `text-…` replaces each: `text-viewed`, `text-out-of-stock`. */
export const SHELF_TEXT = {
  viewed: "Because you looked at {}",
  cart: "Because of your cart: {}",
  searched: "Because you searched “{}”",
  browsed: "Because you browsed {}",
  similar: "Similar to {}",
  bought_together: "Bought together with {}",
  viewed_together: "Looked at together with {}",
  trending: "In demand right now",
  pinned: "The shop’s choice",
  popular: "Popular now",
  explored: "Something different",
  again: "You looked at this before",
  in_stock: "",
  out_of_stock: "Out of stock",
  preorder: "Pre-order",
  backorder: "Ships later",
  dismiss: "Not interested in {}",
  previous: "Show previous",
  next: "Show more",
  updated: "Updated: {}",
};
export type ShelfText = keyof typeof SHELF_TEXT;
export type Say = (key: ShelfText, label?: string) => string;

/** The element's own words where it has them. */
export const sayFor =
  (element: Element): Say =>
  (key, label = "") =>
    (element.getAttribute(`text-${key.replace(/_/g, "-")}`) ?? SHELF_TEXT[key]).replace("{}", () => label);

/** Why an item is there, in plain words. */
export function reasonText(say: Say, { item_id, reason }: Pick<RankedItem, "item_id" | "reason">): string {
  return say(reason.item_id === item_id && reason.kind === "viewed" ? "again" : reason.kind, reason.label);
}

/** By locale and currency: making one costs far more than using it, and every card of every ranking has a price. null: an unknown currency. */
const formats = new Map<string, Intl.NumberFormat | null>();

function formatOf(currency: string, locale: string | undefined): Intl.NumberFormat | null {
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (format === undefined) {
    try {
      format = new Intl.NumberFormat(locale, { style: "currency", currency });
    } catch {
      format = null;
    }
    formats.set(key, format);
  }
  return format;
}

/** Milliseconds, once: not in the task that shows the cards. */
export function warmPrices(ranking: Ranking | null, locale: string | undefined): void {
  for (const { currency } of ranking?.items ?? []) formatOf(currency, locale);
}

/** "€12.90"; nothing without a price, a plain number where the currency is unknown. */
export function priceText(price: number, currency: string, locale: string | undefined): string {
  if (!Number.isFinite(price)) return "";
  return formatOf(currency, locale)?.format(price) ?? `${price.toFixed(2)} ${currency}`.trim();
}
