/*
 * Understood here: Shopify. `ShopifyAnalytics.meta` (page type, product with its variants, prices in hundredths of any currency), the product
 * JSON of themes (the shape of /products/*.js: <script type="application/json" id="ProductJson-…">), and the variant that ?variant= or the form to
 * /cart/add names.
 */
import type { PageType } from "../source.js";
import { at, currencyCode, idsOf, listOfAny, parsed, plain } from "../values.js";
import { categoryPath } from "../words.js";
import { attributeOf, type Platform } from "./platform.js";

const TYPES: Readonly<Record<string, PageType>> = {
  home: "home",
  index: "home",
  product: "product",
  collection: "listing",
  searchresults: "search",
  cart: "cart",
  checkout: "checkout",
  page: "other",
  blog: "other",
  article: "other",
};
const THEMES = 'script[type="application/json"][id*="ProductJson"], script[type="application/json"][data-product-json], script#product-json';

export const shopify: Platform = {
  read({ window, document, location }) {
    const meta = at(window, "ShopifyAnalytics", "meta");
    if (meta === undefined) return null;
    const type = TYPES[String(at(meta, "page", "pageType"))];
    const product = at(meta, "product");
    if (type !== "product" || product === undefined) return { type };
    const own = parsed(document.querySelector(THEMES)?.textContent);
    const theme = String(at(own, "id")) === String(at(product, "id")) ? own : undefined;
    const asked = new URLSearchParams(location.search).get("variant") ?? attributeOf(document, 'form[action*="/cart/add"] [name="id"]');
    const pick = (variants: unknown) => {
      const all = listOfAny(variants);
      return all.find((one) => String(at(one, "id")) === asked) ?? all.find((one) => at(one, "available") !== false) ?? all[0];
    };
    const variant = pick(at(product, "variants"));
    const themed = pick(at(theme, "variants"));
    const cents = at(variant, "price") ?? at(themed, "price");
    const available = at(themed, "available") ?? at(theme, "available");
    return {
      type,
      product: {
        ids: idsOf(at(variant, "sku"), at(variant, "id"), at(product, "id"), at(themed, "barcode"), at(product, "handle") ?? at(theme, "handle")),
        variants: idsOf(...listOfAny(at(product, "variants")).flatMap((one) => [at(one, "id"), at(one, "sku")])),
        name: plain(at(theme, "title")),
        brand: plain(at(product, "vendor")),
        category: categoryPath(plain(at(product, "type"))),
        price: typeof cents === "number" ? cents / 100 : undefined,
        currency: currencyCode(at(meta, "currency")),
        availability: typeof available === "boolean" ? (available ? "in_stock" : "out_of_stock") : undefined,
      },
    };
  },
};
