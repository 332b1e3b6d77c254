import type { Metrics } from "../evaluate/metrics.js";

export interface Judgement {
  readonly publish: boolean;
  /** In plain words. */
  readonly message: string;
}

/** Fewer predictions than these tell nothing. */
const FEWEST = 20;

/** One standard error of a share in percent, from its (smoothed) value. */
function standardError(percent: number, count: number): number {
  const share = ((percent / 100) * count + 1) / (count + 2);
  return 100 * Math.sqrt((share * (1 - share)) / count);
}

const figure = (name: string, next: number, before: number) => `${name} ${next.toFixed(2)} after ${before.toFixed(2)}`;

/**
 * Not worse: neither Recall@20 nor MRR@20 on the same held-out sessions lower than the live release's by more than chance would have it
 * (one standard error).
 */
export function judge(next: Metrics, before: Metrics | null): Judgement {
  if (!before) return { publish: true, message: "The first model: nothing to compare it with." };
  if (next.examples < FEWEST) return { publish: true, message: `Only ${next.examples} held-out predictions, too few to tell better from worse: published.` };
  const figures = `${figure("Recall@20", next.recall20, before.recall20)}, ${figure("MRR@20", next.mrr20, before.mrr20)}, on ${next.examples} held-out predictions`;
  const worse = (name: "recall20" | "mrr20") => before[name] - next[name] > standardError(before[name], next.examples);
  return worse("recall20") || worse("mrr20")
    ? { publish: false, message: `Worse than the live release, which stays: ${figures}.` }
    : { publish: true, message: `Not worse than before: ${figures}.` };
}
