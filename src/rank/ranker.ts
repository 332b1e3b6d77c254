import type { RankingRequest, Reason, Relevance } from "../contract/ranking.js";
import type { Shard } from "../contract/shard.js";
import { candidatesOf, fadesOf } from "./candidates.js";
import { explorationPool, explore, seededRandom } from "./explore.js";
import { createFilters } from "./filter.js";
import type { Kernel } from "./kernel/kernel.js";
import { and, type RowMask, someRows } from "./mask.js";
import { arrange, capsOf, pinnedPlaces } from "./places.js";
import type { ContextToken } from "./reason.js";
import { relevanceOf } from "./relevance.js";
import { type Scorer, scorerFor } from "./scorers.js";
import { createSearchIndex, type SearchQuery } from "./search.js";
import { blendValue } from "./value.js";
import { type Candidate, weightClasses, weighted } from "./weights.js";

/** What rules know of the session. Ids may be unknown to the release. */
export interface SessionFacts {
  readonly cart: readonly string[];
  /** Opened items, and seconds since the last time. */
  readonly viewed: ReadonlyMap<string, number>;
  readonly bought: readonly string[];
}

export interface RankContext {
  /** Unit vector [dims]; null on a cold page. */
  readonly persona: Float32Array | null;
  /** 0 … 1: an unsure persona explores more. */
  readonly confidence: number;
  readonly tokens: readonly ContextToken[];
  /** Added to the scores of some rows, those of the session's items. */
  readonly boosts: ReadonlyMap<number, number>;
  /** τ of the encoder, and how much neighbours count beside the persona. */
  readonly temperature: number;
  readonly neighbourWeight: number;
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

export interface Ranker {
  /** The request with all rules that hold: its own and the shop's (rules.ts). @throws PresentlyError `rank/unknown-field`, `rank/invalid` */
  rank(request: RankingRequest, context: RankContext): RankedRows;
}

/** Places behind the list from which exploration draws. */
const EXPLORATION_POOL = 50;
/** MMR and business value choose among so many times the places to fill, and at least so many. */
const CHOICE = { times: 4, least: { diversity: 60, value: 100 } };
/** Caps may ask for what stands far behind; behind so many nothing is looked for. */
const MOST_CANDIDATES = 2_000;

/**
 * filter → candidates → relevance × boosts → value → places (pins, caps, diversity) → exploration. Each step takes what the one before
 * gives, so that each knows what it costs.
 */
export function createRanker(shard: Shard, kernel: Kernel): Ranker {
  const filters = createFilters(shard);
  const index = createSearchIndex(shard, kernel);

  /** Candidates of a search; all candidates where nothing is known of its words. */
  function matching(candidates: RowMask | null, { search }: RankContext): { mask: RowMask | null; fallback?: string } {
    if (!search) return { mask: candidates };
    const matches = index.rows(search, candidates);
    if (!matches) return { mask: candidates, fallback: `The release knows no word of “${search.term}”: nothing is left out for it.` };
    return { mask: candidates ? and(candidates, matches) : matches };
  }

  function reasonOf(scorer: Scorer, row: number, explored: boolean, pinned: boolean): Reason {
    if (explored || pinned) return { kind: explored ? "explored" : "pinned", label: "", share: 1 };
    return scorer.reason(row);
  }

  return {
    rank(request, context) {
      const { mask, fallback } = matching(candidatesOf(shard, filters, request, context), context);
      const { limit, diversity = 0, value } = request;
      const shown = context.shown ?? [];
      // Places are counted over all pages: those before are filled, or are filled again on the way to this one.
      const from = shown.length;
      const page = from + request.offset;
      const to = page + limit;
      // A given list keeps its members.
      const epsilon = request.kind === "rerank" ? 0 : (request.explore ?? 0) * (1 - context.confidence);
      const poolSize = epsilon > 0 ? Math.max(limit, EXPLORATION_POOL) : 0;
      const places = to - from;
      const least = Math.max(diversity > 0 ? CHOICE.least.diversity : 0, value ? CHOICE.least.value : 0);
      let reach = (least > 0 ? Math.max(places * CHOICE.times, least) : places) + poolSize + (request.pins?.length ?? 0);

      const scorer = scorerFor({ shard, kernel, filters, request, context, candidates: mask, reach });
      const { scale } = scorer;
      const classes = weightClasses(request, filters, mask);
      const fades = fadesOf(shard, request, context);
      const caps = capsOf(shard, request.caps);
      const pins = pinnedPlaces(shard, request.pins, from, (rows) => {
        const own = someRows(shard.count, rows);
        const hits = scorer.best(mask ? and(mask, own) : own, rows.length);
        return Array.from(hits.rows, (row, i) => ({ row, relevance: hits.scores[i], score: hits.scores[i] }));
      });

      let weighed: Candidate[];
      let valued: readonly Candidate[];
      let arranged: ReturnType<typeof arrange>;
      for (;;) {
        weighed = weighted(scorer, classes, fades, reach);
        valued = value ? blendValue(shard, scale, weighed, value, { from, count: places }) : weighed;
        arranged = arrange(shard, valued, { from, to, page, limit, pins, caps, diversity, shown });
        const full = arranged.list.length === places || weighed.length < reach;
        if (full || reach >= MOST_CANDIDATES) break;
        reach = Math.min(MOST_CANDIDATES, reach * 4);
      }

      const list: (Candidate & { readonly pinned?: boolean })[] = arranged.list.slice(page - from);
      const pool = poolSize > 0 ? explorationPool(arranged.rest, list, caps.counter(), poolSize) : [];
      const random = request.seed === undefined ? context.random : seededRandom(request.seed);
      const placed = explore<(typeof list)[number]>(list, pool, epsilon, random, ({ pinned }) => pinned === true);
      const ideal = [...weighed].sort((a, b) => b.relevance - a.relevance);
      const onPage = (steps: readonly Candidate[]) => steps.slice(page - from, places);
      return {
        candidates: mask ? mask.count : shard.count,
        items: placed.map(({ entry, propensity, explored }, i) => ({
          row: entry.row,
          score: entry.score,
          position: page + i,
          propensity,
          reason: reasonOf(scorer, entry.row, explored, entry.pinned === true),
        })),
        relevance: relevanceOf(scale, [onPage(ideal), onPage(weighed), onPage(valued), list, placed.map(({ entry }) => entry)], page),
        fallback: fallback ?? scorer.fallback,
      };
    },
  };
}
