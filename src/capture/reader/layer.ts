/*
 * Understood here: the page's product in what its dataLayer has been told so far: GA4's view_item with one item, and Universal Analytics'
 * Enhanced Ecommerce `detail` (enhanced.ts). A list of items says nothing of a product.
 */
import { fieldsOf, readEntry } from "../datalayer.js";
import { enhancedEvents } from "./enhanced.js";
import type { Source } from "./source.js";
import { at, currencyCode, idsOf, plain } from "./values.js";
import { categoryPath } from "./words.js";

export const dataLayer: Source = {
  name: "dataLayer",
  read({ window }) {
    const entries = (window as Window & { dataLayer?: unknown }).dataLayer;
    if (!Array.isArray(entries)) return {};
    for (const entry of entries.slice(0, 500)) {
      const told = readEntry(entry);
      for (const event of told?.items ? [told] : enhancedEvents(entry)) {
        const [item, ...more] = event.items ?? [];
        if (event.name !== "view_item" || !item || more.length > 0) continue;
        const { item_category, item_category2, item_category3, item_category4, item_category5 } = item;
        const levels = [item_category, item_category2, item_category3, item_category4, item_category5].flatMap((level) => level ?? []);
        // Ids beside GA4's own, as plugins of shop systems write them.
        const raw = fieldsOf(entry);
        const given = at(raw, "ecommerce", "items", "0") ?? at(raw, "2", "items", "0");
        return {
          product: {
            ids: idsOf(item.item_id, at(given, "sku"), at(given, "id"), at(given, "item_sku")),
            name: plain(item.item_name, 512),
            brand: plain(item.item_brand),
            category: levels.length > 1 ? levels : categoryPath(levels[0]),
            price: item.price ?? (event.value !== undefined && (item.quantity ?? 1) === 1 ? event.value : undefined),
            currency: currencyCode(event.currency),
          },
        };
      }
    }
    return {};
  },
};
