import * as tf from "@tensorflow/tfjs-core";
import { encode, transposeLast } from "presently/model";
import type { TrainedModel } from "./data.js";
import type { Example } from "./examples.js";

/** Logits tried for the last item and for the session's earlier ones. */
const LAST = [-3, -1.5, -0.75, 0, 0.5, 1, 1.5];
const EARLIER = [-1.5, -0.5, 0, 0.5, 1, 1.5, 2, 2.5];
const MAX_POSITIONS = 3000;
const LIST = 20;

/** The LIST best scores of items outside `seen`, best first. */
function bestUnseen(scores: Float32Array, seen: ReadonlySet<number>): number[] {
  const best: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i];
    if ((best.length === LIST && score <= best[LIST - 1]) || seen.has(i)) continue;
    let at = best.length;
    while (at > 0 && best[at - 1] < score) at--;
    best.splice(at, 0, score);
    if (best.length > LIST) best.pop();
  }
  return best;
}

/** Chooses how much items of the session are raised, by MRR@20 plus a third of Recall@20 on sessions that were not trained on. */
export function tuneSeenBoost(
  { config, encoder, vectors }: TrainedModel,
  examples: readonly Example[],
  textVector: (text: number) => Float32Array,
): [number, number] {
  const d = config.dims;
  const count = vectors.length / d;
  const quality = new Float64Array(LAST.length * EARLIER.length);
  let positions = 0;
  tf.tidy(() => {
    const weights = Object.fromEntries(Array.from(encoder, ([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));
    const items = transposeLast(tf.tensor2d(vectors, [count, d]));
    for (const { rows, types, dwells, gaps, targets } of examples) {
      if (positions >= MAX_POSITIONS) break;
      const T = rows.length;
      const scored = tf.tidy(() => {
        const input = new Float32Array(T * d);
        rows.forEach((row, t) => {
          input.set(row < 0 ? textVector(-1 - row) : vectors.subarray(row * d, (row + 1) * d), t * d);
        });
        const column = (values: Int32Array) => tf.tensor2d(values, [1, T], "int32");
        const batch = { vectors: tf.tensor3d(input, [1, T, d]), types: column(types), dwells: column(dwells), gaps: column(gaps) };
        return tf.matMul(tf.div(tf.reshape(encode(weights, batch, config).persona, [T, d]), config.temperature), items);
      });
      const scores = scored.dataSync<"float32">();
      scored.dispose();
      for (let t = 0; t < T; t++) {
        if (targets[t] < 0) continue;
        positions++;
        const own = scores.subarray(t * count, (t + 1) * count);
        const seen = new Set(rows.subarray(0, t + 1).filter((row) => row >= 0));
        const last = rows.subarray(0, t + 1).findLast((row) => row >= 0);
        const others = bestUnseen(own, seen);
        LAST.forEach((boost, a) => {
          EARLIER.forEach((earlier, b) => {
            const boosted = (row: number) => own[row] + (row === last ? boost : seen.has(row) ? earlier : 0);
            const threshold = boosted(targets[t]);
            let rank = 1;
            for (const score of others) if (score > threshold) rank++;
            for (const row of seen) if (boosted(row) > threshold) rank++;
            if (rank <= LIST) quality[a * EARLIER.length + b] += 1 / rank + 1 / 3;
          });
        });
      }
    }
  });
  if (positions === 0) return [0, 0];
  const best = quality.indexOf(Math.max(...quality));
  return [LAST[Math.floor(best / EARLIER.length)], EARLIER[best % EARLIER.length]];
}
