import { PresentlyError } from "../contract/errors.js";
import type { RankingRequest, Reason } from "../contract/ranking.js";
import { dequantizeRow, type Shard } from "../contract/shard.js";
import type { Filters } from "./filter.js";
import type { Hits, Kernel } from "./kernel/kernel.js";
import { and, passes, type RowMask, without } from "./mask.js";
import { graphShares, logSum, mixed, neighbourShares } from "./neighbours.js";
import type { RankContext } from "./ranker.js";
import { reasonFor } from "./reason.js";
import { linearScale, type Scale, softmaxScale } from "./scale.js";
import { sorted, topRows } from "./top.js";

/** One kind of relevance, before any rule. */
export interface Scorer {
  readonly scale: Scale;
  /** The k most relevant of these rows. */
  best(mask: RowMask | null, k: number): Hits;
  reason(row: number): Reason;
  /** What it could not do as asked. */
  readonly fallback?: string | undefined;
}

export interface ScorerParts {
  readonly shard: Shard;
  readonly kernel: Kernel;
  readonly filters: Filters;
  readonly request: RankingRequest;
  readonly context: RankContext;
  /** Rows that may be shown, and how many of them are going to be asked for at least. */
  readonly candidates: RowMask | null;
  readonly reach: number;
}

/** Best scores that stand for the whole softmax: of its logarithm they tell all but 0.1 (bench/LOG.md). */
export const NORMALIZER = 100;
const NO_SHARES: ReadonlyMap<number, number> = new Map();
const POPULAR: Reason = { kind: "popular", label: "", share: 1 };
const NOTHING: Hits = { rows: new Int32Array(0), scores: new Float32Array(0) };
/** Of what went with the given items, how much each source counts: bought with them, looked at with them, what the shopper leans to. */
const COMPLEMENT = { bought: 0.7, met: 0.2, persona: 0.1 };
/** Popularity orders what demand has not risen for. */
const TREND_PRIOR = 0.1;

/** By persona; neighbours and boosted rows are scored apart, so that the rest stays one exact scan. */
function byPersona({ shard, kernel, context, candidates, reach }: ScorerParts, persona: Float32Array): Scorer {
  const { boosts, temperature, neighbourWeight } = context;
  const shares = neighbourWeight > 0 ? neighbourShares(shard, context.tokens) : NO_SHARES;
  const rows = [...new Set([...shares.keys(), ...boosts.keys()])].filter((row) => row >= 0 && row < shard.count && passes(candidates, row));
  const search = (mask: RowMask | null, k: number) => kernel.search(persona, { k, mask });
  const depth = Math.max(reach + rows.length, shares.size > 0 ? NORMALIZER : 0);
  const first = search(candidates, depth);
  const logZ = shares.size > 0 ? logSum(first.scores.subarray(0, NORMALIZER), temperature) : 0;
  const cosines = kernel.score(persona, rows);
  const own = new Map(rows.map((row, i) => [row, mixed(cosines[i], neighbourWeight * (shares.get(row) ?? 0), logZ, temperature) + (boosts.get(row) ?? 0)]));
  return {
    scale: softmaxScale(temperature),
    best(mask, k) {
      const hits = mask === candidates && k + rows.length <= depth ? first : search(mask, k + rows.length);
      if (rows.length === 0) return { rows: hits.rows.subarray(0, k), scores: hits.scores.subarray(0, k) };
      const others = Array.from(hits.rows, (row, i) => [row, hits.scores[i]] as const).filter(([row]) => !own.has(row));
      return sorted([...others, ...[...own].filter(([row]) => passes(mask, row))], k);
    },
    reason: (row) => reasonFor(shard, row, context.tokens) ?? POPULAR,
  };
}

/** By popularity, the page's category first: what is in it has one more. */
function byPrior({ shard, kernel, filters, context }: ScorerParts): Scorer {
  const zero = new Float32Array(shard.dims);
  const popular = (mask: RowMask | null, k: number) => kernel.search(zero, { k, priorWeight: 1, mask });
  const name = context.category?.split(">").at(-1)?.trim();
  const inside = name ? filters.rows({ category: name }) : null;
  return {
    scale: linearScale,
    best(mask, k) {
      if (!inside || inside.count === 0) return popular(mask, k);
      const here = popular(mask ? and(mask, inside) : inside, k);
      const left = k - here.rows.length;
      const elsewhere = left > 0 ? popular(mask ? without(mask, inside) : filters.rows({ not: { category: name } }), left) : NOTHING;
      return { rows: Int32Array.of(...here.rows, ...elsewhere.rows), scores: Float32Array.of(...here.scores.map((score) => score + 1), ...elsewhere.scores) };
    },
    reason: () => POPULAR,
  };
}

function bySimilarity({ shard, kernel, request, context }: ScorerParts): Scorer {
  if (!request.itemId) throw new PresentlyError("rank/invalid", "A ranking of similar items needs itemId: similar(itemId)");
  const { itemId } = request;
  const row = shard.row(itemId);
  const vector = row < 0 ? null : dequantizeRow(shard, row, shard.dims);
  return {
    scale: softmaxScale(context.temperature),
    best: (mask, k) => (vector ? kernel.search(vector, { k, mask }) : NOTHING),
    reason: () => ({ kind: "similar", label: "", item_id: itemId, share: 1 }),
    fallback: vector ? undefined : `The release does not have the item ${itemId}.`,
  };
}

/** Nothing is known yet: the shop's own order stands. */
function asGiven({ shard, request }: ScorerParts): Scorer {
  const rows = [...new Set((request.itemIds ?? []).map((id) => shard.row(id)))].filter((row) => row >= 0);
  return {
    scale: linearScale,
    best: (mask, k) =>
      sorted(
        rows.map((row, i) => [row, 1 - i / rows.length] as const).filter(([row]) => passes(mask, row)),
        k,
      ),
    reason: () => POPULAR,
  };
}

/** What went with the given items: P = Σ weight · share over what was bought with them, what was looked at with them, and the persona's softmax. */
function byCompany({ shard, kernel, request, context, candidates }: ScorerParts): Scorer {
  const given = (request.itemIds ?? []).map((id) => shard.row(id)).filter((row) => row >= 0);
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
  const partsOf = (row: number, cosine: number) => ({
    bought: COMPLEMENT.bought * (bought.shares.get(row) ?? 0),
    met: COMPLEMENT.met * (met.shares.get(row) ?? 0),
    persona: COMPLEMENT.persona * Math.exp(cosine / temperature - logZ),
  });
  const cosines = kernel.score(query, known);
  const own = new Map(
    known.map((row, i) => {
      const parts = partsOf(row, cosines[i]);
      return [row, { ...parts, sum: parts.bought + parts.met + parts.persona }] as const;
    }),
  );
  return {
    scale: linearScale,
    best(mask, k) {
      const hits = kernel.search(query, { k: k + own.size, mask });
      const others = Array.from(hits.rows, (row, i) => [row, partsOf(row, hits.scores[i]).persona] as const).filter(([row]) => !own.has(row));
      const company = [...own].filter(([row]) => passes(mask, row)).map(([row, { sum }]) => [row, sum] as const);
      return sorted([...others, ...company], k);
    },
    reason(row) {
      const parts = own.get(row);
      const graph = parts && (parts.bought >= parts.met ? bought : met);
      const partner = graph?.partner.get(row);
      if (!parts || partner === undefined || parts.persona > Math.max(parts.bought, parts.met)) return reasonFor(shard, row, context.tokens) ?? POPULAR;
      return {
        kind: graph === bought ? "bought_together" : "viewed_together",
        label: "",
        item_id: shard.id(partner),
        share: Math.max(parts.bought, parts.met) / parts.sum,
      };
    },
    fallback:
      given.length === 0
        ? "The release has none of the items: what the shopper leans to stands in."
        : bought.shares.size > 0
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

/** @throws PresentlyError `rank/invalid` */
export function scorerFor(parts: ScorerParts): Scorer {
  const { request, context } = parts;
  if (request.kind === "similar") return bySimilarity(parts);
  if (request.kind === "complement") return byCompany(parts);
  if (request.kind === "trending") return byTrend(parts);
  if (request.kind === "rerank" && !context.persona) return asGiven(parts);
  const own = bySearch(parts) ?? (context.persona ? byPersona(parts, context.persona) : byPrior(parts));
  const { search } = context;
  return search ? { ...own, reason: () => ({ kind: "searched", label: search.term, share: 1 }) } : own;
}
