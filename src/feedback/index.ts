export type { LockManagerLike } from "./delivery.js";
export { createFeedback, type Feedback, type FeedbackOptions } from "./feedback.js";
