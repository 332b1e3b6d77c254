import { openStore, type Store } from "./store.js";

/** `--data` of every command. */
export const DATA = ["--data <folder>", "where database, models and releases are kept", ".presently"] as const;

export async function withStore<T>(data: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = openStore(data);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}
