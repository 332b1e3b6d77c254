import { type Check, checked, is, list, object, oneOf, optional, string, whole } from "./check.js";
import { PresentlyError } from "./errors.js";
import type { RankingRequest } from "./ranking.js";

export const RANKING_KINDS = ["recommend", "similar", "rerank", "complement", "trending"] as const;
export type RankingKind = (typeof RANKING_KINDS)[number];

/** Lists of the session's own items. bought: in this session. */
export const SESSION_LISTS = ["cart", "viewed", "bought"] as const;

/** Never what is on the session's own lists; anything else is an item id, written { id }. */
export type Exclusion = (typeof SESSION_LISTS)[number] | { readonly id: string };

/** A request as far as it needs no rules. */
export interface PlainRequest {
  /**
   * recommend: the persona over all items; similar: neighbours of `itemId`; rerank: `itemIds` in a new order; complement: what goes with
   * `itemIds`; trending: what is asked for more than it was.
   */
  readonly kind: RankingKind;
  /** 12 by default, at most 1,000. */
  readonly limit: number;
  readonly offset: number;
  /** Id of the ranking that was shown before: this one goes on after it, without anything that it or those before it had. */
  readonly after?: string | undefined;
  readonly itemId?: string | undefined;
  readonly itemIds?: readonly string[] | undefined;
  readonly excludeIds: readonly string[];
  /** false: the shop's own rules are left aside. */
  readonly rules?: false | undefined;
  /** Seeds the exploration's draws; random when absent. */
  readonly seed?: number | undefined;
  readonly exclude?: readonly Exclusion[] | undefined;
  /** Chance that a place is given to a uniform draw from the candidates behind the list, scaled by 1 − confidence. */
  readonly explore?: number | undefined;
}

const text = is<string>("a text", (value) => typeof value === "string" && value !== "");
const share = is<number>("a number from 0 to 1", (value) => typeof value === "number" && value >= 0 && value <= 1);
const itself = object<{ readonly id: string }>({ id: text }, { strict: true });
const exclusion: Check<Exclusion> = (value, path, faults) => (SESSION_LISTS.includes(value as never) ? (value as Exclusion) : itself(value, path, faults));

/** Rules that need no code of their own: a shop's may say them too. */
export const plainRules = { exclude: list(exclusion), explore: share };

const FIELDS = {
  kind: oneOf(...RANKING_KINDS),
  limit: optional(whole(1, 1000), 12),
  offset: optional(whole(0), 0),
  after: optional<string | undefined>(text),
  itemId: optional<string | undefined>(string),
  itemIds: optional<readonly string[] | undefined>(list(text)),
  excludeIds: optional<readonly string[]>(list(text), []),
  rules: optional<false | undefined>(oneOf(false)),
  seed: optional<number | undefined>(whole(0)),
  exclude: optional<readonly Exclusion[] | undefined>(plainRules.exclude),
  explore: optional<number | undefined>(plainRules.explore),
};
const plainRequest = object<PlainRequest>(FIELDS, { strict: true });

const PLAIN_KINDS: readonly unknown[] = ["recommend", "similar", "rerank"];
export const PLAIN_FIELDS: readonly string[] = Object.keys(FIELDS);

/** Whether a request says anything that plain ranking does not know: then its parser and its steps are to be loaded. */
export function needsRules(input: unknown): boolean {
  if (typeof input !== "object" || input === null) return false;
  return Object.entries(input).some(([key, value]) => (key === "kind" ? !PLAIN_KINDS.includes(value) : value !== undefined && !PLAIN_FIELDS.includes(key)));
}

/** The part of a request that needs no rules. @throws PresentlyError `rank/invalid` */
export const parsePlainPart = (input: unknown): PlainRequest => checked(plainRequest, input, "rank/invalid", "The ranking request");

/** A request of which `needsRules` is false. @throws PresentlyError `rank/invalid` */
export function parsePlainRequest(input: unknown): RankingRequest {
  if (needsRules(input)) throw new PresentlyError("rank/invalid", "The ranking request has rules: parse it with parseRankingRequest");
  return parsePlainPart(input);
}
