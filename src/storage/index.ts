export { lazyMemory } from "./lazy.js";
export { type OpenOptions, openStorage } from "./open.js";
