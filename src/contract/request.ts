import * as v from "valibot";
import { PresentlyError } from "./errors.js";
import { parseWith } from "./parse.js";
import type { RankingRequest } from "./ranking.js";

export const RANKING_KINDS = ["recommend", "similar", "rerank", "complement", "trending"] as const;
export type RankingKind = (typeof RANKING_KINDS)[number];

/** Lists of the session's own items. bought: in this session. */
export const SESSION_LISTS = ["cart", "viewed", "bought"] as const;

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.pipe(v.string(), v.minLength(1));
const ids = v.array(text);

/** Rules that need no code of their own. */
export const plainRuleEntries = {
  exclude: v.optional(v.array(v.union([v.picklist(SESSION_LISTS), v.strictObject({ id: text })]))),
  explore: v.optional(share),
};

export const requestEntries = {
  /**
   * recommend: the persona over all items; similar: neighbours of `itemId`; rerank: `itemIds` in a new order; complement: what goes with
   * `itemIds`; trending: what is asked for more than it was.
   */
  kind: v.picklist(RANKING_KINDS),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 12),
  offset: v.optional(whole, 0),
  /** Id of the ranking that was shown before: this one goes on after it, without anything that it or those before it had. */
  after: v.optional(text),
  itemId: v.optional(v.string()),
  itemIds: v.optional(ids),
  excludeIds: v.optional(ids, []),
  /** false: the shop's own rules are left aside. */
  rules: v.optional(v.literal(false)),
  /** Seeds the exploration's draws; random when absent. */
  seed: v.optional(whole),
};

const PLAIN_KINDS: readonly unknown[] = ["recommend", "similar", "rerank"];
const plain = v.strictObject({ ...requestEntries, ...plainRuleEntries });

/** Whether a request says anything that plain ranking does not know: then its parser and its steps are to be loaded. */
export function needsRules(input: unknown): boolean {
  if (typeof input !== "object" || input === null) return false;
  return Object.entries(input).some(([key, value]) => (key === "kind" ? !PLAIN_KINDS.includes(value) : value !== undefined && !(key in plain.entries)));
}

/** A request of which `needsRules` is false. @throws PresentlyError `rank/invalid` */
export function parsePlainRequest(input: unknown): RankingRequest {
  if (needsRules(input)) throw new PresentlyError("rank/invalid", "The ranking request has rules: parse it with parseRankingRequest");
  return parseWith(plain, input, "rank/invalid", "The ranking request");
}
