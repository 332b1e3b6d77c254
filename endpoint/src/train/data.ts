import type { CatalogItem, EncoderConfig, PresentlyEvent, RankingHead } from "presently/contract";
import type { Pictures } from "../pictures/pictures.js";
import type { Looks } from "./looks.js";
import type { NeighbourGraph } from "./neighbours.js";

/** An item that was shown and not taken: an extra negative for the persona at the end of the session. */
export interface IgnoredImpression {
  readonly item_id: string;
  /** Probability with which it was put there; null where unknown. */
  readonly propensity: number | null;
  readonly position: number | null;
}

/** A session, or the pair which is all that balanced mode tells of one. Every item event after the first is a target. */
export interface TrainingSession {
  readonly events: readonly PresentlyEvent[];
  readonly ignored: readonly IgnoredImpression[];
  /** Multiplies the loss of its targets, beside the strength of their event (purchase > cart > click > view). */
  readonly weight: number;
  /** Milliseconds since the epoch, as coarse as the wire has it: the newest are held out. */
  readonly time: number;
  /** Balanced mode's pair: it never holds a return to an item, so nothing about returns is to be learned from it. */
  readonly pair?: boolean;
}

export interface TrainingSet {
  readonly items: readonly CatalogItem[];
  /** What they look like, of those that have a picture. */
  readonly pictures?: Pictures | undefined;
  readonly sessions: readonly TrainingSession[];
}

/** Float parameters, as trained; `endpoint/src/publish/build.ts` quantizes them into a release. */
export interface TrainedModel {
  readonly config: EncoderConfig;
  /** By the names of `encoderWeights(config)`. */
  readonly encoder: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
  /** In the order of `TrainingSet.items`. */
  readonly ids: readonly string[];
  /** Unit item vectors v = normalize(e + f(metadata)): [items, dims]. */
  readonly vectors: Float32Array;
  /** Free embeddings e, before the tower is added; zero rows for items never trained: [items, dims]. */
  readonly embeddings: Float32Array;
  /** The item tower's hashed feature table: [buckets, dims]. */
  readonly features: Float32Array;
  readonly buckets: number;
  /** The item tower's pictures; absent where no item had one. */
  readonly looks?: Looks | undefined;
  /** What was met together. */
  readonly neighbours: NeighbourGraph;
  /** What was bought, or put into one cart, together; models from before it have none. */
  readonly together?: NeighbourGraph | undefined;
  /** How far demand has risen, 0 … 1; undefined where the sessions' times did not tell. [items] */
  readonly trend?: Float32Array | undefined;
  /** How much more they are asked for now than all along, the logarithm (demand.ts); models from before it have none. [items] */
  readonly demand?: Float32Array | undefined;
  /** The second stage of rankings; undefined where there was too little to learn it from. */
  readonly head?: RankingHead | undefined;
  /** Interactions per item in training, for the popularity prior. [items] */
  readonly popularity: Float32Array;
}
