export interface TrainingOptions {
  readonly seed: number;
  /** Passes over the sessions; by default 3 from nothing and 1 from the model before. */
  readonly epochs?: number;
  /** Uniform negatives a batch; by default about half the catalogue, 8,192 at most. */
  readonly negatives?: number;
  /** Starts from nothing instead of from the live model. */
  readonly cold?: boolean;
  /** Most sessions of one training, older ones sampled. */
  readonly maxSessions: number;
  readonly maxHeldOut: number;
  readonly maxSeconds?: number;
  /** Releases kept for rollback. */
  readonly keep: number;
}

export const TRAINING_DEFAULTS: TrainingOptions = { seed: 1, maxSessions: 100_000, maxHeldOut: 2_000, keep: 5 };
