/** `store`: keep session, cache and choices on this device. `share`: send feedback, in this mode. Nothing before the shop says so. */
export interface Consent {
  readonly store: boolean;
  readonly share: false | "balanced" | "session";
}

export const NO_CONSENT: Consent = { store: false, share: false };
