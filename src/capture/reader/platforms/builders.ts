/*
 * Understood here: site builders. Squarespace: `Static.SQUARESPACE_CONTEXT.item` with its variants (prices in hundredths), view-item and view-list
 * on <body>. Wix: product pages have the product's slug in their address, galleries a data-hook. Webflow: data-commerce-product-id of the cart form.
 */
import { at, currencyCode, idsOf, listOfAny, plain } from "../values.js";
import { attributeOf, type Platform } from "./platform.js";

export const squarespace: Platform = {
  read({ window, document }) {
    const context = at(window, "Static", "SQUARESPACE_CONTEXT");
    if (context === undefined) return null;
    const item = at(context, "item");
    const isItem = item !== undefined && document.querySelector("[data-item-id]") !== null;
    if (!isItem) return { type: document.body?.classList.contains("view-list") ? "listing" : undefined };
    const variants = listOfAny(at(item, "variants") ?? at(item, "structuredContent", "variants"));
    const buyable = (one: unknown) => at(one, "unlimited") === true || Number(at(one, "qtyInStock")) > 0;
    const variant = variants.find(buyable) ?? variants[0];
    const cents = at(variant, "onSale") === true ? at(variant, "salePrice") : at(variant, "price");
    return {
      product: {
        ids: idsOf(at(variant, "sku"), at(item, "id")),
        name: plain(at(item, "title")),
        price: typeof cents === "number" ? cents / 100 : undefined,
        currency: currencyCode(at(context, "websiteSettings", "storeSettings", "selectedCurrency")),
        availability: variants.length > 0 ? (variants.some(buyable) ? "in_stock" : "out_of_stock") : undefined,
      },
    };
  },
};

export const wix: Platform = {
  read({ document, location }) {
    if (!/^Wix/.test(attributeOf(document, "meta[name=generator]", "content") ?? "")) return null;
    const slug = /\/product-page\/([^/]+)/.exec(location.pathname)?.[1];
    if (slug) return { type: "product", product: { ids: idsOf(decodeURIComponent(slug)) } };
    return { type: document.querySelector('[data-hook="product-list"]') ? "listing" : undefined };
  },
};

export const webflow: Platform = {
  read({ document }) {
    const form = document.querySelector("form[data-commerce-product-id]");
    if (!form || document.querySelectorAll("form[data-commerce-product-id]").length > 1) return null;
    return { product: { ids: idsOf(form.getAttribute("data-commerce-product-id"), form.getAttribute("data-commerce-sku-id")) } };
  },
};
