import { createContext, createElement, type ReactNode, useContext, useState, useSyncExternalStore } from "react";
import type { Presently } from "../contract/client.js";
import { PresentlyError } from "../contract/errors.js";
import type { PresentlyOptions } from "../options.js";
import { type ClientStore, clientStore, givenClient, noClient, type Readable } from "../store/index.js";

const Context = createContext<ClientStore | null>(null);

interface WithClient {
  /** A client that the page makes, and stops, itself; null on a server. */
  readonly client: Presently | null;
  readonly options?: undefined;
}

interface WithOptions {
  /** Of a client that the provider makes in the browser, and stops when it is unmounted. Changed later they do nothing. */
  readonly options: PresentlyOptions;
  readonly client?: undefined;
}

export type PresentlyProviderProps = (WithClient | WithOptions) & { readonly children?: ReactNode };

export const useReadable = <T>({ subscribe, get, getServer }: Readable<T>): T => useSyncExternalStore(subscribe, get, getServer);

/** Brings a client to the hooks below it. A Suspense boundary belongs inside: what is suspended as a whole never starts its client. */
export function PresentlyProvider({ client, options, children }: PresentlyProviderProps): ReactNode {
  const [own] = useState(() => (client === undefined ? clientStore(options) : noClient));
  const store = client ? givenClient(client) : own;
  // Listening is what keeps the client, whether or not a hook does.
  useReadable(store);
  return createElement(Context.Provider, { value: store }, children);
}

/** @throws PresentlyError `react/no-provider` */
export function useClientStore(): ClientStore {
  const store = useContext(Context);
  if (!store)
    throw new PresentlyError(
      "react/no-provider",
      "Presently's hooks need <PresentlyProvider client={…}> or <PresentlyProvider options={{ manifest }}> above them",
    );
  return store;
}
