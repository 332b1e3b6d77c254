import type { RecommendOptions } from "../contract/client.js";
import { PresentlyError } from "../contract/errors.js";
import type { Filter } from "../contract/filter.js";
import type { Rules } from "../contract/rules.js";

/** What a shelf is asked for by its attributes. */
export const REQUEST_ATTRIBUTES = ["limit", "kind", "item-id", "filter", "exclude", "diversity", "explore", "search", "rules"];

const MAX_LIMIT = 60;

/** Items that the shelf shows, and keeps room for. */
export function shelfLimit(element: Element): number {
  const limit = Number.parseInt(element.getAttribute("limit") ?? "", 10);
  return limit > 0 ? Math.min(limit, MAX_LIMIT) : 8;
}

/**
 * `dismissed`: ids never to show again.
 * @throws PresentlyError `shelf/invalid`
 */
export function shelfRequest(element: Element, dismissed: Iterable<string>): RecommendOptions {
  const share = (name: string) => {
    const value = Number.parseFloat(element.getAttribute(name) ?? "");
    return value >= 0 ? { [name]: Math.min(value, 1) } : {};
  };
  const excluded = (element.getAttribute("exclude") ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
  const json = <T>(name: string, example: string): T | undefined => {
    const text = element.getAttribute(name);
    try {
      return text ? JSON.parse(text) : undefined;
    } catch (cause) {
      throw new PresentlyError("shelf/invalid", `The shelf's ${name} is not JSON: ${text}. Write ${name}='${example}'`, { cause });
    }
  };
  const filter = json<Filter>("filter", '{"availability":"in_stock"}');
  const rules = element.getAttribute("rules") === "none" ? ({ rules: false } as const) : json<Rules>("rules", '{"caps":[{"field":"brand","most":2}]}');
  const search = element.getAttribute("search");
  return {
    ...rules,
    limit: shelfLimit(element),
    ...(filter && { filter }),
    ...(search && { search }),
    exclude: [
      ...((rules && "exclude" in rules && rules.exclude) || []),
      ...excluded.map((word) => (word === "cart" || word === "viewed" || word === "bought" ? word : { id: word })),
      ...[...dismissed].map((id) => ({ id })),
    ],
    ...share("diversity"),
    ...share("explore"),
  };
}
