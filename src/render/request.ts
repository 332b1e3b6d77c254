import type { RecommendOptions } from "../contract/client.js";
import { PresentlyError } from "../contract/errors.js";

/** What a shelf is asked for by its attributes. */
export const REQUEST_ATTRIBUTES = ["limit", "kind", "item-id", "filter", "exclude", "diversity", "explore"];

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
  const filter = element.getAttribute("filter");
  let parsed: RecommendOptions["filter"];
  try {
    parsed = filter ? JSON.parse(filter) : undefined;
  } catch (cause) {
    throw new PresentlyError("shelf/invalid", `The shelf's filter is not JSON: ${filter}. Write filter='{"availability":"in_stock"}'`, { cause });
  }
  return {
    limit: shelfLimit(element),
    ...(parsed && { filter: parsed }),
    exclude: [...excluded.map((word) => (word === "cart" || word === "viewed" ? word : { id: word })), ...[...dismissed].map((id) => ({ id }))],
    ...share("diversity"),
    ...share("explore"),
  };
}
