import { PresentlyError } from "../contract/errors.js";
import type { RankingRequest, Reason } from "../contract/ranking.js";
import { dequantizeRow, type Shard } from "../contract/shard.js";
import { diversify } from "./diversity.js";
import { explore, seededRandom } from "./explore.js";
import { compileFilter } from "./filter.js";
import type { Hits, Kernel } from "./kernel/kernel.js";
import { logSum, mixed, neighbourShares } from "./neighbours.js";
import { type ContextToken, reasonFor } from "./reason.js";

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

export interface Ranker {
  /** @throws PresentlyError `rank/unknown-field`, `rank/invalid` */
  rank(request: RankingRequest, context: RankContext): { readonly candidates: number; readonly items: readonly RankedRow[] };
}

/** Places behind the list from which exploration draws. */
const EXPLORATION_POOL = 50;
/** MMR chooses among so many times the places to fill, and at least so many. */
const DIVERSITY_FACTOR = 4;
const DIVERSITY_MIN = 60;
/** Best scores that stand for the whole softmax: of its logarithm they tell all but 0.1 (bench/LOG.md). */
export const NORMALIZER = 100;
const NO_SHARES: ReadonlyMap<number, number> = new Map();
const POPULAR: Reason = { kind: "popular", label: "", share: 1 };

const concat = (first: Hits, second: Hits): Hits => ({
  rows: Int32Array.of(...first.rows, ...second.rows),
  scores: Float32Array.of(...first.scores, ...second.scores),
});

function sorted(entries: readonly (readonly [row: number, score: number])[], k: number): Hits {
  const best = [...entries].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, k);
  return { rows: Int32Array.from(best, ([row]) => row), scores: Float32Array.from(best, ([, score]) => score) };
}

export function createRanker(shard: Shard, kernel: Kernel): Ranker {
  const zero = new Float32Array(shard.dims);

  /** Rows that may be shown, [count], or null for all, and how many they are. */
  function candidatesOf(request: RankingRequest): { mask: Uint8Array | null; candidates: number } {
    let mask = compileFilter(shard, request.filter);
    const excluded = request.excludeIds.map((id) => shard.row(id));
    if (request.kind === "similar" && request.itemId) excluded.push(shard.row(request.itemId));
    const rows = excluded.filter((row) => row >= 0);
    if (rows.length > 0) mask ??= new Uint8Array(shard.count).fill(1);
    for (const row of rows) mask![row] = 0;
    if (request.kind === "rerank") {
      const given = new Uint8Array(shard.count);
      for (const id of request.itemIds ?? []) {
        const row = shard.row(id);
        if (row >= 0 && (!mask || mask[row])) given[row] = 1;
      }
      mask = given;
    }
    return { mask, candidates: mask ? mask.reduce((sum, pass) => sum + pass, 0) : shard.count };
  }

  /** By persona; neighbours and boosted rows are scored apart, so that the rest stays one exact scan. */
  function byPersona(persona: Float32Array, context: RankContext, mask: Uint8Array | null, k: number): Hits {
    const { boosts, temperature, neighbourWeight } = context;
    const shares = neighbourWeight > 0 ? neighbourShares(shard, context.tokens) : NO_SHARES;
    const rows = [...new Set([...shares.keys(), ...boosts.keys()])].filter((row) => row >= 0 && row < shard.count && (!mask || mask[row]));
    if (rows.length === 0) return kernel.search(persona, { k, mask });
    const hits = kernel.search(persona, { k: Math.max(k + rows.length, shares.size > 0 ? NORMALIZER : 0), mask });
    const logZ = shares.size > 0 ? logSum(hits.scores.subarray(0, NORMALIZER), temperature) : 0;
    const cosines = kernel.score(persona, rows);
    const own = new Map(rows.map((row, i) => [row, mixed(cosines[i], neighbourWeight * (shares.get(row) ?? 0), logZ, temperature) + (boosts.get(row) ?? 0)]));
    const others = Array.from(hits.rows, (row, i) => [row, hits.scores[i]] as const).filter(([row]) => !own.has(row));
    return sorted([...others, ...own], k);
  }

  /** By popularity, the page's category first. */
  function byPrior(mask: Uint8Array | null, category: string | undefined, k: number): Hits {
    const popular = (rows: Uint8Array | null, most: number) => kernel.search(zero, { k: most, priorWeight: 1, mask: rows });
    const name = category?.split(">").at(-1)?.trim();
    const inside = name ? compileFilter(shard, { category: name }) : null;
    if (!inside) return popular(mask, k);
    const here = inside.map((pass, row) => (pass && (!mask || mask[row]) ? 1 : 0));
    const elsewhere = inside.map((pass, row) => (!pass && (!mask || mask[row]) ? 1 : 0));
    const first = popular(here, k);
    return concat(first, popular(elsewhere, k - first.rows.length));
  }

  function hitsOf(request: RankingRequest, context: RankContext, mask: Uint8Array | null, k: number): Hits {
    if (request.kind === "similar") {
      if (!request.itemId) throw new PresentlyError("rank/invalid", "A ranking of similar items needs itemId: similar(itemId)");
      const row = shard.row(request.itemId);
      return row < 0 ? { rows: new Int32Array(0), scores: new Float32Array(0) } : kernel.search(dequantizeRow(shard, row, shard.dims), { k, mask });
    }
    if (request.kind === "rerank" && !context.persona) {
      // Nothing is known yet: the shop's own order stands.
      const rows = [...new Set((request.itemIds ?? []).map((id) => shard.row(id)))].filter((row) => row >= 0 && mask?.[row]).slice(0, k);
      return { rows: Int32Array.from(rows), scores: Float32Array.from(rows, (row) => shard.prior[row]) };
    }
    return context.persona ? byPersona(context.persona, context, mask, k) : byPrior(mask, context.category, k);
  }

  function reasonOf(request: RankingRequest, context: RankContext, row: number, explored: boolean): Reason {
    if (explored) return { kind: "explored", label: "", share: 1 };
    if (request.kind === "similar") return { kind: "similar", label: "", item_id: request.itemId ?? "", share: 1 };
    return (context.persona && reasonFor(shard, row, context.tokens)) || POPULAR;
  }

  return {
    rank(request, context) {
      const { mask, candidates } = candidatesOf(request);
      const { limit, offset, diversity } = request;
      const end = offset + limit;
      // A given list keeps its members.
      const epsilon = request.kind === "rerank" ? 0 : request.explore * (1 - context.confidence);
      const pool = epsilon > 0 ? Math.max(limit, EXPLORATION_POOL) : 0;
      const reach = diversity > 0 ? Math.max(end * DIVERSITY_FACTOR, DIVERSITY_MIN) : end;
      const hits = hitsOf(request, context, mask, reach + pool);
      const order = diversity > 0 ? diversify(shard, hits, end + pool, diversity) : [...hits.rows.keys()];
      const random = request.seed === undefined ? context.random : seededRandom(request.seed);
      const placed = explore(order.slice(offset, end), order.slice(end, end + pool), epsilon, random);
      return {
        candidates,
        items: placed.map(({ entry, propensity, explored }, i) => {
          const row = hits.rows[entry];
          return { row, score: hits.scores[entry], position: offset + i, propensity, reason: reasonOf(request, context, row, explored) };
        }),
      };
    },
  };
}
