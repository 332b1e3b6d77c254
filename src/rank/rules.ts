import type { RankingRequest } from "../contract/ranking.js";
import type { Rules, ShopRule } from "../contract/rules.js";

/** Where a ranking is asked for. */
export interface RulePlace {
  readonly kind: RankingRequest["kind"];
  readonly page?: string | undefined;
  /** Path or name of the page's category. */
  readonly category?: string | undefined;
}

const listed = (wanted: string | readonly string[] | undefined, has: (value: string) => boolean): boolean =>
  wanted === undefined || (typeof wanted === "string" ? has(wanted) : wanted.some(has));

function holds({ when }: ShopRule, { kind, page, category }: RulePlace): boolean {
  const levels = category?.split(">").map((level) => level.trim());
  return (
    listed(when?.kind, (one) => one === kind) && listed(when?.page, (one) => one === page) && listed(when?.category, (one) => levels?.includes(one) ?? false)
  );
}

/** A given list keeps its members: what the shop's rules would take out of it stays. */
const forList = ({ boost, bury, pins, value, diversity, seen }: Rules): Rules => ({
  ...{ boost, bury, pins, value, diversity },
  seen: seen && { ...seen, hide: 0 },
});

function both(first: Rules, second: Rules): Rules {
  const joined = <T>(a: readonly T[] | undefined, b: readonly T[] | undefined) => (a && b ? [...a, ...b] : ((a ?? b) as T[] | undefined));
  const filters = [first.filter, second.filter].filter((filter) => filter !== undefined);
  const allowed = second.include && new Set(second.include);
  return {
    filter: filters.length > 1 ? { all: filters } : filters[0],
    include: first.include && allowed ? first.include.filter((id) => allowed.has(id)) : (first.include ?? second.include),
    exclude: joined(first.exclude, second.exclude),
    boost: joined(first.boost, second.boost),
    bury: joined(first.bury, second.bury),
    pins: joined(first.pins, second.pins),
    caps: joined(first.caps, second.caps),
    seen: first.seen ?? second.seen,
    value: first.value ?? second.value,
    diversity: first.diversity ?? second.diversity,
    explore: first.explore ?? second.explore,
  };
}

/**
 * The request with the shop's rules that hold here. Filters, exclusions and caps of both hold, weights multiply, the request's pins come first;
 * of seen, value, diversity and explore the request's own counts, then the first rule's that has one.
 */
export function withShopRules(request: RankingRequest, shop: readonly ShopRule[], place: Omit<RulePlace, "kind">): RankingRequest {
  if (request.rules === false) return request;
  const { kind } = request;
  let sum: Rules = request;
  for (const rule of shop) if (holds(rule, { ...place, kind })) sum = both(sum, kind === "rerank" ? forList(rule) : rule);
  return { ...request, ...sum };
}
