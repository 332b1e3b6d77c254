import { fillNormal, seededRandom } from "../train/random.js";
import { PICTURE_DIMS } from "./describe.js";

/** The same in every run, or a model trained before would not know them again. */
const SEED = 96;

/**
 * A vector that the shop brings (from a network of its own) in as many numbers as a picture's descriptor has: a random projection, which keeps
 * cosines nearly as they are (Johnson & Lindenstrauss 1984).
 */
export function projection(dims: number): (vector: readonly number[]) => Float32Array {
  const matrix = new Float32Array(dims * PICTURE_DIMS);
  fillNormal(matrix, 1 / Math.sqrt(PICTURE_DIMS), seededRandom(SEED));
  return (vector) => {
    const length = Math.hypot(...vector) || 1;
    const out = new Float32Array(PICTURE_DIMS);
    vector.forEach((value, i) => {
      for (let k = 0; k < PICTURE_DIMS; k++) out[k] += (value / length) * matrix[i * PICTURE_DIMS + k];
    });
    return out;
  };
}
