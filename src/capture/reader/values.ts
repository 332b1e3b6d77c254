/*
 * Understood here: availability as schema.org's or Google's values ("https://schema.org/InStock", "in stock", "oos") or in the words of a
 * shop ("Nicht auf Lager", "Épuisé", "売り切れ"); currencies as ISO 4217 codes or symbols; prices in the digits of other scripts ("١٢٫٧٥٠"); texts
 * with entities that a template escaped twice.
 */
import type { Availability } from "../../contract/items.js";
import { amount, text } from "../markup.js";

/** Sold out comes first: "nicht auf Lager" contains "auf Lager". */
const WORDS: readonly [Availability, RegExp][] = [
  ["backorder", /back ?order|available ?for ?order|made ?to ?order|sur commande|bestellbar|nachbestellt/],
  ["preorder", /pre[- ]?order|pre[- ]?sale|vorbestell|précommande|preordine|reserva|予約/],
  [
    "out_of_stock",
    /out ?of ?stock|sold ?out|^oos$|discontinued|unavailable|not available|nicht (auf lager|verfügbar|lieferbar|vorrätig)|ausverkauft|vergriffen|épuisé|rupture|indisponible|agotado|sin stock|non disponibile|esaurito|esgotado|indisponível|niedostępn|brak w magazynie|slut i lager|udsolgt|utsolgt|uitverkocht|tükendi|stokta yok|нет в наличии|распродан|売り切れ|品切れ|在庫なし|缺货|售罄|품절|غير متوفر|نفد/,
  ],
  [
    "in_stock",
    /in ?stock|^available$|limited ?availability|online ?only|in ?store ?only|auf lager|an lager|vorrätig|lieferbar|sofort|en stock|disponible|en existencia|disponibile|em estoque|disponível|dostępn|w magazynie|i lager|på lager|op voorraad|stokta var|в наличии|есть|在庫あり|有货|재고|متوفر/,
  ],
];

export function availabilityOf(value: unknown): Availability | undefined {
  const said = typeof value === "object" && value !== null ? ((value as Record<string, unknown>)["@id"] ?? (value as Record<string, unknown>).name) : value;
  const words = text(said)
    ?.replace(/^.*schema\.org\//i, "")
    .replace(/_/g, " ")
    .toLowerCase();
  return words === undefined ? undefined : WORDS.find(([, pattern]) => pattern.test(words))?.[0];
}

/** As a price shows them, its dots left out. */
const SYMBOLS: Readonly<Record<string, string>> = {
  "€": "EUR",
  "£": "GBP",
  "₹": "INR",
  "₺": "TRY",
  TL: "TRY",
  "₽": "RUB",
  "₩": "KRW",
  "₪": "ILS",
  "₫": "VND",
  "₴": "UAH",
  "฿": "THB",
  R$: "BRL",
  zł: "PLN",
  Kč: "CZK",
  Ft: "HUF",
  lei: "RON",
  Lei: "RON",
  US$: "USD",
  CA$: "CAD",
  C$: "CAD",
  A$: "AUD",
  NZ$: "NZD",
  HK$: "HKD",
  S$: "SGD",
  руб: "RUB",
  원: "KRW",
  грн: "UAH",
  "ر س": "SAR",
  "د إ": "AED",
  "د ك": "KWD",
  "ر ق": "QAR",
  "ر ع": "OMR",
  "د ب": "BHD",
  "ج م": "EGP",
};
/** Symbols of several currencies: the page's language and country decide. */
const BY_REGION: Readonly<Record<string, string>> = { CA: "CAD", AU: "AUD", NZ: "NZD", MX: "MXN", AR: "ARS", CL: "CLP", CO: "COP", SG: "SGD", HK: "HKD" };
const BY_LANGUAGE: Readonly<Record<string, string>> = { sv: "SEK", da: "DKK", nb: "NOK", no: "NOK", is: "ISK" };
/** Currencies whose amounts have three decimals (ISO 4217): "12.500" is no twelve thousand there. */
const THREE_DECIMALS = /^(BHD|IQD|JOD|KWD|LYD|OMR|TND)$/;

/** Three capitals may be a tax, too: "189 TL, KDV dahil". Browsers of before 2022 do not tell the codes. */
const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf?.("currency"));

/** The currency that a price is written in, "CHF 1’249.–" or "22,90 €"; undefined where it does not say. */
export function currencyIn(price: string | null | undefined, language = ""): string | undefined {
  const written = price?.replace(/[\s\d.,’'–-]+/g, " ").trim() ?? "";
  if (!written) return undefined;
  const symbols = Object.keys(SYMBOLS).sort((a, b) => b.length - a.length);
  const code = written.split(" ").find((word) => /^[A-Z]{3}$/.test(word) && (CODES.size === 0 || CODES.has(word)));
  if (code) return code;
  const symbol = symbols.find((one) => written.includes(one));
  if (symbol) return SYMBOLS[symbol];
  const [tongue, region] = language.split("-");
  if (written.includes("$")) return BY_REGION[region?.toUpperCase() ?? ""] ?? "USD";
  if (written.includes("¥") || written.includes("円")) return tongue === "zh" ? "CNY" : "JPY";
  if (/\bkr\b/.test(written)) return BY_LANGUAGE[tongue];
  return undefined;
}

export const currencyCode = (value: unknown): string | undefined => {
  const code = text(value)?.toUpperCase();
  return code && /^[A-Z]{3}$/.test(code) ? code : undefined;
};

/** The zeros of scripts whose digits stand in prices: Arabic, Persian, Devanagari, Bengali, full width. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xff10];

const latin = (value: string): string =>
  value
    .replace(/[٠-٩۰-۹०-९০-৯０-９]/g, (digit) => String(digit.charCodeAt(0) - Math.max(...ZEROS.filter((zero) => zero <= digit.charCodeAt(0)))))
    .replace(/٫/g, ".")
    .replace(/٬/g, ",");

/** The first price in what markup has or a page shows, read with its currency's decimals. */
export function priceOf(value: unknown, currency = ""): number | undefined {
  if (typeof value !== "string") return amount(value);
  const written = latin(value);
  // Without what stands around it: "Rs. 499", "12,50 € / 100 g", "د.ك" and its dots.
  const number = /^\s*\.\d+\s*$/.test(written) ? written : /\d+(?:[.,'’]\d+|\s\d{3}(?!\d))*/.exec(written)?.[0];
  const three = THREE_DECIMALS.test(currency) && /^(.*)[.,](\d{3})$/.exec(number ?? "");
  // A comma before the three is a decimal one where French is written.
  if (three && (number?.at(-4) === "." || currency === "TND")) return Number(`${three[1].replace(/\D/g, "")}.${three[2]}`);
  return amount(number);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

export const unescaped = (value: string): string =>
  value.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (all, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : Number.NaN;
    return code > 0 && code < 0x110000 ? String.fromCodePoint(code) : (ENTITIES[name] ?? all);
  });

/** A text of structured data in one line. */
export const plain = (value: unknown, max?: number): string | undefined => text(typeof value === "string" ? unescaped(value) : value, max);

/** JSON of an attribute or a script; undefined where it is none. */
export function parsed(json: string | null | undefined): unknown {
  try {
    return json ? JSON.parse(json) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads what may not be there: objects of the page, whatever they are. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((found, key) => (typeof found === "object" && found !== null ? (found as Record<string, unknown>)[key] : undefined), value);

export const listOfAny = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]);

/** Without gaps, without doubles, in order. */
export const idsOf = (...values: readonly unknown[]): string[] => [
  ...new Set(values.flatMap((value) => plain(value)?.replace(/^(sku|mpn|gtin\d*|ean|upc|isbn):\s*/i, "") || [])),
];
