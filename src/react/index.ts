"use client";
export type { RankingOptions, RankingState } from "../store/index.js";
export type { ShelfAttributes } from "./elements.js";
export { type HookOptions, useConsent, usePersona, usePresently, useRecommendations, useSimilar, useTrack } from "./hooks.js";
export { PresentlyProvider, type PresentlyProviderProps } from "./provider.js";
