import { PresentlyError } from "../contract/errors.js";
import type { RankingRequest, Reason } from "../contract/ranking.js";
import { dequantizeRow, type Shard } from "../contract/shard.js";
import { anyOf, isCategory } from "./columns.js";
import type { Hits, Kernel } from "./kernel/kernel.js";
import { and, complementOf, passes, type RowMask, without } from "./mask.js";
import { logSum, mixed, neighbourShares, neighboursIn } from "./neighbours.js";
import type { RankContext } from "./ranker.js";
import { reasonFor } from "./reason.js";
import { linearScale, type Scale, softmaxScale } from "./scale.js";
import { sorted } from "./top.js";

/** A row with what it is worth to the shopper, and what it is ordered by. */
export interface Candidate {
  readonly row: number;
  /** The scorer's, before any rule. */
  readonly relevance: number;
  readonly score: number;
}

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
  readonly request: RankingRequest;
  readonly context: RankContext;
  /** Rows that may be shown, and how many of them are going to be asked for at least. */
  readonly candidates: RowMask | null;
  readonly reach: number;
}

/** Best scores that stand for the whole softmax: of its logarithm they tell all but 0.1 (bench/LOG.md). */
export const NORMALIZER = 100;
/** Candidates that the second stage looks at, at least: deeper ones seldom come among the first twenty. */
export const HEAD_DEPTH = 80;
export const POPULAR: Reason = { kind: "popular", label: "", share: 1 };
const NOTHING: Hits = { rows: new Int32Array(0), scores: new Float32Array(0) };
/** By persona; neighbours and boosted rows are scored apart, so that the rest stays one exact scan. */
export function byPersona({ shard, kernel, context, candidates, reach }: ScorerParts, persona: Float32Array): Scorer {
  const { seen, boosts, temperature, neighbourWeight, rescore } = context;
  const shares = neighbourShares(neighboursIn(shard), seen);
  const rows = [...new Set([...shares.keys(), ...boosts.keys()])].filter((row) => row >= 0 && row < shard.count && passes(candidates, row));
  const search = (mask: RowMask | null, k: number) => kernel.search(persona, { k, mask });
  const deep = (k: number) => (rescore ? Math.max(k, HEAD_DEPTH) : k);
  const depth = Math.max(deep(reach) + rows.length, NORMALIZER);
  const first = search(candidates, depth);
  const logZ = logSum(first.scores.subarray(0, NORMALIZER), temperature);
  const cosines = kernel.score(persona, rows);
  const apart = new Map(rows.map((row, i) => [row, { cosine: cosines[i], share: shares.get(row) ?? 0 }]));
  const own = [...apart].map(([row, { cosine, share }]) => [row, mixed(cosine, neighbourWeight * share, logZ, temperature) + (boosts.get(row) ?? 0)] as const);
  return {
    scale: softmaxScale(temperature),
    best(mask, k) {
      const enough = deep(k);
      const hits = mask === candidates && enough + rows.length <= depth ? first : search(mask, enough + rows.length);
      const others = Array.from(hits.rows, (row, i) => [row, hits.scores[i]] as const).filter(([row]) => !apart.has(row));
      const found = sorted([...others, ...own.filter(([row]) => passes(mask, row))], enough);
      const ordered = rescore ? rescore(found, apart, logZ) : found;
      return { rows: ordered.rows.subarray(0, k), scores: ordered.scores.subarray(0, k) };
    },
    reason: (row) => reasonFor(shard, row, context.tokens) ?? POPULAR,
  };
}

/** By popularity, the page's category first: what is in it has one more. */
function byPrior({ shard, kernel, context }: ScorerParts): Scorer {
  const zero = new Float32Array(shard.dims);
  const popular = (mask: RowMask | null, k: number) => kernel.search(zero, { k, priorWeight: 1, mask });
  const name = context.category?.split(">").at(-1)?.trim();
  const columns = shard.attributes.filter(isCategory);
  const inside = name && columns.length > 0 ? anyOf(shard.count, columns, [name]) : null;
  return {
    scale: linearScale,
    best(mask, k) {
      if (!inside || inside.count === 0) return popular(mask, k);
      const here = popular(mask ? and(mask, inside) : inside, k);
      const left = k - here.rows.length;
      const elsewhere = left > 0 ? popular(mask ? without(mask, inside) : complementOf(inside, shard.count), left) : NOTHING;
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

/** The scorers that every page needs. @throws PresentlyError `rank/invalid` */
export function plainScorer(parts: ScorerParts): Scorer {
  const { request, context } = parts;
  if (request.kind === "similar") return bySimilarity(parts);
  if (request.kind === "rerank" && !context.persona) return asGiven(parts);
  return context.persona ? byPersona(parts, context.persona) : byPrior(parts);
}

/** Rows as they are found, no rule between. */
export const plainCandidates = ({ rows, scores }: Hits): Candidate[] => Array.from(rows, (row, i) => ({ row, relevance: scores[i], score: scores[i] }));
