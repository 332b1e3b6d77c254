/*
 * Understood here: Salesforce Commerce Cloud. SFRA's data-action ("Product-Show", "Search-Show") and .product-detail[data-pid]; SiteGenesis'
 * pt_… classes, #pid, .price-sales.
 */
import { availabilityOf, currencyIn, idsOf, priceOf } from "../values.js";
import { attributeOf, type Platform, shown } from "./platform.js";

export const salesforce: Platform = {
  read({ document, language }) {
    const action = attributeOf(document, ".page[data-action]", "data-action");
    const genesis = document.querySelector('[class*="pt_product-details"], #pdpMain');
    if (!action && !genesis) return null;
    if (action && /^Search-Show/.test(action))
      return { type: new URLSearchParams(attributeOf(document, ".page[data-querystring]", "data-querystring")).has("q") ? "search" : "listing" };
    if (action && /^Home-Show/.test(action)) return { type: "home" };
    if (action && /^Cart-Show/.test(action)) return { type: "cart" };
    if (action && !/^Product-Show/.test(action)) return {};
    const detail = ".product-detail:not(.product-quickview)";
    const written = shown(document, `${detail} .prices .sales .value, #product-content .price-sales`);
    return {
      type: "product",
      product: {
        ids: idsOf(attributeOf(document, `${detail}[data-pid]`, "data-pid") ?? attributeOf(document, "#pid, #pdpMain input[name='pid']")),
        name: shown(document, `${detail} .product-name, h1.product-name`),
        price: priceOf(attributeOf(document, `${detail} .prices .sales .value`, "content") ?? written),
        currency: currencyIn(written, language),
        availability: availabilityOf(shown(document, `${detail} .availability-msg, .availability-msg`)),
      },
    };
  },
};
