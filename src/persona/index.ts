export { averagePersona } from "./average.js";
export { itemMap } from "./map.js";
export { createEncoderRuntime, type Encoded, type EncoderRuntime, type RuntimeOptions } from "./runtime.js";
export { confidence, type EncodedSession, label, pageContext, personaState } from "./state.js";
export { traits } from "./traits.js";
export { tokenVectors, type VectorToken } from "./vectors.js";
