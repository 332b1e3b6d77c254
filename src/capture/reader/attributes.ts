/*
 * Understood here: what the shop says with data-presently-* attributes (../markup.ts, ../address.ts), the page's type, category and product.
 */
import { declared, detailOf, markedCategory } from "../address.js";
import { attribute, markedItem } from "../markup.js";
import type { Source } from "./source.js";
import { availabilityOf, currencyCode } from "./values.js";
import { categoryPath } from "./words.js";

export const attributes: Source = {
  name: "attributes",
  read({ document }) {
    const element = detailOf(document);
    const item = element && markedItem(element);
    const own = element && attribute(element, "category");
    return {
      type: declared(document) ?? (item ? "product" : undefined),
      category: categoryPath(markedCategory(document)),
      product: item && {
        ids: [item.item_id],
        name: item.item_name,
        brand: item.item_brand,
        category: categoryPath(own),
        price: item.price,
        currency: currencyCode(attribute(element, "currency")),
        availability: availabilityOf(attribute(element, "availability")),
      },
    };
  },
};
