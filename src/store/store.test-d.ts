import { derived, type Readable as SvelteReadable } from "svelte/store";
import type { Consent } from "../contract/consent.js";
import type { PersonaState } from "../contract/engine.js";
import type { Presently } from "../index.js";
import { type ClientState, clientStore, consentStore, personaStore, type RankingState, rankingStore, readable } from "./index.js";

/** Compiled by `tsc -b`, never run. Each line after `@ts-expect-error` must not compile. */
export function types(client: Presently): void {
  const ranking: SvelteReadable<RankingState> = rankingStore(client, { limit: 4, similarTo: "sku-42" });
  const persona: SvelteReadable<PersonaState | null> = personaStore(client);
  const consent: SvelteReadable<Consent> = consentStore(client);
  const own: SvelteReadable<ClientState> = clientStore({ manifest: "/manifest.json" });
  const titles: SvelteReadable<string[]> = derived(rankingStore(client), ({ items }) => items.map(({ title }) => title));
  // @ts-expect-error: the release's address is missing
  clientStore({});
  // @ts-expect-error: a ranking is a client's
  rankingStore({ limit: 4 });
  // @ts-expect-error: a limit is a number
  rankingStore(client, { limit: "4" });
  // @ts-expect-error: a store is not set from outside
  rankingStore(client).set([]);
  // @ts-expect-error: what was started has to be ended
  readable(0, (set) => set(1));
  const unsubscribe: () => void = rankingStore(client).subscribe(({ items }) => items.length);
  void [ranking, persona, consent, own, titles, unsubscribe];
}
