import * as v from "valibot";
import { type Filter, filterSchema } from "./filter.js";
import { parseWith, schemaOf } from "./parse.js";
import { type Exclusion, plainRules, RANKING_KINDS, type RankingKind } from "./request.js";

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.pipe(v.string(), v.minLength(1));
const ids = v.array(text);
const seconds = v.pipe(v.number(), v.finite(), v.minValue(0));

/** What passes the filter counts so many times as likely to be what the shopper wants. */
export interface Weighting {
  readonly filter: Filter;
  /** Above 0. */
  readonly factor: number;
}

/** What a ranking obeys: of one request, or of the whole shop. docs/rules.md has an example of each. */
export interface Rules {
  /** Only what passes is shown. */
  readonly filter?: Filter | undefined;
  /** Only these item ids. */
  readonly include?: readonly string[] | undefined;
  /** Never what is on the session's own lists; anything else is an item id, written { id }. */
  readonly exclude?: readonly Exclusion[] | undefined;
  /** Multiplies how likely what passes is. */
  readonly boost?: readonly Weighting[] | undefined;
  /** The same, divided by `factor`. */
  readonly bury?: readonly Weighting[] | undefined;
  /** An item at a place, from 0, whatever its score; not where filter or exclusions forbid it. */
  readonly pins?: readonly { readonly id: string; readonly position: number }[] | undefined;
  /** At most so many items of one value of an attribute in a list, or on a page of it. */
  readonly caps?: readonly { readonly field: string; readonly most: number }[] | undefined;
  /**
   * Items that this session has opened: hidden for `hide` seconds after the last look, and from then on `factor` times (0 … 1) as likely, which
   * fades to no change by half every `halfLife` seconds; never, where there is none.
   */
  readonly seen?: { readonly hide?: number | undefined; readonly factor?: number | undefined; readonly halfLife?: number | undefined } | undefined;
  /**
   * Business value by item, from `field`, an attribute of numbers, or from `items`, written out by id: mixed into the order with `weight`
   * (0 … 1, by default 1); `giveUp` (0 … 1) bounds what that may cost of the list's relevance.
   */
  readonly value?:
    | {
        readonly field?: string | undefined;
        readonly items?: Readonly<Record<string, number>> | undefined;
        readonly weight?: number | undefined;
        readonly giveUp?: number | undefined;
      }
    | undefined;
  /** 0: by score alone; 1: by difference alone (MMR's 1 − λ). */
  readonly diversity?: number | undefined;
  /** Chance that a place is given to a uniform draw from the candidates behind the list, scaled by 1 − confidence. */
  readonly explore?: number | undefined;
}

const weighting = v.strictObject({ filter: filterSchema, factor: v.pipe(v.number(), v.finite(), v.gtValue(0)) });

/** The schema of what rules have and plain requests do not. */
export const ruleEntries = {
  filter: v.optional(filterSchema),
  include: v.optional(ids),
  boost: v.optional(v.array(weighting)),
  bury: v.optional(v.array(weighting)),
  pins: v.optional(v.array(v.strictObject({ id: text, position: v.pipe(whole, v.maxValue(999)) }))),
  caps: v.optional(v.array(v.strictObject({ field: text, most: v.pipe(v.number(), v.integer(), v.minValue(1)) }))),
  seen: v.optional(v.strictObject({ hide: v.optional(seconds), factor: v.optional(share), halfLife: v.optional(v.pipe(seconds, v.gtValue(0))) })),
  value: v.optional(
    v.pipe(
      v.strictObject({
        field: v.optional(text),
        items: v.optional(v.record(v.string(), v.pipe(v.number(), v.finite()))),
        weight: v.optional(share),
        giveUp: v.optional(share),
      }),
      v.check(({ field, items }) => (field === undefined) !== (items === undefined), "has to have field or items, one of them"),
    ),
  ),
  diversity: v.optional(share),
};

const plainEntries = { exclude: v.optional(schemaOf(plainRules.exclude)), explore: v.optional(schemaOf(plainRules.explore)) };

const oneOrMore = <S extends v.GenericSchema<unknown, string>>(one: S) => v.union([one, v.pipe(v.array(one), v.minLength(1))]);

const kinds = oneOrMore(v.picklist(RANKING_KINDS));
const shopRule = v.strictObject({
  ...ruleEntries,
  ...plainEntries,
  when: v.optional(v.strictObject({ kind: v.optional(kinds), page: v.optional(oneOrMore(text)), category: v.optional(oneOrMore(text)) })),
});

/** Rules of the whole shop, and where they hold: everywhere by default; all that is given must agree with the page. */
export interface ShopRule extends Rules {
  readonly when?:
    | {
        readonly kind?: RankingKind | readonly RankingKind[] | undefined;
        /** `page_type`: home, listing, product, cart… */
        readonly page?: string | readonly string[] | undefined;
        /** The page's category, or a level of its path. */
        readonly category?: string | readonly string[] | undefined;
      }
    | undefined;
}
/** A rules.json, or the option `rules`. */
export type ShopRules = ShopRule | readonly ShopRule[];

/** One rule or a list of them. @throws PresentlyError `rules/invalid` */
export function parseShopRules(input: unknown): readonly ShopRule[] {
  return parseWith(v.array(shopRule), Array.isArray(input) ? input : [input], "rules/invalid", "The shop's list of rules");
}
