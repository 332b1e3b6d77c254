/*
 * Understood here: Shopware 5 and 6. Classes of <body> (is-ctl-product, is--ctl-detail …), the line item of the cart form, the order number, the
 * delivery information. Prices and names come from its microdata.
 */
import { availabilityOf, currencyIn, idsOf } from "../values.js";
import { attributeOf, type Platform, shown, typeByBody } from "./platform.js";

export const shopware: Platform = {
  read({ document, language }) {
    const type = typeByBody(document, {
      product: /\s(is-ctl-product|is--ctl-detail)\s/,
      home: /\sis-act-home\s/,
      listing: /\s(is-ctl-navigation|is--ctl-listing)\s/,
      search: /\s(is-ctl-search|is--ctl-search)\s/,
      checkout: /\sis-act-(confirmpage|confirm)\s/,
      cart: /\sis-act-(cartpage|cart)\s/,
    });
    if (type !== "product") return type ? { type } : null;
    return {
      type,
      product: {
        ids: idsOf(
          shown(document, ".product-detail-ordernumber, .entry--sku .entry--content"),
          attributeOf(document, ".product-detail-buy input[name^='lineItems['][name$='[id]'], #productDetailPageBuyProductForm input[name$='[id]']"),
          attributeOf(document, "input[name='sAdd']"),
        ),
        name: shown(document, "h1"),
        currency: currencyIn(shown(document, ".product-detail-price, .price--content"), language),
        availability: availabilityOf(shown(document, ".delivery-information, .delivery--information")),
      },
    };
  },
};
