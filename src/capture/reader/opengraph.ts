/*
 * Understood here: <meta property> or <meta name> of Open Graph (https://ogp.me) and its products
 * (https://developers.facebook.com/docs/marketing-api/catalog/guides/microdata-tags): og:type product, og:product, product.item;
 * product:retailer_item_id, product:sku, product:ean, product:isbn, product:upc, product:retailer_part_no; og:title; product:brand; product:category;
 * product:sale_price, product:price, og:price, each with :amount and :currency; product:availability, og:availability.
 */
import type { Source } from "./source.js";
import { availabilityOf, currencyCode, idsOf, plain, priceOf } from "./values.js";
import { categoryPath } from "./words.js";

export const openGraph: Source = {
  name: "open-graph",
  read({ document }) {
    const said = new Map<string, string>();
    for (const meta of document.querySelectorAll("meta[property], meta[name]")) {
      const name = (meta.getAttribute("property") ?? meta.getAttribute("name") ?? "").toLowerCase();
      const content = plain(meta.getAttribute("content"), 512);
      if (content && !said.has(name)) said.set(name, content);
    }
    const first = (...names: string[]) => names.map((name) => said.get(name)).find((content) => content !== undefined);
    const type = first("og:type");
    const isProduct = type ? /(^|:)product\b/i.test(type) : said.has("product:retailer_item_id") || said.has("product:price:amount");
    if (!isProduct) return {};
    const price = ["product:sale_price", "product:price", "og:price"].find((name) => said.has(`${name}:amount`));
    const currency = currencyCode(price && first(`${price}:currency`)) ?? currencyCode(first("product:price:currency", "og:price:currency"));
    return {
      product: {
        ids: idsOf(...["retailer_item_id", "sku", "ean", "isbn", "upc", "gtin", "retailer_part_no", "mfr_part_no"].map((name) => first(`product:${name}`))),
        name: first("og:title"),
        brand: first("product:brand", "og:brand"),
        category: categoryPath(first("product:category")),
        price: priceOf(price ? first(`${price}:amount`) : first("product:price"), currency),
        currency,
        availability: availabilityOf(first("product:availability", "og:availability")),
      },
    };
  },
};
