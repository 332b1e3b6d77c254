import type { Shard } from "../contract/shard.js";
import { rowsOf } from "./candidates.js";
import { explorationPool } from "./explore.js";
import { createFilters } from "./filter.js";
import type { Kernel } from "./kernel/kernel.js";
import { and, someRows } from "./mask.js";
import { arrange, capsOf, pinnedPlaces } from "./places.js";
import type { RuleSteps } from "./ranker.js";
import { plainCandidates } from "./scorers.js";
import { createSearchIndex } from "./search.js";
import { scorerFor } from "./special-scorers.js";
import { blendValue } from "./value.js";
import { seenFactors, weightClasses, weighted } from "./weights.js";

/** MMR and business value choose among so many times the places to fill, and at least so many. */
const CHOICE = { times: 4, least: { diversity: 60, value: 100 } };
/** Caps may ask for what stands far behind; behind so many nothing is looked for. */
const MOST_CANDIDATES = 2_000;

/** Each step takes what the one before gives, so that each knows what it costs. */
export function createRuleSteps(shard: Shard, kernel: Kernel): RuleSteps {
  const filters = createFilters(shard);
  const index = createSearchIndex(shard, kernel);
  return {
    allowed(request) {
      const rows = filters.rows(request.filter);
      const included = request.include ? someRows(shard.count, rowsOf(shard, request.include)) : null;
      return rows && included ? and(rows, included) : (rows ?? included);
    },
    hidden: (request, { session }) => [...seenFactors(shard, request, session)].flatMap(([row, factor]) => (factor === 0 ? [row] : [])),
    matching(candidates, { search }) {
      if (!search) return { mask: candidates };
      const matches = index.rows(search, candidates);
      if (!matches) return { mask: candidates, fallback: `The release knows no word of “${search.term}”: nothing is left out for it.` };
      return { mask: candidates ? and(candidates, matches) : matches };
    },
    reach({ diversity = 0, value, pins = [] }, { from, to, pool }) {
      const least = Math.max(diversity > 0 ? CHOICE.least.diversity : 0, value ? CHOICE.least.value : 0);
      return (least > 0 ? Math.max((to - from) * CHOICE.times, least) : to - from) + pool + pins.length;
    },
    scorer: scorerFor,
    order({ request, context, candidates, reach }, scorer, { from, page, to, pool }) {
      const { limit, diversity = 0, value } = request;
      const places = to - from;
      const classes = weightClasses(request, filters, candidates);
      const fades = seenFactors(shard, request, context.session);
      for (const [row, factor] of fades) if (factor === 0) fades.delete(row);
      const caps = capsOf(shard, request.caps);
      const pins = pinnedPlaces(shard, request.pins, from, (rows) => {
        const own = someRows(shard.count, rows);
        return plainCandidates(scorer.best(candidates ? and(candidates, own) : own, rows.length));
      });
      for (let most = reach; ; most = Math.min(MOST_CANDIDATES, most * 4)) {
        const weighed = weighted(scorer, classes, fades, most);
        const valued = value ? blendValue(shard, scorer.scale, weighed, value, { from, count: places, choice: reach }) : weighed;
        const { list, rest } = arrange(shard, valued, { from, to, page, limit, pins, caps, diversity, shown: context.shown ?? [] });
        // Where caps leave places free, what stands farther behind may fill them.
        if (list.length < places && weighed.length >= most && most < MOST_CANDIDATES) continue;
        return {
          list,
          pool: pool > 0 ? explorationPool(rest, list.slice(page - from), caps.counter(), pool) : [],
          steps: [[...weighed].sort((a, b) => b.relevance - a.relevance), weighed, valued],
        };
      }
    },
  };
}
