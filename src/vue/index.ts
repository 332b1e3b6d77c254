export type { RankingOptions, RankingState } from "../store/index.js";
export { type RankingRefs, useConsent, usePersona, usePresently, useRecommendations, useSimilar, useTrack } from "./composables.js";
export { createPresentlyPlugin } from "./plugin.js";
