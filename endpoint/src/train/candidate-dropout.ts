/** Unit vectors with some of their numbers left out, made unit again. */
export interface Dropped {
  /** [rows, dims] */
  readonly vectors: Float32Array;
  /** Gradients by `vectors` → by the whole vectors, in place. [rows, dims] */
  backward(gradients: Float32Array): void;
}

/**
 * Leaves out each number of the vectors with probability `share`, so that no candidate is known by a few directions alone: items are learned
 * as robust as the distance they are compared by (CORE, arXiv 2204.11067, section 3.3).
 */
export function dropDimensions(whole: Float32Array, dims: number, share: number, random: () => number): Dropped {
  const vectors = whole.slice();
  const inverses = new Float32Array(whole.length / dims);
  for (let row = 0; row < inverses.length; row++) {
    const [from, to] = [row * dims, (row + 1) * dims];
    let square = 0;
    for (let at = from; at < to; at++) {
      if (random() < share) vectors[at] = 0;
      square += vectors[at] * vectors[at];
    }
    inverses[row] = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let at = from; at < to; at++) vectors[at] *= inverses[row];
  }
  return {
    vectors,
    backward(gradients) {
      for (let row = 0; row < inverses.length; row++) {
        const [from, to] = [row * dims, (row + 1) * dims];
        let along = 0;
        for (let at = from; at < to; at++) along += gradients[at] * vectors[at];
        // What was left out is zero in `vectors`, and moves nothing.
        for (let at = from; at < to; at++) gradients[at] = vectors[at] === 0 ? 0 : (gradients[at] - along * vectors[at]) * inverses[row];
      }
    },
  };
}
