import type { Device } from "../train/backend.js";

export interface TrainingOptions {
  readonly seed: number;
  /** Passes over the sessions; by default 3, and fewer of many sessions from the model before. */
  readonly epochs?: number;
  /** Uniform negatives a batch; by default about half the catalogue, 8,192 at most. */
  readonly negatives?: number;
  /** Starts from nothing instead of from the live model. */
  readonly cold?: boolean;
  /** Most sessions of one training, older ones sampled. */
  readonly maxSessions: number;
  readonly maxHeldOut: number;
  readonly maxSeconds?: number;
  /** Where steps run: by default on a GPU, if there is one. */
  readonly device?: Device;
  /** Items are also placed by what their pictures look like, which are downloaded once. */
  readonly pictures?: boolean;
  /** Catalogues of more items are published as partitions, of which a page reads those near its persona; 20,000 by default. */
  readonly oneShard?: number;
  /** Releases kept for rollback. */
  readonly keep: number;
}

export const TRAINING_DEFAULTS: TrainingOptions = { seed: 1, maxSessions: 100_000, maxHeldOut: 2_000, keep: 5 };
