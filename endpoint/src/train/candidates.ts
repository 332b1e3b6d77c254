import { candidateColumns, type EachNeighbour, HEAD_DEPTH, headFeatures, headSession, logSum } from "presently/rank";
import { firstStage, type Mixture, type Prediction } from "./mixture.js";

/** A held-out session's candidates, and which of them came next; −1 where none did. */
export interface CandidateList {
  /** First stage's logits. [candidates] */
  readonly logits: Float32Array;
  /** [candidates, HEAD_FEATURES] */
  readonly features: Float32Array;
  readonly target: number;
}

/** What a page knows of every item when it ranks. */
export interface ItemFacts {
  /** Rises of demand. [items] */
  readonly demand: Float32Array;
  /** Popularity, 0 … 1. [items] */
  readonly prior: Float32Array;
  /** Unit vectors [items, dims]. */
  readonly vectors: Float32Array;
  readonly eachNeighbour: EachNeighbour;
}

/** The cosine of any row to `row`; 0 to one that is not there. */
function cosineTo(vectors: Float32Array, dims: number, row: number | undefined): (other: number) => number {
  if (row === undefined) return () => 0;
  return (other) => {
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += vectors[row * dims + d] * vectors[other * dims + d];
    return sum;
  };
}

/** The first stage's candidates as a page has them, with the second's features. `seen`: rows of the session's items, newest last. */
export function candidateList(
  prediction: Prediction,
  seen: readonly number[],
  mixture: Mixture,
  { demand, prior, vectors, eachNeighbour }: ItemFacts,
): CandidateList {
  const { best, top, rows, cosines, shares, repeats, target } = prediction;
  const { scale, offset, temperature } = mixture;
  const logZ = logSum(top, temperature);
  const apart = new Set(rows);
  const scored: { readonly row: number; readonly cosine: number; readonly score: number; readonly share: number }[] = [];
  for (let i = 0; i < best.length && scored.length < HEAD_DEPTH; i++)
    if (!apart.has(best[i])) scored.push({ row: best[i], cosine: top[i], score: top[i], share: 0 });
  rows.forEach((row, i) => {
    scored.push({ row, cosine: cosines[i], score: firstStage(prediction, i, mixture, logZ), share: shares[i] });
  });
  scored.sort((a, b) => b.score - a.score).splice(HEAD_DEPTH);
  const returns = new Map<number, number>();
  rows.forEach((row, i) => {
    if (!Number.isNaN(repeats[i])) returns.set(row, scale * repeats[i] + offset);
  });
  const session = headSession(seen, returns, prior, eachNeighbour);
  const dims = vectors.length / prior.length;
  const [toNewest, toPrevious] = [cosineTo(vectors, dims, seen.at(-1)), cosineTo(vectors, dims, seen.at(-2))];
  const [own, scores] = [new Int32Array(scored.length), new Float64Array(scored.length)];
  const logits = new Float32Array(scored.length);
  const candidates = candidateColumns(own, scores);
  for (let i = 0; i < scored.length; i++) {
    const { row, cosine, score, share } = scored[i];
    own[i] = row;
    scores[i] = score;
    logits[i] = score / temperature;
    candidates.cosines[i] = cosine;
    candidates.shares[i] = share;
    candidates.toNewest[i] = toNewest(row);
    candidates.toPrevious[i] = toPrevious(row);
    candidates.demand[i] = demand[row];
    candidates.prior[i] = prior[row];
  }
  return {
    logits,
    features: headFeatures(candidates, session, { logZ, temperature }),
    target: scored.findIndex(({ row }) => row === target),
  };
}
