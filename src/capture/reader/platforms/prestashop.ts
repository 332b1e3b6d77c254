/*
 * Understood here: PrestaShop. The `prestashop` global (page and currency), <body id="product">, the product's id in the cart form, its JSON in
 * #product-details[data-product], .current-price-value, .product-reference; of 1.6 the globals id_product, productReference, productPrice.
 */
import type { PageType } from "../source.js";
import { at, currencyCode, currencyIn, idsOf, parsed, plain, priceOf } from "../values.js";
import { attributeOf, type Platform, shown } from "./platform.js";

const TYPES: Readonly<Record<string, PageType>> = {
  index: "home",
  product: "product",
  category: "listing",
  manufacturer: "listing",
  "best-sales": "listing",
  "new-products": "listing",
  "prices-drop": "listing",
  search: "search",
  cart: "cart",
  order: "checkout",
  checkout: "checkout",
};

export const prestashop: Platform = {
  read({ window, document, language }) {
    const shop = at(window, "prestashop");
    const old = at(window, "id_product") !== undefined && document.body?.id === "product";
    if (at(shop, "page", "page_name") === undefined && !old) return null;
    const type = TYPES[String(at(shop, "page", "page_name") ?? "product")];
    if (type !== "product") return { type };
    const details = parsed(document.querySelector("#product-details[data-product], .js-product-details[data-product]")?.getAttribute("data-product"));
    const written = shown(document, "#our_price_display, .current-price-value, .current-price, .product__current-price");
    const price =
      at(details, "price_amount") ?? attributeOf(document, ".current-price-value, .current-price [content]", "content") ?? at(window, "productPrice");
    return {
      type,
      product: {
        ids: idsOf(
          at(details, "reference") ?? shown(document, ".product-reference span:not(.label)") ?? at(window, "productReference"),
          at(details, "id_product") ?? attributeOf(document, "#product_page_product_id, input[name='id_product']") ?? at(window, "id_product"),
          at(details, "ean13"),
        ),
        name: shown(document, "h1"),
        price: priceOf(price ?? written),
        currency: currencyCode(at(shop, "currency", "iso_code")) ?? currencyIn(plain(written), language),
      },
    };
  },
};
