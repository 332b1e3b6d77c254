/*
 * Understood here: BigCommerce. `BCData.product_attributes` (sku, upc, gtin, price with or without tax, instock), the cart form's product_id, and
 * the data-event-type="product" of themes with analytics.
 */
import { amount } from "../../markup.js";
import { at, currencyCode, idsOf, plain } from "../values.js";
import { attributeOf, type Platform } from "./platform.js";

export const bigcommerce: Platform = {
  read({ window, document }) {
    const known = at(window, "BCData", "product_attributes");
    if (known === undefined) return null;
    const price = at(known, "price", "with_tax") ?? at(known, "price", "without_tax");
    const instock = at(known, "instock");
    return {
      type: "product",
      product: {
        ids: idsOf(
          at(known, "sku"),
          attributeOf(document, "form[data-cart-item-add] input[name='product_id']") ??
            attributeOf(document, '[data-event-type="product"][data-entity-id]', "data-entity-id"),
          at(known, "gtin"),
          at(known, "upc"),
          at(known, "mpn"),
        ),
        name: plain(document.querySelector("h1")?.textContent),
        brand: attributeOf(document, '[data-event-type="product"][data-product-brand]', "data-product-brand"),
        price: amount(at(price, "value")),
        currency: currencyCode(at(price, "currency")),
        availability: typeof instock === "boolean" ? (instock ? "in_stock" : "out_of_stock") : undefined,
      },
    };
  },
};
