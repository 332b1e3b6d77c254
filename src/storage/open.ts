import { type ErrorData, errorData, missingFile } from "../contract/errors.js";
import type { Storage } from "../contract/storage.js";
import { lazyMemory } from "./lazy.js";

export interface OpenOptions {
  /** Of the database. */
  name?: string;
  /** The window: a page that is being left ends its transactions. */
  page?: EventTarget;
  /** Called when the browser's database cannot be used, at the start or later, and memory takes over. */
  onProblem?: (problem: ErrorData) => void;
}

/** The browser's database, or memory: never an error. Its code is loaded with the consent to store, so that a page without it does not carry a driver. */
export async function openStorage(options: OpenOptions = {}): Promise<Storage> {
  try {
    const { persistentStorage } = await import("./persistent.js");
    return await persistentStorage(options);
  } catch (cause) {
    options.onProblem?.(errorData(missingFile("storage/unavailable", "persistent", cause)));
    return lazyMemory();
  }
}
