/*
 * Understood here: OpenCart, which writes no structured data. route= in the address, or the class product-product-41 of <body>; product_id in #product;
 * the price below the product's list; "Availability: …" in that list, in any language that values.ts knows.
 */
import { availabilityOf, currencyIn, idsOf, plain, priceOf } from "../values.js";
import { attributeOf, type Platform, shown } from "./platform.js";

export const opencart: Platform = {
  read({ document, location, language }) {
    const route = new URLSearchParams(location.search).get("route");
    const classes = document.body?.className ?? "";
    const isCategory = route === "product/category" || /\bproduct-category(-\d+)*\b/.test(classes) || document.getElementById("product-category") !== null;
    if (isCategory) return { type: "listing" };
    if (route === "product/search" || document.getElementById("product-search")) return { type: "search" };
    if (route === "checkout/cart") return { type: "cart" };
    if (route === "checkout/checkout") return { type: "checkout" };
    const isProduct = route === "product/product" || /\bproduct-product(-\d+)?\b/.test(classes) || document.getElementById("product-product") !== null;
    if (!isProduct) return null;
    const rows = [...document.querySelectorAll("#content ul.list-unstyled > li")].map((row) => plain(row.textContent) ?? "");
    const written = shown(document, "#content .list-unstyled h2, #content .price-new, #content .product-price");
    const states = rows.map((row) => availabilityOf(row.split(":").at(-1)));
    return {
      type: "product",
      product: {
        ids: idsOf(attributeOf(document, "#product input[name='product_id'], #form-product input[name='product_id']")),
        name: shown(document, "#content h1, h1"),
        price: priceOf(written),
        currency: currencyIn(written, language),
        availability: states.find(Boolean),
      },
    };
  },
};
