export { averagePersona } from "./average.js";
export { type EncodedSession, pageContext } from "./context.js";
export { itemMap } from "./map.js";
export { createEncoderRuntime, type EncoderRuntime, type RuntimeOptions } from "./runtime.js";
export { personaState } from "./state.js";
export { confidence, toldTokens } from "./told.js";
export { traits } from "./traits.js";
