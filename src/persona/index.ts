export { averagePersona } from "./average.js";
export { itemMap } from "./map.js";
export { createEncoderRuntime, type EncoderRuntime, type RuntimeOptions } from "./runtime.js";
export { type EncodedSession, pageContext, personaState, rankContext } from "./state.js";
export { traits } from "./traits.js";
