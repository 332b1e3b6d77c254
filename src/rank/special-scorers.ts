import type { Reason } from "../contract/ranking.js";
import { dequantizeRow } from "../contract/shard.js";
import { graphShares } from "./company.js";
import { passes } from "./mask.js";
import { logSum } from "./neighbours.js";
import { reasonFor } from "./reason.js";
import { linearScale } from "./scale.js";
import { byPersona, NORMALIZER, POPULAR, plainScorer, type Scorer, type ScorerParts } from "./scorers.js";
import { sorted, topRows } from "./top.js";

/** Of what went with the given items, how much each source counts: bought with them, looked at with them, what the shopper leans to (bench/LOG.md). */
const COMPLEMENT = { bought: 0.5, met: 0.2, persona: 0.3 };
/** Popularity orders what demand has not risen for. */
const TREND_PRIOR = 0.1;

/** What went with the given items: P = Σ weight · share over what was bought with them, what was looked at with them, and the persona's softmax. */
function byCompany(parts: ScorerParts): Scorer {
  const { shard, kernel, request, context, candidates } = parts;
  const given = (request.itemIds ?? []).map((id) => shard.row(id)).filter((row) => row >= 0);
  if (given.length === 0) {
    const asked = request.itemIds?.length ? "The release has none of the items" : "There is nothing in the cart";
    return { ...(context.persona ? byPersona(parts, context.persona) : plainScorer(parts)), fallback: `${asked}: what the shopper leans to stands in.` };
  }
  const { temperature } = context;
  const query = context.persona ?? new Float32Array(shard.dims);
  if (!context.persona)
    for (const row of given) {
      const own = dequantizeRow(shard, row, shard.dims);
      for (let d = 0; d < shard.dims; d++) query[d] += own[d] / given.length;
    }
  const logZ = logSum(kernel.search(query, { k: NORMALIZER, mask: candidates }).scores, temperature);
  const bought = graphShares(shard.together, given);
  const met = graphShares(shard.neighbours, given);
  const known = [...new Set([...bought.shares.keys(), ...met.shares.keys()])];
  const sharesOf = (row: number, cosine: number) => ({
    bought: COMPLEMENT.bought * (bought.shares.get(row) ?? 0),
    met: COMPLEMENT.met * (met.shares.get(row) ?? 0),
    persona: COMPLEMENT.persona * Math.exp(cosine / temperature - logZ),
  });
  const cosines = kernel.score(query, known);
  const own = new Map(
    known.map((row, i) => {
      const parts = sharesOf(row, cosines[i]);
      return [row, { ...parts, sum: parts.bought + parts.met + parts.persona }] as const;
    }),
  );
  return {
    scale: linearScale,
    best(mask, k) {
      const hits = kernel.search(query, { k: k + own.size, mask });
      const others = Array.from(hits.rows, (row, i) => [row, sharesOf(row, hits.scores[i]).persona] as const).filter(([row]) => !own.has(row));
      const company = [...own].filter(([row]) => passes(mask, row)).map(([row, { sum }]) => [row, sum] as const);
      return sorted([...others, ...company], k);
    },
    reason(row) {
      const parts = own.get(row);
      const graph = parts && (parts.bought >= parts.met ? bought : met);
      const partner = graph?.partner.get(row);
      if (!parts || partner === undefined || parts.persona > Math.max(parts.bought, parts.met))
        return reasonFor(shard, row, context.tokens) ?? { kind: "similar", label: "", item_id: shard.id(given.at(-1)!), share: 1 };
      return {
        kind: graph === bought ? "bought_together" : "viewed_together",
        label: "",
        item_id: shard.id(partner),
        share: Math.max(parts.bought, parts.met) / parts.sum,
      };
    },
    fallback:
      bought.shares.size > 0
        ? undefined
        : met.shares.size > 0
          ? "The release does not know what is bought with these items: what is looked at with them stands in."
          : "The release does not know what goes with these items: what the shopper leans to stands in.",
  };
}

function byTrend({ shard }: ScorerParts): Scorer {
  const { trend, prior, count } = shard;
  return {
    scale: linearScale,
    best: (mask, k) => topRows(count, trend ? (row) => trend[row] + TREND_PRIOR * prior[row] : (row) => prior[row], (row) => passes(mask, row), k),
    reason: (row) => (trend && trend[row] > 0 ? { kind: "trending", label: "", share: trend[row] / (trend[row] + TREND_PRIOR * prior[row]) } : POPULAR),
    fallback: trend ? undefined : "The release has no trends yet: what is popular altogether stands in.",
  };
}

/** Only what matches the words may stand here (search.ts); among it, the persona and the words together decide. */
function bySearch(parts: ScorerParts): Scorer | null {
  const { search, persona } = parts.context;
  if (!search?.vector) return null;
  const query = search.vector.map((value, d) => value + (persona?.[d] ?? 0));
  const length = Math.hypot(...query) || 1;
  return byPersona(
    parts,
    query.map((value) => value / length),
  );
}

/** Every kind of ranking. @throws PresentlyError `rank/invalid` */
export function scorerFor(parts: ScorerParts): Scorer {
  const { request, context } = parts;
  if (request.kind === "complement") return byCompany(parts);
  if (request.kind === "trending") return byTrend(parts);
  const own = (request.kind === "recommend" && bySearch(parts)) || plainScorer(parts);
  const { search } = context;
  return search && request.kind === "recommend" ? { ...own, reason: (): Reason => ({ kind: "searched", label: search.term, share: 1 }) } : own;
}
