import { useCallback, useMemo } from "react";
import type { Presently } from "../contract/client.js";
import { type Consent, NO_CONSENT } from "../contract/consent.js";
import type { PersonaState } from "../contract/engine.js";
import type { EventInput } from "../contract/events.js";
import { consentStore, LOADING, personaStore, type RankingOptions, type RankingState, type Readable, rankingStore, readable } from "../store/index.js";
import { useClientStore, useReadable } from "./provider.js";

export interface HookOptions {
  /** Suspends until there is a ranking or an error; in the browser only: a server renders `status: "loading"`. */
  readonly suspense?: boolean;
}

/** What a hook gives while there is no client. */
const still = <T>(value: T): Readable<T> => readable(value, () => () => {});
const NO_RANKING = still(LOADING);
const NO_PERSONA = still<PersonaState | null>(null);
const CONSENT_UNKNOWN = still(NO_CONSENT);

function useRanking(options: RankingOptions | null, { suspense = false }: HookOptions = {}): RankingState {
  const clients = useClientStore();
  const { client, error } = useReadable(clients);
  const store = client && options ? rankingStore(client, options) : null;
  const state = useReadable(store ?? NO_RANKING);
  // The store's own state, not the hook's: while hydrating that is the server's, and would suspend for ever.
  if (suspense && options && !error && typeof window !== "undefined") {
    if (store?.get().status === "loading") throw store.settled();
    if (!clients.get().client) throw clients.settled();
  }
  return useMemo(() => (error ? { ...LOADING, status: "error", error } : state), [error, state]);
}

/** The client's ranking, anew with every change of the persona. Equal options share one ranking, and need not be the same object. */
export function useRecommendations(options: RankingOptions = {}, hook?: HookOptions): RankingState {
  return useRanking(options, hook);
}

/** What is like an item; "loading" while there is no item. */
export function useSimilar(itemId: string | null | undefined, options: RankingOptions = {}, hook?: HookOptions): RankingState {
  return useRanking(itemId ? { ...options, similarTo: itemId } : null, hook);
}

/** null until there is one. */
export function usePersona(): PersonaState | null {
  const client = usePresently();
  return useReadable(client ? personaStore(client) : NO_PERSONA);
}

export function useConsent(): { readonly consent: Consent; readonly setConsent: (consent: Partial<Consent>) => void } {
  const clients = useClientStore();
  const client = usePresently();
  const consent = useReadable(client ? consentStore(client) : CONSENT_UNKNOWN);
  const setConsent = useCallback((wanted: Partial<Consent>) => clients.whenReady((ready) => ready.setConsent(wanted)), [clients]);
  return useMemo(() => ({ consent, setConsent }), [consent, setConsent]);
}

/** For events of the page; works before the client is there. The same function always. */
export function useTrack(): (event: EventInput) => void {
  return useClientStore().track;
}

/** The client itself, for `report` and all that has no hook; null on a server and until its code is there. */
export function usePresently(): Presently | null {
  return useReadable(useClientStore()).client;
}
