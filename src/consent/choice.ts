import { type Consent, NO_CONSENT } from "../contract/consent.js";

const KEY = "presently.consent";

/** The shopper's choice, over pages and tabs. Nothing is written before there is a choice to remember. */
export interface ConsentStore {
  read(): Consent;
  write(consent: Consent): void;
  /** Calls back when another tab changes the choice. */
  watch(listener: (consent: Consent) => void, signal?: AbortSignal): void;
}

/** Global Privacy Control (https://w3c.github.io/gpc/): memory only, whatever the shop asks for. */
export function globalPrivacyControl(page: Window): boolean {
  return (page.navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;
}

/** Do Not Track (https://www.w3.org/TR/tracking-dnt/): nothing is shared unless the shopper says so here; what stays on the device may stay. */
export function doNotTrack(page: Window): boolean {
  return page.navigator.doNotTrack === "1";
}

/** Only what is exactly a yes is one: a choice also comes from a disk and from pages without types. */
export function consentOf({ store, share }: { readonly [K in keyof Consent]?: unknown }): Consent {
  return { store: store === true, share: share === "balanced" || share === "session" ? share : false };
}

function parse(text: string | null): Consent {
  try {
    return consentOf(JSON.parse(text ?? "{}"));
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
    watch(listener, signal) {
      const onStorage = (event: StorageEvent) => {
        if (event.key === KEY || event.key === null) listener(parse(event.newValue));
      };
      page.addEventListener("storage", onStorage, { signal });
    },
  };
}
