/*
 * Shop systems that say on their pages what they show: each a file of its own, the first that knows the page answers. What is needed of a new one
 * is a Platform here, and pages of it in testing/pages.
 */
import type { Source } from "../source.js";
import { bigcommerce } from "./bigcommerce.js";
import { squarespace, webflow, wix } from "./builders.js";
import { bigCartel, bitrix } from "./globals.js";
import { magento } from "./magento.js";
import { opencart } from "./opencart.js";
import type { Platform } from "./platform.js";
import { prestashop } from "./prestashop.js";
import { salesforce } from "./salesforce.js";
import { shopify } from "./shopify.js";
import { shopware } from "./shopware.js";
import { tagLayers } from "./taglayers.js";
import { woocommerce } from "./woocommerce.js";

const PLATFORMS: readonly Platform[] = [
  shopify,
  woocommerce,
  magento,
  prestashop,
  bigcommerce,
  shopware,
  squarespace,
  wix,
  webflow,
  salesforce,
  opencart,
  bitrix,
  bigCartel,
  tagLayers,
];

export const platforms: Source = {
  name: "platform",
  read(page) {
    for (const platform of PLATFORMS) {
      const facts = platform.read(page);
      if (facts) return facts;
    }
    return {};
  },
};
