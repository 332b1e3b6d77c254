import { readPage } from "../capture/reader/page-reader.js";
import type { Diagnosis } from "../contract/diagnosis.js";
import type { Checked, Patient } from "./parts.js";

type PageFacts = Diagnosis["page"];

/** Where the page says an id, so that a wrong one can be found and corrected: independent of how capture came to it. */
export function placesOf(document: Document, id: string): string[] {
  const says = (selector: string, read: (element: Element) => string | null | undefined) =>
    [...document.querySelectorAll(selector)].some((element) => read(element)?.trim() === id);
  const places: [string, () => boolean][] = [
    ["data-presently-item", () => says("[data-presently-item]", (element) => element.getAttribute("data-presently-item"))],
    [
      "JSON-LD",
      () =>
        [...document.querySelectorAll('script[type="application/ld+json"]')].some(({ textContent }) => textContent?.includes(JSON.stringify(id).slice(1, -1))),
    ],
    ["microdata", () => says("[itemprop]", (element) => element.getAttribute("content") ?? element.textContent)],
    ["meta", () => says("meta[content]", (element) => element.getAttribute("content"))],
    ["form", () => says("input[value], button[value]", (element) => element.getAttribute("value"))],
    [
      "script",
      () => [...document.querySelectorAll('script:not([src]):not([type="application/ld+json"])')].some(({ textContent }) => textContent?.includes(id)),
    ],
  ];
  return places.filter(([, there]) => there()).map(([name]) => name);
}

export function checkPage({ page, options }: Patient): Checked<PageFacts> {
  const { document } = page;
  const { type, category: trail, search = null, product } = readPage(page);
  const category = trail.at(-1) ?? null;
  const sources = product ? placesOf(document, String(product.item_id)) : [];
  const facts: PageFacts = {
    type,
    category,
    search,
    product: product && { item_id: product.item_id, item_name: product.name },
    sources,
  };
  const what = [category && `category "${category}"`, search && `search "${search}"`, product && `product "${product.item_id}"`].filter(Boolean).join(", ");
  if (options.capture === false)
    return {
      facts,
      findings: [
        { code: "page/capture-off", level: "note", text: "Nothing is read from the page: capture is off", fix: "Tell events with track(), or allow capture." },
      ],
    };
  if (type === "product" && !product)
    return {
      facts,
      findings: [
        {
          code: "page/no-product",
          level: "error",
          text: "This is a product page, and no product was found on it",
          fix: 'Write the product\'s id on the page: data-presently-event="view_item" data-presently-item="ID", or JSON-LD of type Product with its sku.',
        },
      ],
    };
  if (type === "other" && !what)
    return {
      facts,
      findings: [
        {
          code: "page/unrecognised",
          level: "note",
          text: "Nothing was recognised on this page: it is of type other",
          fix: 'If it is a product, listing, cart or checkout, say so: data-presently-page="product" on <body>.',
        },
      ],
    };
  const from = sources.length ? ` (from ${sources.join(", ")})` : "";
  return { facts, findings: [{ code: "page/recognised", level: "ok", text: `This page is of type ${type}${what && `: ${what}`}${from}` }] };
}
