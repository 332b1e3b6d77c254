import type { Presently } from "../contract/client.js";
import { type Consent, NO_CONSENT } from "../contract/consent.js";
import type { PersonaState } from "../contract/engine.js";
import { perClient } from "./per-client.js";
import { type Readable, readable } from "./readable.js";

/** The newest persona; null until the first is there. */
export const personaStore: (client: Presently) => Readable<PersonaState | null> = perClient((client) =>
  readable<PersonaState | null>(null, (set) => {
    let heard = false;
    const unsubscribe = client.subscribe((change) => {
      if (change.type !== "persona") return;
      heard = true;
      set(change.persona);
    });
    // Without a release there is no persona, and what a change has told since is newer.
    client.persona().then(
      (persona) => heard || set(persona),
      () => {},
    );
    return unsubscribe;
  }),
);

/** What the shopper has allowed. */
export const consentStore: (client: Presently) => Readable<Consent> = perClient((client) => ({
  ...readable(NO_CONSENT, (set) => {
    set(client.consent());
    return client.subscribe((change) => change.type === "consent" && set(change.consent));
  }),
  get: client.consent,
}));
