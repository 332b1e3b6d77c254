import type { Metrics } from "../evaluate/metrics.js";

export interface Judgement {
  readonly publish: boolean;
  /** In plain words. */
  readonly message: string;
}

/** Fewer predictions than these tell nothing: they are neither judged by nor shown as a figure. */
export const FEWEST = 20;

/** One standard error of a share in percent, from its (smoothed) value. */
function standardError(percent: number, count: number): number {
  const share = ((percent / 100) * count + 1) / (count + 2);
  return 100 * Math.sqrt((share * (1 - share)) / count);
}

const figure = (name: string, next: number, before: number) => `${name} ${next.toFixed(2)} after ${before.toFixed(2)}`;

/** Figures of both models on the same sessions. */
export interface Compared {
  readonly next: Metrics;
  readonly before: Metrics;
}

/**
 * Not worse: neither Recall@20 nor MRR@20 on the same held-out sessions lower than the live release's by more than chance would have it
 * (one standard error). Nor may more be lost on sessions `earlier` than the live release than is gained on the newest, or anything where the
 * newest are not half as predictable as shoppers were: an update whose sessions are all broken is right about others of them, and about
 * nothing else.
 */
export function judge(next: Metrics, before: Metrics | null, earlier: Compared | null = null): Judgement {
  if (!before) return { publish: true, message: "The first model: nothing to compare it with." };
  if (next.examples < FEWEST)
    return { publish: true, message: `Too few held-out predictions to tell better from worse (${next.examples} of at least ${FEWEST}): published.` };
  const told = (one: Compared) => `${figure("Recall@20", one.next.recall20, one.before.recall20)}, ${figure("MRR@20", one.next.mrr20, one.before.mrr20)}`;
  const figures = `${told({ next, before })}, on ${next.examples} held-out predictions`;
  const names = ["recall20", "mrr20"] as const;
  if (names.some((name) => before[name] - next[name] > standardError(before[name], next.examples)))
    return { publish: false, message: `Worse than the live release, which stays: ${figures}.` };
  if (!earlier || earlier.next.examples < FEWEST) return { publish: true, message: `Not worse than before: ${figures}.` };
  const all = `${figures}; on ${earlier.next.examples} of before the live release ${told(earlier)}`;
  const lost = (name: (typeof names)[number]) => earlier.before[name] - earlier.next[name];
  const chance = (name: (typeof names)[number]) => standardError(earlier.before[name], earlier.next.examples);
  const forgot = names.some((name) => lost(name) - (next[name] - before[name]) > Math.hypot(chance(name), standardError(before[name], next.examples)));
  const unlikely = next.recall20 < earlier.before.recall20 / 2 && names.some((name) => lost(name) > chance(name));
  if (unlikely)
    return {
      publish: false,
      message: `The newest sessions hardly resemble those before, and cost what was known, so the live release stays (are they sound?): ${all}.`,
    };
  return forgot
    ? { publish: false, message: `Loses more of what was known than it gains, so the live release stays (are the newest sessions sound?): ${all}.` }
    : { publish: true, message: `Not worse than before: ${all}.` };
}
