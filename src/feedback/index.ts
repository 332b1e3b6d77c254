export type { LockManagerLike } from "./delivery.js";
export type { Feedback, FeedbackOptions } from "./feedback.js";
export { createFeedback } from "./lazy.js";
