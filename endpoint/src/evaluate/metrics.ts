/** Recall@20 and MRR@20 in percent, over all examples and over those whose target is not in the session yet. */
export interface Metrics {
  readonly recall20: number;
  readonly mrr20: number;
  readonly recall20_new: number;
  readonly mrr20_new: number;
  /** Percent of the catalogue that stood in some list. */
  readonly coverage: number;
  readonly examples: number;
}

export const LIST = 20;

/** Adds up lists of at most 20 rows, best first. */
export class MetricSum {
  private hits = 0;
  private reciprocal = 0;
  private newHits = 0;
  private newReciprocal = 0;
  private newExamples = 0;
  private examples = 0;
  private readonly shown = new Set<number>();

  constructor(private readonly items: number) {}

  /** `target` −1: an item which no list can hold, a miss. */
  add(list: ArrayLike<number>, target: number, seen: readonly number[]): void {
    let rank = 0;
    for (let i = 0; i < Math.min(LIST, list.length); i++) {
      this.shown.add(list[i]);
      if (list[i] === target && target >= 0) rank = i + 1;
    }
    const fresh = !seen.includes(target);
    this.examples++;
    if (fresh) this.newExamples++;
    if (rank === 0) return;
    this.hits++;
    this.reciprocal += 1 / rank;
    if (!fresh) return;
    this.newHits++;
    this.newReciprocal += 1 / rank;
  }

  result(): Metrics {
    const percent = (part: number, of: number) => (of > 0 ? Math.round((part / of) * 10_000) / 100 : 0);
    return {
      recall20: percent(this.hits, this.examples),
      mrr20: percent(this.reciprocal, this.examples),
      recall20_new: percent(this.newHits, this.newExamples),
      mrr20_new: percent(this.newReciprocal, this.newExamples),
      coverage: percent(this.shown.size, this.items),
      examples: this.examples,
    };
  }
}
