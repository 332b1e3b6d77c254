/** `store`: keep session, cache and choices on this device. `share`: send feedback, in this mode. Nothing before the shop says so. */
export interface Consent {
  readonly store: boolean;
  readonly share: false | "balanced" | "session";
}

export const NO_CONSENT: Consent = { store: false, share: false };

/**
 * Hears what a consent tool says, at once and after every change. A field left out: it says nothing of this.
 * undefined: the tool is there and the shopper has not chosen yet; until then what an earlier page remembers holds.
 */
export type ConsentListener = (choice: Partial<Consent> | undefined) => void;

/**
 * The shop's own way to its consent tool, called with the page's window. May return its own stop:
 * `(tell) => cmp.onChange((now) => tell({ store: now.functional, share: now.statistics && "balanced" }))`
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a callback that returns nothing is the usual one
export type ConsentCallback = (tell: ConsentListener, page: Window) => (() => void) | void;
