/**
 * The directions along which rows [count, dims] have most of their length, as rows of an orthogonal matrix, most first: eigenvectors of VᵀV
 * by Jacobi rotations (Golub & Van Loan, 8.5). Not centred: what ranks is the scalar product, which the mean is part of.
 */
export function principalDirections(vectors, dims) {
  const matrix = Array.from({ length: dims }, () => new Float64Array(dims));
  for (let at = 0; at < vectors.length; at += dims)
    for (let i = 0; i < dims; i++) for (let j = 0; j < dims; j++) matrix[i][j] += vectors[at + i] * vectors[at + j];
  const axes = Array.from({ length: dims }, (_, i) => Float64Array.from({ length: dims }, (_, j) => (i === j ? 1 : 0)));
  const rotate = (a, b, c, s) => {
    for (let k = 0; k < dims; k++) [a[k], b[k]] = [c * a[k] - s * b[k], s * a[k] + c * b[k]];
  };
  const SWEEPS = 12;
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (let p = 0; p < dims; p++)
      for (let q = p + 1; q < dims; q++) {
        if (matrix[p][q] === 0) continue;
        const theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotate(matrix[p], matrix[q], c, t * c);
        for (const row of matrix) [row[p], row[q]] = [c * row[p] - t * c * row[q], t * c * row[p] + c * row[q]];
        rotate(axes[p], axes[q], c, t * c);
      }
  return axes.map((axis, i) => ({ axis, length: matrix[i][i] })).sort((a, b) => b.length - a.length);
}

/** Rows [count, from] times directions [to, from] → [count, to]. */
export function project(vectors, directions) {
  const from = directions[0].length;
  const to = directions.length;
  const out = new Float32Array((vectors.length / from) * to);
  for (let row = 0; row < vectors.length / from; row++)
    for (let k = 0; k < to; k++) {
      let dot = 0;
      for (let d = 0; d < from; d++) dot += vectors[row * from + d] * directions[k][d];
      out[row * to + k] = dot;
    }
  return out;
}

/** Back into the space they came from: [count, to] → [count, from]. */
export function lift(projected, directions) {
  const from = directions[0].length;
  const to = directions.length;
  const out = new Float32Array((projected.length / to) * from);
  for (let row = 0; row < projected.length / to; row++)
    for (let k = 0; k < to; k++) for (let d = 0; d < from; d++) out[row * from + d] += projected[row * to + k] * directions[k][d];
  return out;
}
