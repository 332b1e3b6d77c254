import * as v from "valibot";
import { AVAILABILITY, type Availability, type ItemCard } from "./items.js";
import { parseWith } from "./parse.js";

const oneOrMore = v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))]);

const filterSchema = v.objectWithRest(
  {
    availability: v.optional(v.union([v.picklist(AVAILABILITY), v.pipe(v.array(v.picklist(AVAILABILITY)), v.minLength(1))])),
    price: v.optional(v.strictObject({ min: v.optional(v.number()), max: v.optional(v.number()) })),
    /** Matches any level of the category path. */
    category: v.optional(oneOrMore),
  },
  oneOrMore,
);
type OneOrMore = string | readonly string[];
interface PriceRange {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}
/**
 * All conditions must hold; several values of one attribute mean any of them. A key which the shard does not have is an error that lists the ones it has.
 * Written out: an index signature beside `price` cannot be inferred.
 */
export interface Filter {
  readonly availability?: Availability | readonly Availability[] | undefined;
  readonly price?: PriceRange | undefined;
  /** Matches any level of the category path. */
  readonly category?: OneOrMore | undefined;
  readonly [attribute: string]: OneOrMore | PriceRange | undefined;
}

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const ids = v.array(v.pipe(v.string(), v.minLength(1)));

const rankingRequest = v.strictObject({
  /** recommend: the persona over all items; similar: neighbours of `itemId`; rerank: `itemIds` in a new order. */
  kind: v.picklist(["recommend", "similar", "rerank"]),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 12),
  offset: v.optional(whole, 0),
  itemId: v.optional(v.string()),
  itemIds: v.optional(ids),
  filter: v.optional(filterSchema, {}),
  excludeIds: v.optional(ids, []),
  /** 0: by score alone; 1: by difference alone (MMR's 1 − λ). */
  diversity: v.optional(share, 0),
  /** Chance that a position is given to a uniform draw from the candidates behind the list, scaled by 1 − confidence. */
  explore: v.optional(share, 0),
  /** Seeds the exploration's draws; random when absent. */
  seed: v.optional(whole),
});
export type RankingRequest = Omit<v.InferOutput<typeof rankingRequest>, "filter"> & { readonly filter: Filter };
export type RankingRequestInput = Omit<v.InferInput<typeof rankingRequest>, "filter"> & { readonly filter?: Filter | undefined };

/** @throws PresentlyError `rank/invalid` */
export function parseRankingRequest(input: unknown): RankingRequest {
  return parseWith(rankingRequest, input, "rank/invalid", "The ranking request");
}

export const REASON_KINDS = ["viewed", "cart", "searched", "browsed", "similar", "popular", "explored"] as const;
export type ReasonKind = (typeof REASON_KINDS)[number];

/** Why an item stands where it stands: the session's token with the largest part in its score. */
export interface Reason {
  readonly kind: ReasonKind;
  /** The item's title, the search term or the category; empty for popular and explored. */
  readonly label: string;
  readonly item_id?: string;
  /** Share of the score that this token contributes, 0 … 1. */
  readonly share: number;
}

export interface RankedItem extends ItemCard {
  /** Cosine between persona and item, plus the boost of seen items; the prior on a cold page. */
  readonly score: number;
  /** From 0, counted over all pages of the list. */
  readonly position: number;
  readonly propensity: number;
  readonly reason: Reason;
}

export interface Ranking {
  /** For attribution: goes with impressions and outcomes. */
  readonly id: string;
  readonly kind: RankingRequest["kind"];
  readonly release: number;
  /** Items passing filter and exclusions. */
  readonly candidates: number;
  readonly items: readonly RankedItem[];
  /** In the engine, without the way to it. */
  readonly milliseconds: number;
}
