/** A row in its place, with the probability with which the draw put it there. */
export interface Placed<T> {
  readonly entry: T;
  readonly propensity: number;
  readonly explored: boolean;
}

/**
 * Gives each place with probability ε to the next of a random permutation of the pool. By symmetry an entry of the pool
 * of size M stands at a given place with probability ε / M, a kept one with 1 − ε: the propensities that inverse
 * propensity scoring needs. Where more than M places may change, the later ones are kept, so that the permutation never runs out;
 * `fixed` places never change.
 */
export function explore<T>(
  list: readonly T[],
  pool: readonly T[],
  epsilon: number,
  random: () => number,
  fixed: (entry: T) => boolean = () => false,
): Placed<T>[] {
  const rest = [...pool];
  let free = 0;
  return list.map((entry) => {
    if (!(epsilon > 0) || fixed(entry) || free++ >= pool.length) return { entry, propensity: 1, explored: false };
    if (random() >= epsilon) return { entry, propensity: 1 - epsilon, explored: false };
    const [drawn] = rest.splice(Math.floor(random() * rest.length), 1);
    return { entry: drawn, propensity: epsilon / pool.length, explored: true };
  });
}

/**
 * Candidates for any of the places, in any combination, without breaking a cap together with the list: only then are the draws independent of
 * each other, and their probabilities those that `explore` states.
 */
export function explorationPool<T extends { readonly row: number }>(
  rest: readonly T[],
  list: readonly { readonly row: number }[],
  counter: { allows(row: number): boolean; add(row: number): void },
  size: number,
): T[] {
  for (const { row } of list) counter.add(row);
  const pool: T[] = [];
  for (const candidate of rest) {
    if (pool.length === size) break;
    if (!counter.allows(candidate.row)) continue;
    counter.add(candidate.row);
    pool.push(candidate);
  }
  return pool;
}

/** mulberry32: small, fast, good enough to draw places. 0 … 1 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
