import type { RankingRequest } from "../contract/ranking.js";
import type { Shard } from "../contract/shard.js";
import type { Filters } from "./filter.js";
import { and, type RowMask, without } from "./mask.js";
import type { SessionFacts } from "./ranker.js";
import type { Candidate, Scorer } from "./scorers.js";

interface WeightClass {
  readonly mask: RowMask | null;
  readonly factor: number;
}

/**
 * Candidates in parts that count alike: each boost splits each part in what passes its filter and what does not. Each part is ranked exactly by a scan
 * of its own, which finds what stands far behind without its boost.
 */
export function weightClasses({ boost = [], bury = [] }: RankingRequest, filters: Filters, candidates: RowMask | null): WeightClass[] {
  const rules = [...boost, ...bury.map(({ filter, factor }) => ({ filter, factor: 1 / factor }))];
  let classes: WeightClass[] = [{ mask: candidates, factor: 1 }];
  for (const { filter, factor } of rules) {
    const rows = filters.rows(filter);
    const elsewhere = filters.rows({ not: filter });
    classes = classes.flatMap(({ mask, factor: before }) =>
      [
        { mask: mask && rows ? and(mask, rows) : (mask ?? rows), factor: before * factor },
        ...(rows ? [{ mask: mask ? without(mask, rows) : elsewhere, factor: before }] : []),
      ].filter((part) => part.mask === null || part.mask.count > 0),
    );
  }
  return classes;
}

/** What an item opened `age` seconds ago counts, of 1: 0 while it is hidden. */
export function seenFactor({ hide = 0, factor = 1, halfLife }: NonNullable<RankingRequest["seen"]>, age: number): number {
  if (age < hide) return 0;
  return halfLife === undefined ? factor : 1 - (1 - factor) * 0.5 ** ((age - hide) / halfLife);
}

/** Rows that this session has opened, with what each counts now, of 1. */
export function seenFactors(shard: Shard, { seen }: RankingRequest, session: SessionFacts | undefined): Map<number, number> {
  const factors = new Map<number, number>();
  if (seen)
    for (const [id, age] of session?.viewed ?? []) {
      const factor = seenFactor(seen, age);
      if (factor < 1) factors.set(shard.row(id), factor);
    }
  factors.delete(-1);
  return factors;
}

/** The k best after weighing, best first. `fades`: rows with a factor of their own, 0 … 1. */
export function weighted(scorer: Scorer, classes: readonly WeightClass[], fades: ReadonlyMap<number, number>, k: number): Candidate[] {
  const { scale } = scorer;
  const found: Candidate[] = [];
  for (const { mask, factor } of classes) {
    // What fades makes room for as many behind it.
    const { rows, scores } = scorer.best(mask, k + fades.size);
    rows.forEach((row, i) => {
      const own = factor * (fades.get(row) ?? 1);
      found.push({ row, relevance: scores[i], score: own === 1 ? scores[i] : scale.weigh(scores[i], own) });
    });
  }
  if (classes.length === 1 && fades.size === 0) return found;
  return found.sort((a, b) => b.score - a.score || a.row - b.row);
}
