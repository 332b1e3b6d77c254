/*
 * Understood here: WooCommerce. Classes of <body> (single-product, postid-412, tax-product_cat …), of the product ("instock", "onbackorder"),
 * .product_meta .sku, p.price with its ins, the cart form, and the product that "Google Tag Manager for WordPress" writes into it.
 */
import { at, availabilityOf, currencyIn, idsOf, listOfAny, parsed, plain, priceOf } from "../values.js";
import { categoryPath } from "../words.js";
import { attributeOf, type Platform, shown, typeByBody } from "./platform.js";

export const woocommerce: Platform = {
  read({ document, language }) {
    const { body } = document;
    if (!/\b(woocommerce|single-product)\b/.test(body?.className ?? "")) return null;
    const type = typeByBody(document, {
      product: /\ssingle-product\s/,
      cart: /\swoocommerce-cart\s/,
      checkout: /\swoocommerce-checkout\s/,
      search: /\ssearch-results\s/,
      listing: /\s(tax-product_\w+|post-type-archive-product|archive)\s/,
    });
    if (type !== "product") return { type };
    const id = /\spostid-(\d+)/.exec(` ${body.className}`)?.[1] ?? attributeOf(document, ".single_add_to_cart_button[name='add-to-cart']");
    const tagged = parsed(document.querySelector("form.cart input[name='gtm4wp_product_data']")?.getAttribute("value"));
    const classes = document.getElementById(`product-${id}`)?.className ?? document.querySelector(".product.type-product")?.className ?? "";
    const state = /\s(instock|outofstock|onbackorder)\b/.exec(` ${classes}`)?.[1] ?? at(tagged, "stockstatus");
    const written = shown(
      document,
      ...["ins .amount", ":not(del) > .amount", ".amount"].map((one) => `.summary .price ${one}, p.price ${one}, .wp-block-woocommerce-product-price ${one}`),
    );
    return {
      type,
      product: {
        ids: idsOf(shown(document, ".product_meta .sku"), at(tagged, "sku"), id),
        variants: idsOf(
          ...listOfAny(parsed(document.querySelector("form[data-product_variations]")?.getAttribute("data-product_variations"))).flatMap((one) => [
            at(one, "variation_id"),
            at(one, "sku"),
          ]),
        ),
        name: shown(document, "h1.product_title"),
        category: categoryPath(plain(at(tagged, "item_category"))),
        price: priceOf(written),
        currency: currencyIn(written, language),
        availability: availabilityOf(state) ?? availabilityOf(shown(document, ".summary .stock, p.stock")),
      },
    };
  },
};
