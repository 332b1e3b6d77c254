/*
 * Understood here: what shops write for tag managers other than Google's. Tealium's `utag_data` (product_id, product_name, product_price, … as lists
 * of one), and `digitalData` of the Customer Experience Digital Data Layer (https://www.w3.org/2013/12/ceddl-201312.pdf: product[0].productInfo).
 */
import { amount } from "../../markup.js";
import type { Facts } from "../source.js";
import { at, availabilityOf, currencyCode, idsOf, listOfAny, plain } from "../values.js";
import { categoryPath } from "../words.js";
import type { Platform } from "./platform.js";

function tealium(data: unknown): Facts | null {
  const only = (name: string) => {
    const all = listOfAny(at(data, name));
    return all.length === 1 ? all[0] : undefined;
  };
  const ids = idsOf(only("product_sku"), only("product_id"));
  if (ids.length === 0 || !/^(product|pdp)/i.test(String(at(data, "page_type") ?? at(data, "tealium_event") ?? ""))) return null;
  return {
    product: {
      ids,
      name: plain(only("product_name")),
      brand: plain(only("product_brand")),
      category: categoryPath(only("product_category")),
      price: amount(only("product_price")),
      currency: currencyCode(at(data, "site_currency") ?? at(data, "order_currency_code")),
      availability: availabilityOf(only("product_availability")),
    },
  };
}

function digitalData(data: unknown): Facts | null {
  const products = listOfAny(at(data, "product"));
  const info = at(products[0], "productInfo");
  const ids = idsOf(at(info, "sku"), at(info, "productID"));
  if (products.length !== 1 || ids.length === 0 || !/product/i.test(String(at(data, "page", "category", "pageType") ?? ""))) return null;
  return {
    product: {
      ids,
      name: plain(at(info, "productName")),
      brand: plain(at(info, "manufacturer")),
      category: categoryPath(at(products[0], "category", "primaryCategory")),
      price: amount(at(products[0], "price", "basePrice")),
      currency: currencyCode(at(products[0], "price", "currency")),
    },
  };
}

export const tagLayers: Platform = { read: ({ window }) => tealium(at(window, "utag_data")) ?? digitalData(at(window, "digitalData")) };
