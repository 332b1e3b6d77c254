import { type ComputedRef, computed, type MaybeRefOrGetter, type ShallowRef, toValue } from "vue";
import type { Presently } from "../contract/client.js";
import { type Consent, NO_CONSENT } from "../contract/consent.js";
import type { PersonaState } from "../contract/engine.js";
import type { EventInput } from "../contract/events.js";
import { type ClientState, consentStore, LOADING, personaStore, type RankingOptions, type RankingState, rankingStore } from "../store/index.js";
import { fromReadable, useClientStore } from "./plugin.js";

/** `RankingState`, each part of it a ref. */
export type RankingRefs = { readonly [K in keyof RankingState]: ComputedRef<RankingState[K]> };

function useClient(): Readonly<ShallowRef<ClientState>> {
  const clients = useClientStore();
  return fromReadable(clients.getServer(), () => clients);
}

function useRanking(options: () => RankingOptions | null): RankingRefs {
  const clients = useClient();
  const ranking = fromReadable(LOADING, () => {
    const { client } = clients.value;
    const wanted = options();
    return client && wanted && rankingStore(client, wanted);
  });
  const state = computed((): RankingState => {
    const { error } = clients.value;
    return error ? { ...LOADING, status: "error", error } : ranking.value;
  });
  return {
    items: computed(() => state.value.items),
    status: computed(() => state.value.status),
    error: computed(() => state.value.error),
    ranking: computed(() => state.value.ranking),
  };
}

/** The client's ranking, anew with every change of the persona, and of the options where they are a ref or a getter. */
export function useRecommendations(options: MaybeRefOrGetter<RankingOptions> = {}): RankingRefs {
  return useRanking(() => toValue(options));
}

/** What is like an item; "loading" while there is no item. */
export function useSimilar(itemId: MaybeRefOrGetter<string | null | undefined>, options: MaybeRefOrGetter<RankingOptions> = {}): RankingRefs {
  return useRanking(() => {
    const similarTo = toValue(itemId);
    return similarTo ? { ...toValue(options), similarTo } : null;
  });
}

/** null until there is one. */
export function usePersona(): Readonly<ShallowRef<PersonaState | null>> {
  const client = usePresently();
  return fromReadable<PersonaState | null>(null, () => client.value && personaStore(client.value));
}

export function useConsent(): { readonly consent: Readonly<ShallowRef<Consent>>; readonly setConsent: (consent: Partial<Consent>) => void } {
  const clients = useClientStore();
  const client = usePresently();
  return {
    consent: fromReadable(NO_CONSENT, () => client.value && consentStore(client.value)),
    setConsent: (wanted) => clients.whenReady((ready) => ready.setConsent(wanted)),
  };
}

/** For events of the page; works before the client is there. */
export function useTrack(): (event: EventInput) => void {
  return useClientStore().track;
}

/** The client itself, for `report` and all that has no composable; null on a server and until its code is there. */
export function usePresently(): ComputedRef<Presently | null> {
  const clients = useClient();
  return computed(() => clients.value.client);
}
