export type { LockManagerLike } from "./delivery.js";
export type { Feedback } from "./feedback.js";
export { createFeedback } from "./lazy.js";
