/*
 * Understood here: Universal Analytics' Enhanced Ecommerce (https://developers.google.com/analytics/devguides/collection/ua/gtm/enhanced-ecommerce)
 * in `window.dataLayer`, which many shops still push, whatever the entry's event is called:
 *
 *   dataLayer.push({ ecommerce: { currencyCode, detail: { products: [{ id, name, price, brand, category: "A/B", … }] }, impressions: […] } })
 *
 * impressions, click, detail, add, remove, checkout (its first step), purchase with actionField.id and .revenue.
 */
import type { EventInput, EventItem, EventName } from "../../contract/events.js";
import { fieldsOf } from "../datalayer.js";
import { amount, categoryFields, clean, text, whole } from "../markup.js";

/** Enhanced Ecommerce's acts, in the order in which one entry's are told. */
const ACTS: readonly (readonly [string, EventName])[] = [
  ["impressions", "view_item_list"],
  ["click", "select_item"],
  ["detail", "view_item"],
  ["add", "add_to_cart"],
  ["remove", "remove_from_cart"],
  ["checkout", "begin_checkout"],
  ["purchase", "purchase"],
];

function readProduct(value: unknown): EventItem | [] {
  const product = fieldsOf(value);
  const item_id = text(product.id);
  if (!item_id) return [];
  return clean({
    item_id,
    item_name: text(product.name, 512),
    item_brand: text(product.brand),
    ...categoryFields(product.category),
    item_list_id: text(product.list),
    price: amount(product.price),
    quantity: amount(product.quantity),
    index: whole(product.position),
  });
}

/** What an entry tells: nothing, most often; several acts, sometimes. */
export function enhancedEvents(entry: unknown): EventInput[] {
  const ecommerce = fieldsOf(fieldsOf(entry).ecommerce);
  return ACTS.flatMap(([act, name]) => {
    const raw = ecommerce[act];
    const { products, actionField } = fieldsOf(raw);
    const field = fieldsOf(actionField);
    const list = Array.isArray(raw) ? raw : products;
    const items = Array.isArray(list) ? list.slice(0, 200).flatMap(readProduct) : [];
    const later = name === "begin_checkout" && Number(field.step ?? 1) !== 1;
    if (items.length === 0 || later) return [];
    return clean({
      name,
      items,
      transaction_id: text(field.id),
      value: amount(field.revenue),
      currency: text(ecommerce.currencyCode, 8),
      item_list_id: text(field.list) ?? items[0].item_list_id,
    });
  });
}
