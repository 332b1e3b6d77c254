/** Web Crypto's source of random bytes. */
export type RandomSource = Pick<Crypto, "getRandomValues">;

/** Uniform in 0 … n − 1; the bias of a 32-bit draw is below n / 2³². */
export function below(random: RandomSource, n: number): number {
  return Math.floor((random.getRandomValues(new Uint32Array(1))[0] / 2 ** 32) * n);
}

export function hex(random: RandomSource, bytes: number): string {
  return [...random.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A copy in random order (Fisher-Yates). */
export function shuffled<T>(random: RandomSource, list: readonly T[]): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = below(random, i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}
