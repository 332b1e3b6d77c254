/*
 * Understood here: Magento and Adobe Commerce (Luma, Hyvä, and 1.x). Classes of <body> (catalog-product-view …), the cart form's product, its
 * data-product-sku, prices with data-price-type="finalPrice", .stock.available and .availability.
 */
import { amount } from "../../markup.js";
import { availabilityOf, currencyIn, idsOf } from "../values.js";
import { attributeOf, type Platform, shown, typeByBody } from "./platform.js";

export const magento: Platform = {
  read({ document, language }) {
    const type = typeByBody(document, {
      product: /\scatalog-product-view\s/,
      listing: /\scatalog-category-view\s/,
      search: /\scatalogsearch-(result|advanced)/,
      cart: /\scheckout-cart-index\s/,
      checkout: /\scheckout-index-index\s/,
      home: /\scms-index-index\s/,
    });
    if (type !== "product") return type ? { type } : null;
    const main = document.querySelector(".product-info-main, .product-essential, #product-main") ?? document.body;
    const price =
      main.querySelector('[data-price-type="finalPrice"][data-price-amount]') ?? document.querySelector('[data-price-type="finalPrice"][data-price-amount]');
    const written = price?.textContent ?? shown(document, ".special-price .price", ".regular-price .price", ".price-box .price");
    const stock = document.querySelector(".stock, .availability");
    return {
      type,
      product: {
        ids: idsOf(
          attributeOf(document, "#product_addtocart_form[data-product-sku]", "data-product-sku") ?? shown(document, ".product.attribute.sku .value"),
          attributeOf(document, "#product_addtocart_form input[name='product']") ?? price?.closest("[data-product-id]")?.getAttribute("data-product-id"),
        ),
        name: shown(document, "h1"),
        price: amount(price?.getAttribute("data-price-amount")) ?? amount(written),
        currency: currencyIn(written, language),
        availability: stock
          ? /\b(unavailable|out-of-stock)\b/.test(stock.className)
            ? "out_of_stock"
            : /\b(available|in-stock)\b/.test(stock.className)
              ? "in_stock"
              : availabilityOf(stock.textContent)
          : undefined,
      },
    };
  },
};
