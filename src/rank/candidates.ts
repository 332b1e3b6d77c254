import type { RankingRequest } from "../contract/ranking.js";
import type { Shard } from "../contract/shard.js";
import { and, everyRow, type RowMask, someRows, without } from "./mask.js";
import type { RankContext } from "./ranker.js";

export const rowsOf = (shard: Shard, ids: Iterable<string>): number[] => Array.from(ids, (id) => shard.row(id));

/** Rows that may be shown of those that the rules allow, null for all: without what is excluded, was on the pages before, or is what is asked about. */
export function candidatesOf(shard: Shard, request: RankingRequest, { session, shown = [] }: RankContext, allowed: RowMask | null, hidden: readonly number[]) {
  const given = request.kind === "rerank" ? someRows(shard.count, rowsOf(shard, request.itemIds ?? [])) : null;
  const only = given && allowed ? and(given, allowed) : (given ?? allowed);
  const never = [...hidden, ...shown, ...rowsOf(shard, request.excludeIds)];
  for (const one of request.exclude ?? [])
    if (typeof one === "object") never.push(shard.row(one.id));
    else never.push(...rowsOf(shard, one === "viewed" ? (session?.viewed.keys() ?? []) : (session?.[one] ?? [])));
  if (request.kind === "similar" && request.itemId) never.push(shard.row(request.itemId));
  if (request.kind === "complement") never.push(...rowsOf(shard, request.itemIds ?? []));
  if (!never.some((row) => row >= 0)) return only;
  return without(only ?? everyRow(shard.count), someRows(shard.count, never));
}
