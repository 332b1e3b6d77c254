export { memoryStorage } from "./memory.js";
export { type OpenedStorage, type OpenOptions, openStorage } from "./open.js";
