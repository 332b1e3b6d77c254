import type { Facts, PageContext, PageType } from "../source.js";
import { plain } from "../values.js";

/** A shop system: what its pages say in globals, classes and forms of their own. */
export interface Platform {
  /** Null where the page is none of its. */
  read(page: PageContext): Facts | null;
}

/** The text of the first element that shows one, by the first selector that finds it. */
export function shown(document: Document, ...selectors: readonly string[]): string | undefined {
  for (const selector of selectors)
    for (const element of document.querySelectorAll(selector)) {
      const said = plain(element.textContent);
      if (said) return said;
    }
  return undefined;
}

export const attributeOf = (document: Document, selector: string, attribute = "value"): string | undefined =>
  plain(document.querySelector(selector)?.getAttribute(attribute));

/** The type whose pattern the classes of <body> (and its id) match. */
export function typeByBody({ body }: Document, types: Readonly<Partial<Record<PageType, RegExp>>>): PageType | undefined {
  const said = ` ${body?.id ?? ""} ${body?.className ?? ""} `;
  return (Object.keys(types) as PageType[]).find((type) => types[type]?.test(said));
}
