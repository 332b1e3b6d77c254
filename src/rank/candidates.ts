import type { RankingRequest } from "../contract/ranking.js";
import type { Shard } from "../contract/shard.js";
import type { Filters } from "./filter.js";
import { and, everyRow, type RowMask, someRows, without } from "./mask.js";
import type { RankContext } from "./ranker.js";
import { seenFactor } from "./weights.js";

/** Rows that may be shown, null for all. @throws PresentlyError `rank/unknown-field`, `rank/invalid` */
export function candidatesOf(shard: Shard, filters: Filters, request: RankingRequest, { session, shown = [] }: RankContext): RowMask | null {
  const rows = (ids: Iterable<string>) => Array.from(ids, (id) => shard.row(id));
  const only = [filters.rows(request.filter)];
  if (request.include) only.push(someRows(shard.count, rows(request.include)));
  if (request.kind === "rerank") only.push(someRows(shard.count, rows(request.itemIds ?? [])));
  const allowed = only.reduce((a, b) => (a && b ? and(a, b) : (a ?? b)), null);

  const hidden = [...shown, ...rows(request.excludeIds)];
  for (const one of request.exclude ?? [])
    if (typeof one === "object") hidden.push(shard.row(one.id));
    else hidden.push(...rows(one === "viewed" ? (session?.viewed.keys() ?? []) : (session?.[one] ?? [])));
  if (request.kind === "similar" && request.itemId) hidden.push(shard.row(request.itemId));
  if (request.kind === "complement") hidden.push(...rows(request.itemIds ?? []));
  if (request.seen) for (const [id, age] of session?.viewed ?? []) if (seenFactor(request.seen, age) === 0) hidden.push(shard.row(id));
  if (!hidden.some((row) => row >= 0)) return allowed;
  return without(allowed ?? everyRow(shard.count), someRows(shard.count, hidden));
}

/** Rows that count less because they were seen, with what they count, of 1. */
export function fadesOf(shard: Shard, { seen }: RankingRequest, { session }: RankContext): Map<number, number> {
  const fades = new Map<number, number>();
  if (seen)
    for (const [id, age] of session?.viewed ?? []) {
      const row = shard.row(id);
      const factor = seenFactor(seen, age);
      if (row >= 0 && factor > 0 && factor < 1) fades.set(row, factor);
    }
  return fades;
}
