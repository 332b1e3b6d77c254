export { type SessionFacts, sessionFacts } from "./facts.js";
export { createSession, IDLE, MAX_EVENTS, type Session, type SessionChange, type SessionChannel, type SessionOptions } from "./session.js";
