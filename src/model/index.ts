export { DEFAULT_CONFIG, type EncoderBatch, type EncoderResult, type EncoderTraining, type EncoderWeight, encode, encoderWeights } from "./encoder.js";
export { matMul, stopGradient, transposeLast } from "./matmul.js";
export { type Feature, itemFeatures, queryFeatures, queryVector, tokenize } from "./text.js";
export { DWELL_BUCKETS, GAP_BUCKETS, INTERACTIONS, type Interaction, type SessionToken, sessionTokens } from "./tokens.js";
export { tokenVectors, type VectorToken } from "./vectors.js";
export { decodeWeights, type NamedArray, quantizeWeights } from "./weights.js";
