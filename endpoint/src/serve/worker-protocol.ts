import type { ErrorData } from "presently/contract";
import type { TrainProgress } from "../train/train.js";
import type { LoopRun } from "./loop.js";
import type { RunResult } from "./training.js";
import type { TrainingOptions } from "./training-options.js";

/** What a run's thread is started with. */
export interface RunOrder {
  readonly data: string;
  readonly kind: LoopRun;
  readonly options: TrainingOptions;
}

export type ToRun = { readonly type: "stop" };

export type FromRun =
  | { readonly type: "progress"; readonly progress: TrainProgress }
  | { readonly type: "done"; readonly result: RunResult }
  | { readonly type: "failed"; readonly error: ErrorData };
