import { XMLParser, XMLValidator } from "fast-xml-parser";
import { AVAILABILITY, type CatalogItem, PresentlyError, parseCatalogItem } from "presently/contract";
import type { FeedRow } from "./rows.js";
import type { XmlEntry } from "./xml-entries.js";

/** Merchant fields that say how to sell an item and not what it is: no attribute a shopper has a taste for. */
const NO_ATTRIBUTE = new Set(
  (
    "id title description link mobile_link image_link additional_image_link brand product_type google_product_category price sale_price availability " +
    "availability_date condition gtin mpn identifier_exists item_group_id shipping_weight shipping_label tax_category canonical_link " +
    "sale_price_effective_date cost_of_goods_sold expiration_date unit_pricing_measure unit_pricing_base_measure updated published pubDate guid author"
  ).split(" "),
);
const ATTRIBUTE_LENGTH = 256;

type Entry = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  // One entry's text never needs more; the limit is against bombs.
  processEntities: { enabled: true, maxTotalExpansions: 100_000 },
});

function textOf(value: unknown): string | undefined {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  const text = typeof one === "object" && one !== null ? ((one as Entry)["#text"] ?? (one as Entry)["@href"]) : one;
  return typeof text === "string" && text.trim() !== "" ? text.trim() : undefined;
}

/** "19.90 EUR", "EUR 19.90", "1,299.00 USD", "19,90 EUR". NaN where there is no number. */
export function parsePrice(text: string): { readonly price: number; readonly currency?: string } {
  const currency = /[A-Za-z]{3}/.exec(text)?.[0].toUpperCase();
  let digits = /-?\d[\d.,\s\u00a0']*/.exec(text)?.[0].replace(/[\s\u00a0']/g, "") ?? "";
  // The last separator is the decimal one where two digits or one follow it, or where both kinds occur.
  const last = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
  if (last >= 0) {
    const decimals = digits.length - last - 1;
    const both = digits.includes(".") && digits.includes(",");
    const decimal = both || decimals !== 3 || (digits[last] === "." && digits.indexOf(".") === last);
    digits = decimal ? `${digits.slice(0, last).replace(/[.,]/g, "")}.${digits.slice(last + 1)}` : digits.replace(/[.,]/g, "");
  }
  return { price: digits === "" ? Number.NaN : Number(digits), currency };
}

/**
 * An entry of Google's product data (https://support.google.com/merchants/answer/7052112).
 * @throws PresentlyError `item/invalid`
 */
function merchantItem(entry: Entry): CatalogItem {
  const field = (name: string) => textOf(entry[`g:${name}`]) ?? textOf(entry[name]);
  const invalid = (message: string): never => {
    throw new PresentlyError("item/invalid", message);
  };
  const priceText = field("sale_price") ?? field("price");
  const { price, currency } = priceText === undefined ? { price: undefined, currency: undefined } : parsePrice(priceText);
  if (price !== undefined && !(price >= 0)) invalid(`price: "${priceText}" is no amount like "19.90 EUR"`);
  const availability = field("availability")?.toLowerCase().replaceAll(" ", "_");
  if (availability !== undefined && !(AVAILABILITY as readonly string[]).includes(availability))
    invalid(`availability: "${availability}" is none of ${AVAILABILITY.join(", ")}`);
  const path = field("product_type") ?? field("google_product_category");
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(entry)) {
    const plain = name.replace(/^g:/, "");
    const text = textOf(value);
    if (NO_ATTRIBUTE.has(plain) || name.startsWith("@") || name.startsWith("#") || text === undefined || plain.length > 64) continue;
    if (text.length <= ATTRIBUTE_LENGTH) attributes[plain] = text;
  }
  const fields = {
    item_id: field("id"),
    title: field("title")?.slice(0, 512),
    description: field("description")?.slice(0, 20_000),
    link: field("link"),
    image_link: field("image_link"),
    brand: field("brand"),
    category: path
      ?.split(/\s*>\s*/)
      .filter((level) => level !== "")
      .slice(0, 5),
    price,
    currency,
    availability,
    attributes: Object.keys(attributes).length > 0 ? attributes : undefined,
  };
  return parseCatalogItem(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}

/** One `<item>` or `<entry>` as a row. */
export function merchantRow({ line, xml, problem }: XmlEntry): FeedRow {
  if (problem !== undefined) return { line, problem };
  const valid = XMLValidator.validate(xml);
  if (valid !== true) return { line, problem: `not well-formed XML: ${valid.err.msg} (line ${line + valid.err.line - 1})` };
  try {
    const parsed = parser.parse(xml) as { item?: unknown; entry?: unknown };
    const entry = parsed.item ?? parsed.entry;
    if (typeof entry !== "object" || entry === null) return { line, problem: "the entry is empty" };
    return { line, item: merchantItem(entry as Entry) };
  } catch (error) {
    return { line, problem: (error as Error).message };
  }
}
