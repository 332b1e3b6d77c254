/*
 * Understood here: <script type="application/ld+json"> (https://json-ld.org), one node, a list or a @graph, and what hangs below
 * `mainEntity` and `breadcrumb`; nodes that refer to each other by @id. What templates get wrong is mended: HTML comments, CDATA and comments
 * around or in it, a last comma, a semicolon, bare line breaks and quotes in texts, entities for quotes. What the nodes mean: schema.ts.
 */
import { schemaFacts } from "./schema.js";
import type { PageContext, Source } from "./source.js";
import { isThing, type Thing, things } from "./things.js";
import { unescaped } from "./values.js";

/** A page with more is no page about them. */
const MOST_THINGS = 500;

const wrapped = /^\s*(?:\/\/|\/\*)?\s*(?:<!--|<!\[CDATA\[)\s*(?:\*\/)?|(?:\/\/|\/\*)?\s*(?:-->|\]\]>)\s*(?:\*\/)?\s*$/g;

const DESCRIPTION = /"(description|reviewBody)"\s*:\s*"[\s\S]*?"(\s*,\s*"[@\w]+"\s*:|\s*\}\s*(?:[,}\]]|$))/g;

function tidy(text: string): string {
  const bare = text
    .replace(/^\uFEFF/, "")
    .replace(wrapped, "")
    .replace(/;\s*$/, "")
    .trim();
  return /^[[{]\s*&quot;/.test(bare) ? unescaped(bare) : bare;
}

function parse(text: string, repair: PageContext["repair"]): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const bare = tidy(text);
    try {
      return JSON.parse(bare);
    } catch {
      if (!repair) throw new Error("broken");
      // Descriptions are what breaks most, by quotes and line breaks of their own, and are not needed.
      const described = bare.replace(DESCRIPTION, '"$1":""$2');
      // A line break in a text ends it for whoever repairs; outside of texts it is nothing but a space.
      const oneLine = described.replace(/(^|[\s,[{])\/\/[^"\n]*$/gm, "$1").replace(/[\r\n\t]+/g, " ");
      return JSON.parse(repair(oneLine));
    }
  }
}

function collect(value: unknown, found: Thing[], depth = 0): void {
  for (const thing of things(value)) {
    if (depth > 4 || found.length >= MOST_THINGS) return;
    found.push(thing);
    collect([thing["@graph"], thing.mainEntity, thing.breadcrumb].flat(), found, depth + 1);
  }
}

/** Nodes with one @id are one node, wherever its parts stand; where another one only names it, it stands itself. */
function merged(all: readonly Thing[]): Thing[] {
  const byId = new Map<unknown, Record<string, unknown>>();
  const result: Record<string, unknown>[] = [];
  for (const thing of all) {
    const id = thing["@id"];
    const known = typeof id === "string" ? byId.get(id) : undefined;
    if (known) Object.assign(known, { ...thing, ...known });
    else {
      const own = { ...thing };
      if (typeof id === "string") byId.set(id, own);
      result.push(own);
    }
  }
  const meant = (value: unknown) => (isThing(value) && Object.keys(value).length === 1 ? (byId.get(value["@id"]) ?? value) : value);
  for (const node of result) for (const [name, value] of Object.entries(node)) node[name] = Array.isArray(value) ? value.map(meant) : meant(value);
  return result;
}

export function jsonLdThings(document: Document, repair?: PageContext["repair"]): { readonly nodes: Thing[]; readonly broken: boolean } {
  const all: Thing[] = [];
  let broken = false;
  for (const { textContent } of document.querySelectorAll('script[type="application/ld+json" i]')) {
    try {
      collect(parse(textContent ?? "", repair), all);
    } catch {
      broken = true;
    }
  }
  return { nodes: merged(all.filter(isThing)), broken };
}

export const jsonLd: Source = {
  name: "json-ld",
  read(page) {
    const { nodes, broken } = jsonLdThings(page.document, page.repair);
    return { ...schemaFacts(nodes, page), broken };
  },
};
