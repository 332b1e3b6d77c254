import { LIST } from "../metrics.js";

export interface KnnSession {
  /** Items, in order. */
  readonly rows: readonly number[];
  /** Milliseconds, or anything that grows: only the order counts. */
  readonly time: number;
}

/** Sessions, and those of each item, as typed arrays. A session's number is its place in time: 0 is the oldest. */
export class SessionIndex {
  readonly count: number;
  /** Items of the longest session, those seen twice among them. */
  readonly longest: number;
  /** Session s from `starts[s]` to `starts[s + 1]`: its distinct rows, and where each of them stood last. */
  readonly starts: Int32Array;
  readonly rows: Int32Array;
  readonly positions: Int32Array;
  /** Item `row` from `offsets[row]` to `offsets[row + 1]`: the sessions which hold it, newest last. */
  readonly offsets: Int32Array;
  readonly postings: Int32Array;
  /** ln(sessions / sessions with the item) per row. */
  readonly idf: Float64Array;
  /** The 20 rows of most sessions. */
  readonly popular: readonly number[];

  /** @param sessions oldest first */
  constructor(sessions: readonly KnnSession[], items: number) {
    const distinct = sessions.map(({ rows }) => new Map(rows.map((row, position) => [row, position])));
    this.count = sessions.length;
    this.longest = sessions.reduce((most, { rows }) => Math.max(most, rows.length), 0);
    this.starts = new Int32Array(sessions.length + 1);
    this.offsets = new Int32Array(items + 1);
    distinct.forEach((rows, s) => {
      this.starts[s + 1] = this.starts[s] + rows.size;
      for (const row of rows.keys()) this.offsets[row + 1]++;
    });
    const support = this.offsets.slice(1);
    for (let row = 0; row < items; row++) this.offsets[row + 1] += this.offsets[row];

    this.rows = new Int32Array(this.starts[sessions.length]);
    this.positions = new Int32Array(this.rows.length);
    this.postings = new Int32Array(this.rows.length);
    const next = this.offsets.slice();
    let at = 0;
    distinct.forEach((rows, s) => {
      for (const [row, position] of rows) {
        this.rows[at] = row;
        this.positions[at++] = position;
        this.postings[next[row]++] = s;
      }
    });
    this.idf = Float64Array.from(support, (n) => Math.log(Math.max(1, sessions.length) / Math.max(1, n)));
    this.popular = Array.from(support.keys())
      .sort((a, b) => support[b] - support[a] || a - b)
      .slice(0, LIST);
  }
}
