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

/** Figures of parts of the examples. */
export interface DetailedMetrics extends Metrics {
  /**
   * Mean interactions of what was recommended over mean interactions of the targets: above 1, lists are more popular than what shoppers
   * want (after average recommendation popularity, Yin et al., VLDB 2012).
   */
  readonly popularity_bias: number;
  /** After 1, 2, 3, 5 and 10 items of a session, up to the next of these numbers. */
  readonly by_length: readonly ({ readonly from: number } & Pick<Metrics, "recall20" | "mrr20" | "examples">)[];
  /** Of targets that training has not seen and of all others; absent where no item was held back. */
  readonly cold?: Pick<Metrics, "recall20" | "mrr20" | "examples">;
  readonly warm?: Pick<Metrics, "recall20" | "mrr20" | "examples">;
}

export const LIST = 20;
const LENGTHS = [1, 2, 3, 5, 10];

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

/** The same, and parts of it. */
export class DetailedSum {
  private readonly all: MetricSum;
  private readonly lengths: readonly { readonly from: number; readonly sum: MetricSum }[];
  private readonly cold: MetricSum;
  private readonly warm: MetricSum;
  private recommended = 0;
  private wanted = 0;
  private lists = 0;
  private targets = 0;

  /** @param popularity interactions in training per item @param isCold 1: held back from training */
  constructor(
    private readonly popularity: ArrayLike<number>,
    private readonly isCold?: Uint8Array,
  ) {
    const sum = () => new MetricSum(popularity.length);
    this.all = sum();
    this.lengths = LENGTHS.map((from) => ({ from, sum: sum() }));
    this.cold = sum();
    this.warm = sum();
  }

  add(list: ArrayLike<number>, target: number, seen: readonly number[]): void {
    this.all.add(list, target, seen);
    this.lengths.findLast(({ from }) => seen.length >= from)?.sum.add(list, target, seen);
    if (this.isCold) (target >= 0 && this.isCold[target] ? this.cold : this.warm).add(list, target, seen);
    for (let i = 0; i < Math.min(LIST, list.length); i++) this.recommended += this.popularity[list[i]];
    this.lists += Math.min(LIST, list.length);
    if (target < 0) return;
    this.wanted += this.popularity[target];
    this.targets++;
  }

  result(): DetailedMetrics {
    const part = (sum: MetricSum) => {
      const { recall20, mrr20, examples } = sum.result();
      return { recall20, mrr20, examples };
    };
    const bias = this.recommended / Math.max(1, this.lists) / (this.wanted / Math.max(1, this.targets) || 1);
    return {
      ...this.all.result(),
      popularity_bias: Math.round(bias * 100) / 100,
      by_length: this.lengths.map(({ from, sum }) => ({ from, ...part(sum) })),
      ...(this.isCold && { cold: part(this.cold), warm: part(this.warm) }),
    };
  }
}
