export { type ClientState, type ClientStore, clientStore, givenClient, noClient } from "./client.js";
export { consentStore, personaStore } from "./persona.js";
export { LOADING, type RankingOptions, type RankingState, type RankingStore, rankingStore } from "./ranking.js";
export { type Readable, readable } from "./readable.js";
