import type { Example } from "./examples.js";

export interface Candidates {
  /** Distinct rows: items (the batch's, then uniform ones), then searches. */
  readonly rows: Int32Array;
  /** How many of them are items. */
  readonly predictable: number;
  /** log of the expected number of draws of each; 0 where all of the pool are candidates. */
  readonly logQ: Float32Array;
  /** A row's place among `rows`, −1 where it has none. Valid until the next call of `draw`. */
  slot(row: number): number;
}

/** Chooses a batch's candidates: what it contains, and uniform negatives shared by all its positions. */
export class CandidateSampler {
  private readonly slots: Int32Array;
  private previous: Int32Array = new Int32Array(0);

  constructor(
    private readonly items: number,
    texts: number,
    /**
     * Rows that negatives are drawn from: items met in training. One that nobody met is never a target, and as an eternal negative its
     * metadata would learn to push it away from its like.
     */
    private readonly pool: Int32Array,
    private readonly negatives: number,
    /** Share of all interactions per item. */
    private readonly frequency: Float32Array,
    private readonly random: () => number,
    private readonly isQuery: (text: number) => boolean,
  ) {
    this.slots = new Int32Array(items + texts).fill(-1);
  }

  draw(batch: readonly Example[]): Candidates {
    const { slots, items, pool, negatives, frequency, random } = this;
    for (const row of this.previous) slots[row] = -1;
    const rows: number[] = [];
    const queries: number[] = [];
    let tokens = 0;
    const add = (row: number) => {
      if (slots[row] < 0) slots[row] = rows.push(row) - 1;
    };
    for (const example of batch) {
      tokens += example.rows.length + 1;
      for (const row of example.rows) {
        if (row >= 0) add(row);
        else if (this.isQuery(-1 - row)) queries.push(items - 1 - row);
      }
      for (const target of example.targets) if (target >= 0) add(target);
      for (const { row } of example.ignored) add(row);
    }
    // A pool not much larger than the sample is taken whole, and then nothing needs correcting.
    const whole = pool.length <= negatives * 1.25;
    if (whole) for (const row of pool) add(row);
    else for (let n = 0; n < negatives; n++) add(pool[Math.floor(random() * pool.length)]);
    const predictable = rows.length;
    const logQ = new Float32Array(predictable);
    if (!whole) for (let c = 0; c < predictable; c++) logQ[c] = Math.log(Math.min(1, negatives / pool.length + 1 - Math.exp(-frequency[rows[c]] * tokens)));
    for (const row of queries) add(row);
    this.previous = Int32Array.from(rows);
    return { rows: this.previous, predictable, logQ, slot: (row) => (row >= 0 ? slots[row] : slots[items - 1 - row]) };
  }
}
