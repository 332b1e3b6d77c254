/*
 * Understood here: microdata (https://html.spec.whatwg.org/multipage/microdata.html: itemscope, itemtype, itemprop, itemref) and RDFa Lite
 * (https://www.w3.org/TR/rdfa-lite/: typeof, property, also rel, with or without a prefix), nested as they are. They become the same nodes as
 * JSON-LD's; what these mean: schema.ts. A value is `content` where there is one, else what the element's kind says. Of several products the
 * one around the page's heading is the page's.
 */
import { schemaFacts } from "./schema.js";
import type { Source } from "./source.js";
import { isA, type Thing } from "./things.js";

interface Dialect {
  readonly scope: string;
  readonly type: string;
  readonly names: readonly string[];
}

const MICRODATA: Dialect = { scope: "[itemscope]", type: "itemtype", names: ["itemprop"] };
const RDFA: Dialect = { scope: "[typeof]", type: "typeof", names: ["property", "rel"] };
/** A page with more of them is a list of hundreds of things, of which the first tell enough. */
const MOST_ELEMENTS = 4_000;
/** Properties which are addresses; a link in any other is shown for its text. */
const ADDRESSES = /^(url|item|availability|itemCondition|image|sameAs|mainEntityOfPage|additionalType|id)$/;

function valueIn(element: Element, name: string): string {
  const content = element.getAttribute("content");
  if (content !== null) return content;
  const address = element.getAttribute("href") ?? element.getAttribute("resource") ?? element.getAttribute("src");
  if (address !== null && ADDRESSES.test(name)) return address;
  if (element.localName === "data" || element.localName === "meter") return element.getAttribute("value") ?? "";
  return element.getAttribute("datetime") ?? element.textContent ?? "";
}

const words = (value: string | null) => (value ?? "").split(/\s+/).filter(Boolean);
const local = (name: string) => name.replace(/^.*[:/#]/, "");

/** Every node of the page; a product knows whether the page's heading stands in it. */
export function markedThings(document: Document, { scope, type, names }: Dialect): Thing[] {
  const nodes = new Map<Element, Record<string, unknown>>();
  const result: Thing[] = [];
  const heading = document.querySelector("h1");
  const elements = [...document.querySelectorAll(`${scope}, ${names.map((name) => `[${name}]`).join(", ")}`)].slice(0, MOST_ELEMENTS);
  /** itemref: what belongs to a node and stands elsewhere. */
  const referrers = new Map<Element, Element>();
  for (const from of document.querySelectorAll("[itemref]"))
    for (const id of words(from.getAttribute("itemref"))) {
      const to = document.getElementById(id);
      if (to) referrers.set(to, from);
    }
  const referred = (element: Element) => {
    for (let at: Element | null = element; at && referrers.size > 0; at = at.parentElement) {
      const from = referrers.get(at);
      if (from) return nodes.get(from);
    }
    return undefined;
  };
  for (const element of elements) {
    const node: Record<string, unknown> | undefined = element.matches(scope)
      ? { "@type": words(element.getAttribute(type)).map(local), ...(element.hasAttribute("itemid") && { "@id": element.getAttribute("itemid") }) }
      : undefined;
    if (node) nodes.set(element, node);
    const about = element.getAttribute("about") ?? (node && element.getAttribute("resource"));
    if (node && about) node.url = about;
    const owner = nodes.get(element.parentElement?.closest(scope) as Element) ?? referred(element);
    // <… rel="schema:offers"><… typeof="schema:Offer">: the relation stands on a wrapper.
    const wrapper = node && element.parentElement?.hasAttribute("rel") && !element.parentElement.hasAttribute("typeof") ? element.parentElement : null;
    const told = names.flatMap((name) => words(element.getAttribute(name) ?? (wrapper && name === "rel" ? wrapper.getAttribute(name) : null))).map(local);
    const wraps = !node && names.includes("rel") && element.hasAttribute("rel") && element.querySelector(scope);
    if (owner && !wraps)
      for (const name of told) {
        const value = node ?? valueIn(element, name).trim();
        const known = owner[name];
        owner[name] = known === undefined ? value : [known, value].flat();
      }
    if (node && (!owner || told.length === 0 || told.includes("mainEntity"))) result.push(node);
  }
  if (heading === null) return result;
  // Cards of other products have no first heading in them; an outer node may, as the page's own.
  const around = result.filter((node) => isA(node, "Product") && [...nodes].some(([element, own]) => own === node && element.contains(heading)));
  return around.length > 0 ? result.filter((node) => !isA(node, "Product") || node === around.at(-1)) : result;
}

const dialect = (which: Dialect): Source => ({
  name: "microdata",
  read: (page) => {
    const nodes = markedThings(page.document, which);
    return nodes.length > 0 ? { ...schemaFacts(nodes, page), listing: false } : {};
  },
});

export const microdata = dialect(MICRODATA);
export const rdfa = dialect(RDFA);
