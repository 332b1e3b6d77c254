/* Loaded by the engine on its way to the first release: what makes a persona of a session. Ranking alone, as on a cold page, does without. */
export { queryVector, tokenize } from "./model/text.js";
export { sessionTokens } from "./model/tokens.js";
export { tokenVectors } from "./model/vectors.js";
export { averagePersona, itemMap, personaState } from "./persona/index.js";
export { openPersona } from "./persona-release.js";
export { rankContext } from "./rank-context.js";
