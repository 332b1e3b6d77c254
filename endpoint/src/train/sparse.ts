/** A sparse matrix, row by row: row r has entries `offsets[r]` to `offsets[r + 1]`. */
export interface SparseRows {
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
  readonly weights: Float32Array;
}

/** Numbers of a row that are summed side by side, in registers. */
const BLOCK = 8;

/**
 * out[to …] += row · table, for a dense table [columns, dims]. Eight sums at a time over all entries, where one entry after another would read and
 * write the whole row for each: a third of the time (bench/LOG.md).
 */
export function addRowProduct({ offsets, columns, weights }: SparseRows, row: number, table: Float32Array, dims: number, out: Float32Array, to: number): void {
  const [first, end] = [offsets[row], offsets[row + 1]];
  const whole = dims - (dims % BLOCK);
  for (let d = 0; d < whole; d += BLOCK) {
    const at = to + d;
    let a = out[at];
    let b = out[at + 1];
    let c = out[at + 2];
    let e = out[at + 3];
    let f = out[at + 4];
    let g = out[at + 5];
    let h = out[at + 6];
    let i = out[at + 7];
    for (let entry = first; entry < end; entry++) {
      const from = columns[entry] * dims + d;
      const weight = weights[entry];
      a += weight * table[from];
      b += weight * table[from + 1];
      c += weight * table[from + 2];
      e += weight * table[from + 3];
      f += weight * table[from + 4];
      g += weight * table[from + 5];
      h += weight * table[from + 6];
      i += weight * table[from + 7];
    }
    out[at] = a;
    out[at + 1] = b;
    out[at + 2] = c;
    out[at + 3] = e;
    out[at + 4] = f;
    out[at + 5] = g;
    out[at + 6] = h;
    out[at + 7] = i;
  }
  for (let d = whole; d < dims; d++) for (let entry = first; entry < end; entry++) out[to + d] += weights[entry] * table[columns[entry] * dims + d];
}

export interface Transposed {
  /** Distinct columns that the rows have, of the whole matrix. */
  readonly columns: Int32Array;
  /** A row for each of these, whose columns are places among `rows`. */
  readonly matrix: SparseRows;
}

/** Some of the rows, transposed. `slots`: −1 for every column, as it is again afterwards. */
export function transposed({ offsets, columns, weights }: SparseRows, rows: ArrayLike<number>, slots: Int32Array): Transposed {
  const touched: number[] = [];
  const counts: number[] = [];
  let entries = 0;
  for (let r = 0; r < rows.length; r++)
    for (let entry = offsets[rows[r]]; entry < offsets[rows[r] + 1]; entry++, entries++) {
      const column = columns[entry];
      if (slots[column] < 0) {
        slots[column] = touched.push(column) - 1;
        counts.push(0);
      }
      counts[slots[column]]++;
    }
  const starts = new Int32Array(touched.length + 1);
  for (let t = 0; t < touched.length; t++) starts[t + 1] = starts[t] + counts[t];
  const next = starts.slice();
  const matrix = { offsets: starts, columns: new Int32Array(entries), weights: new Float32Array(entries) };
  for (let r = 0; r < rows.length; r++)
    for (let entry = offsets[rows[r]]; entry < offsets[rows[r] + 1]; entry++) {
      const at = next[slots[columns[entry]]]++;
      matrix.columns[at] = r;
      matrix.weights[at] = weights[entry];
    }
  for (const column of touched) slots[column] = -1;
  return { columns: Int32Array.from(touched), matrix };
}
