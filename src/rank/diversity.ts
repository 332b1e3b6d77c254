import { dequantizeRow, type Shard } from "../contract/shard.js";

export interface Diversity {
  /** What the i-th row with this score is worth now. */
  value(i: number, score: number): number;
  /** A row that the list has, one of `rows` or any other: what is like it counts less from now on. */
  take(row: number): void;
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): an item is worth (1 − diversity) · score − diversity · largest cosine to what
 * is taken already. Costs rows × taken × dims multiplications.
 */
export function createDiversity(shard: Shard, rows: readonly number[], diversity: number): Diversity {
  const { dims } = shard;
  const unit = (row: number, out: Float32Array, at: number) => {
    dequantizeRow(shard, row, dims, out, at);
    let squares = 0;
    for (let d = 0; d < dims; d++) squares += out[at + d] ** 2;
    const length = Math.sqrt(squares) || 1;
    for (let d = 0; d < dims; d++) out[at + d] /= length;
  };
  const vectors = new Float32Array(rows.length * dims);
  rows.forEach((row, i) => {
    unit(row, vectors, i * dims);
  });
  const nearest = new Float32Array(rows.length).fill(-1);
  const taken = new Float32Array(dims);
  let any = false;
  return {
    value: (i, score) => (1 - diversity) * score - (any ? diversity * nearest[i] : 0),
    take(row) {
      any = true;
      unit(row, taken, 0);
      for (let i = 0; i < rows.length; i++) {
        let cosine = 0;
        for (let d = 0; d < dims; d++) cosine += vectors[i * dims + d] * taken[d];
        if (cosine > nearest[i]) nearest[i] = cosine;
      }
    },
  };
}
