import { PresentlyError } from "../contract/errors.js";
import type { RankingRequest, Reason, Relevance } from "../contract/ranking.js";
import { needsRules } from "../contract/request.js";
import type { Shard } from "../contract/shard.js";
import { candidatesOf } from "./candidates.js";
import { explore, seededRandom } from "./explore.js";
import type { Hits, Kernel } from "./kernel/kernel.js";
import type { RowMask } from "./mask.js";
import type { ContextToken } from "./reason.js";
import { relevanceOf } from "./relevance.js";
import { type Candidate, plainCandidates, plainScorer, type Scorer, type ScorerParts } from "./scorers.js";
import type { SearchQuery } from "./search.js";

/** What rules know of the session. Ids may be unknown to the release. */
export interface SessionFacts {
  readonly cart: readonly string[];
  /** Opened items, and seconds since the last time. */
  readonly viewed: ReadonlyMap<string, number>;
  readonly bought: readonly string[];
}

/** Scores of the best candidates, weighed once more and ordered by it. `apart`: what is known of those that are scored apart. */
export type Rescore = (hits: Hits, apart: ReadonlyMap<number, { readonly cosine: number; readonly share: number }>, logZ: number) => Hits;

export interface RankContext {
  /** Unit vector [dims]; null on a cold page. */
  readonly persona: Float32Array | null;
  /** 0 … 1: an unsure persona explores more. */
  readonly confidence: number;
  /** What reasons are found among. */
  readonly tokens: readonly ContextToken[];
  /** Rows of the session's items, newest last. */
  readonly seen: readonly number[];
  /** Added to the scores of some rows, those of the session's items. */
  readonly boosts: ReadonlyMap<number, number>;
  /** τ of the encoder, and how much neighbours count beside the persona. */
  readonly temperature: number;
  readonly neighbourWeight: number;
  /** The release's second stage, where it has one. */
  readonly rescore?: Rescore | undefined;
  /** Category of the page, or its path ("Shoes > Running"): ranks first on a cold page. */
  readonly category?: string;
  readonly session?: SessionFacts;
  /** What `request.search` says. */
  readonly search?: SearchQuery;
  /** Rows of the pages before, of which this one is to be the next. */
  readonly shown?: readonly number[];
  /** 0 … 1 */
  readonly random: () => number;
}

export interface RankedRow {
  readonly row: number;
  readonly score: number;
  readonly position: number;
  readonly propensity: number;
  readonly reason: Reason;
}

export interface RankedRows {
  readonly candidates: number;
  readonly items: readonly RankedRow[];
  readonly relevance: Relevance;
  readonly fallback?: string | undefined;
}

/** Places that are to be filled: `from` on, of which `page` to `to` − 1 are shown. */
export interface Plan {
  readonly from: number;
  readonly page: number;
  readonly to: number;
  /** Candidates that exploration may draw from. */
  readonly pool: number;
}

export interface Ordered {
  /** From place `from` on. */
  readonly list: readonly (Candidate & { readonly pinned?: boolean })[];
  /** Any of these may stand at any of the page's places. */
  readonly pool: readonly Candidate[];
  /** The same places after each step before the list, for the price of each: best, boost, value. */
  readonly steps: readonly (readonly Candidate[])[];
}

/** What rules do in a ranking; loaded when the first request has any (rule-steps.ts). */
export interface RuleSteps {
  /** Rows that filter and include let through, null for all, and rows that are hidden. @throws PresentlyError `rank/unknown-field`, `rank/invalid` */
  allowed(request: RankingRequest): RowMask | null;
  hidden(request: RankingRequest, context: RankContext): readonly number[];
  /** Candidates of a search. */
  matching(candidates: RowMask | null, context: RankContext): { readonly mask: RowMask | null; readonly fallback?: string };
  /** How many candidates are to be looked at, at least. */
  reach(request: RankingRequest, plan: Plan): number;
  scorer(parts: ScorerParts): Scorer;
  order(parts: ScorerParts, scorer: Scorer, plan: Plan): Ordered;
}

export interface Ranker {
  /** The request with all rules that hold: its own and the shop's (rules.ts). @throws PresentlyError `rank/unknown-field`, `rank/invalid` */
  rank(request: RankingRequest, context: RankContext): RankedRows;
}

/** Places behind the list from which exploration draws. */
const EXPLORATION_POOL = 50;

function plainOrder({ candidates, reach }: ScorerParts, scorer: Scorer, { from, to, pool }: Plan): Ordered {
  const found = plainCandidates(scorer.best(candidates, reach));
  const list = found.slice(0, to - from);
  return { list, pool: found.slice(to - from, to - from + pool), steps: [list, list, list] };
}

/**
 * candidates → relevance → order → exploration. Without `rules` a ranker knows recommend, similar, rerank, exclusions, pages and exploration; with
 * them every rule: filter → candidates → relevance × boosts → value → places (pins, caps, diversity) → exploration.
 */
export function createRanker(shard: Shard, kernel: Kernel, rules: RuleSteps | null = null): Ranker {
  function reasonOf(scorer: Scorer, row: number, explored: boolean, pinned: boolean): Reason {
    if (explored || pinned) return { kind: explored ? "explored" : "pinned", label: "", share: 1 };
    return scorer.reason(row);
  }

  return {
    rank(request, context) {
      if (!rules && needsRules(request)) throw new PresentlyError("rank/invalid", "The request has rules: give createRanker their steps, createRuleSteps()");
      const allowed = candidatesOf(shard, request, context, rules?.allowed(request) ?? null, rules?.hidden(request, context) ?? []);
      const { mask, fallback } = rules ? rules.matching(allowed, context) : { mask: allowed };
      const { limit } = request;
      // Places are counted over all pages: those before are filled, or are filled again on the way to this one.
      const from = context.shown?.length ?? 0;
      const page = from + request.offset;
      // A given list keeps its members.
      const epsilon = request.kind === "rerank" ? 0 : (request.explore ?? 0) * (1 - context.confidence);
      const plan = { from, page, to: page + limit, pool: epsilon > 0 ? Math.max(limit, EXPLORATION_POOL) : 0 };
      const reach = rules?.reach(request, plan) ?? plan.to - from + plan.pool;
      const parts: ScorerParts = { shard, kernel, request, context, candidates: mask, reach };
      const scorer = rules ? rules.scorer(parts) : plainScorer(parts);
      const { list, pool, steps } = rules ? rules.order(parts, scorer, plan) : plainOrder(parts, scorer, plan);

      const shown = list.slice(page - from);
      const random = request.seed === undefined ? context.random : seededRandom(request.seed);
      const placed = explore<(typeof shown)[number]>(shown, pool, epsilon, random, ({ pinned }) => pinned === true);
      const onPage = (step: readonly Candidate[]) => step.slice(page - from, plan.to - from);
      return {
        candidates: mask ? mask.count : shard.count,
        items: placed.map(({ entry, propensity, explored }, i) => ({
          row: entry.row,
          score: entry.score,
          position: page + i,
          propensity,
          reason: reasonOf(scorer, entry.row, explored, entry.pinned === true),
        })),
        relevance: relevanceOf(scorer.scale, [...steps.map(onPage), shown, placed.map(({ entry }) => entry)], page),
        fallback: fallback ?? scorer.fallback,
      };
    },
  };
}
