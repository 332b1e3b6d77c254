import { missingFile, PresentlyError } from "../contract/errors.js";
import type { Storage } from "../contract/storage.js";

/**
 * Memory whose code comes with the first that is written: a session without the consent to store writes nothing (session/session.ts), so that
 * most such pages need none.
 */
export function lazyMemory(): Storage {
  let memory: Promise<Storage> | null = null;
  let open = true;

  async function current(): Promise<Storage | null> {
    if (!open) throw new PresentlyError("storage/closed", "The storage is closed");
    return memory;
  }
  async function loaded(): Promise<Storage> {
    await current();
    memory ??= import("./persistent.js").then(
      (module) => module.memoryStorage(),
      (cause) => {
        memory = null;
        throw missingFile("storage/unavailable", "persistent", cause);
      },
    );
    return memory;
  }

  return {
    persistent: false,
    append: async (...entry) => (await loaded()).append(...entry),
    read: async (...asked) => (await current())?.read(...asked) ?? [],
    remove: async (...entries) => (await current())?.remove(...entries),
    exchange: async (...change) => (await loaded()).exchange(...change),
    get: async (key) => (await current())?.get(key),
    set: async (...entry) => (await loaded()).set(...entry),
    clear: async () => (await current())?.clear(),
    close() {
      open = false;
    },
  };
}
