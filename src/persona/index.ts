export { averagePersona } from "./average.js";
export { type EncodedSession, pageContext } from "./context.js";
export { itemMap } from "./map.js";
export { rankContext } from "./rank-context.js";
export { createEncoderRuntime, type EncoderRuntime, type RuntimeOptions } from "./runtime.js";
export { personaState } from "./state.js";
export { traits } from "./traits.js";
