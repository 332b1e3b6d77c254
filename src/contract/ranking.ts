import * as v from "valibot";
import type { ItemCard } from "./items.js";
import { parseWith } from "./parse.js";
import { PLAIN_FIELDS, type PlainRequest, parsePlainPart, type RankingKind } from "./request.js";
import { type Rules, ruleEntries } from "./rules.js";

/** What plain requests do not have. */
const ruled = v.strictObject({ ...ruleEntries, search: v.optional(v.pipe(v.string(), v.maxLength(256))) });

interface Searched {
  /** Only what matches these words, in the persona's order. */
  readonly search?: string | undefined;
}
export type RankingRequest = PlainRequest & Rules & Searched;
type Filled = "limit" | "offset" | "excludeIds";
export type RankingRequestInput = Omit<PlainRequest, Filled> & Partial<Pick<PlainRequest, Filled>> & Rules & Searched;

/** @throws PresentlyError `rank/invalid` */
export function parseRankingRequest(input: unknown): RankingRequest {
  if (typeof input !== "object" || input === null) return parsePlainPart(input);
  const entries = Object.entries(input);
  const part = (plain: boolean) => Object.fromEntries(entries.filter(([name]) => PLAIN_FIELDS.includes(name) === plain));
  const rules = parseWith(ruled, part(false), "rank/invalid", "The ranking request");
  return { ...(rules as Rules & Searched), ...parsePlainPart(part(true)) };
}

export const REASON_KINDS = [
  "viewed",
  "cart",
  "searched",
  "browsed",
  "similar",
  "bought_together",
  "viewed_together",
  "trending",
  "pinned",
  "popular",
  "explored",
] as const;
export type ReasonKind = (typeof REASON_KINDS)[number];

/** Why an item stands where it stands: the session's token, the item asked about or the rule with the largest part in it. */
export interface Reason {
  readonly kind: ReasonKind;
  /** The item's title, the search term or the category; empty where there is none (popular, trending, pinned, explored). */
  readonly label: string;
  readonly item_id?: string;
  /** Share of the score that this token contributes, 0 … 1. */
  readonly share: number;
}

export interface RankedItem extends ItemCard {
  /**
   * What the item was ordered by, rules included. recommend, similar, rerank: in units of the cosine between persona and item, the prior on a cold page;
   * complement: a probability; trending: the rise of demand, 0 … 1.
   */
  readonly score: number;
  /** From 0, counted over all pages of the list. */
  readonly position: number;
  readonly propensity: number;
  readonly reason: Reason;
}

/**
 * How much of the relevance that was to be had the list keeps. Relevance is the probability that the model gives to each item, places counting as
 * in DCG (1 / log₂(place + 2)); 1 is the same items' best list without rules. What may not be shown at all is no loss.
 */
export interface Relevance {
  /** 0 … 1 */
  readonly kept: number;
  /** What each step took, in the same units; together 1 − kept. `boost`: boost, bury and seen; `places`: pins, caps and diversity. */
  readonly cost: { readonly boost: number; readonly value: number; readonly places: number; readonly explore: number };
}

export interface Ranking {
  /** For attribution: goes with impressions and outcomes. The next page's `after`. */
  readonly id: string;
  readonly kind: RankingKind;
  readonly release: number;
  /** Items passing filter and exclusions. */
  readonly candidates: number;
  readonly items: readonly RankedItem[];
  /** Absent where nothing was ranked. */
  readonly relevance?: Relevance | undefined;
  /** What could not be done as asked, and what stands in: one sentence. */
  readonly fallback?: string | undefined;
  /** In the engine, without the way to it. */
  readonly milliseconds: number;
}
