import { type Consent, NO_CONSENT } from "../contract/consent.js";

const KEY = "presently.consent";

/** The shopper's choice, over pages and tabs. Nothing is written before there is a choice to remember. */
export interface ConsentStore {
  read(): Consent;
  write(consent: Consent): void;
  /** Calls back when another tab changes the choice. Returns its own stop. */
  watch(listener: (consent: Consent) => void): () => void;
}

/** Global Privacy Control (https://w3c.github.io/gpc/): memory only, whatever the shop asks for. */
export function globalPrivacyControl(page: Window): boolean {
  return (page.navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;
}

function parse(text: string | null): Consent {
  try {
    const { store, share } = JSON.parse(text ?? "{}") as Record<string, unknown>;
    return { store: store === true, share: share === "balanced" || share === "session" ? share : false };
  } catch {
    return NO_CONSENT;
  }
}

/**
 * Kept in localStorage, which can be read before a database is opened, and whose `storage` event reaches the other tabs.
 * Where localStorage is blocked the choice lasts as long as the page.
 */
export function consentStore(page: Window): ConsentStore {
  return {
    read() {
      try {
        return parse(page.localStorage.getItem(KEY));
      } catch {
        return NO_CONSENT;
      }
    },
    write(consent) {
      try {
        if (consent.store) page.localStorage.setItem(KEY, JSON.stringify(consent));
        else page.localStorage.removeItem(KEY);
      } catch {
        // Blocked: see above.
      }
    },
    watch(listener) {
      const onStorage = (event: StorageEvent) => {
        if (event.key === KEY || event.key === null) listener(parse(event.newValue));
      };
      page.addEventListener("storage", onStorage);
      return () => page.removeEventListener("storage", onStorage);
    },
  };
}
