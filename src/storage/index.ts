export { memoryStorage } from "./memory.js";
export { type OpenOptions, openStorage } from "./open.js";
