/*
 * Understood here: the id by which any shop's own cart form knows the product, where the page has one such form for one product: product_id (Odoo,
 * CS-Cart's product_data[…][product_id]), data-productid (nopCommerce), data-product-id (Ecwid), add_to_cart (Tiendanube). It adds an id, and
 * makes no page a product page.
 */
import { idsOf } from "../values.js";
import type { Platform } from "./platform.js";

const PLACES: readonly [string, string][] = [
  [".js_main_product input[name='product_id'], form input[name='product_id'], form input[name$='[product_id]'], form input[name='add_to_cart']", "value"],
  ["form [data-productid], [data-productid]", "data-productid"],
  [".product-details[data-product-id], main [data-product-id]", "data-product-id"],
];

export const formIds: Platform = {
  read({ document }) {
    for (const [selector, attribute] of PLACES) {
      const ids = idsOf(...[...document.querySelectorAll(selector)].slice(0, 50).map((element) => element.getAttribute(attribute)));
      if (ids.length === 1) return { product: { ids } };
      if (ids.length > 1) return null;
    }
    return null;
  },
};
