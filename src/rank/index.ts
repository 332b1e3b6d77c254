export { compileFilter } from "./filter.js";
export { createKernel } from "./kernel/index.js";
export type { Hits, Kernel, SearchOptions } from "./kernel/kernel.js";
export { logSum, mixed, neighbourShares, recencyWeights } from "./neighbours.js";
export { createRanker, NORMALIZER, type RankContext, type RankedRow, type Ranker } from "./ranker.js";
export type { ContextToken } from "./reason.js";
