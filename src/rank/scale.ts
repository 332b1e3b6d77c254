/** What a score says about how likely an item is to be what the shopper wants. */
export interface Scale {
  /** The score of an item that is `factor` times as likely. */
  weigh(score: number, factor: number): number;
  /** Proportional to the probability; `best` is the largest score in the ranking. */
  likelihood(score: number, best: number): number;
}

/** Cosines, as the encoder was trained: p ∝ exp(score / τ). A factor is an additive τ · ln(factor). */
export const softmaxScale = (temperature: number): Scale => ({
  weigh: (score, factor) => score + temperature * Math.log(factor),
  likelihood: (score, best) => Math.exp((score - best) / temperature),
});

/** Popularity and shares: p ∝ score. */
export const linearScale: Scale = { weigh: (score, factor) => score * factor, likelihood: (score) => Math.max(0, score) };
