import type { Presently } from "../contract/client.js";

/** One of a kind for each client, gone with it. */
export function perClient<T>(make: (client: Presently) => T): (client: Presently) => T {
  const made = new WeakMap<Presently, T>();
  return (client) => {
    let one = made.get(client);
    if (one === undefined) {
      one = make(client);
      made.set(client, one);
    }
    return one;
  };
}
