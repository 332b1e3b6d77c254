import type { Consent, ConsentListener } from "../contract/consent.js";
import { consentMode } from "./consent-mode.js";
import { shopify } from "./shopify.js";
import type { ConsentSource } from "./source.js";
import { tcf } from "./tcf.js";

export const SOURCES: readonly ConsentSource[] = [tcf, consentMode, shopify];

/**
 * Several tools on one page usually say the same; where they do not, each of them has a veto. One that has not heard the shopper yet
 * keeps the question open; what none of them speaks of is not consented to.
 */
export function combine(choices: Iterable<Partial<Consent> | undefined>): Partial<Consent> | undefined {
  const said = [...choices];
  if (said.length === 0 || said.includes(undefined)) return undefined;
  const all = <K extends keyof Consent>(field: K): Consent[K] | false => {
    const values = said.flatMap((choice) => choice?.[field] ?? []);
    return (values.length > 0 && values.every(Boolean) && values[0]) || false;
  };
  return { store: all("store"), share: all("share") };
}

/** Follows whatever consent tools the page has, or will have. Returns its own stop. */
export function watchConsent(listener: ConsentListener, page: Window, sources = SOURCES): () => void {
  const choices = new Map<ConsentSource, Partial<Consent> | undefined>();
  let last: string | undefined;
  const stops = sources.map((source) =>
    source.watch(page, (choice) => {
      choices.set(source, choice);
      const next = combine(choices.values());
      // A tool tells often what it has told before; a choice that did not change is no new choice.
      const text = JSON.stringify(next);
      if (text === last) return;
      last = text;
      listener(next);
    }),
  );
  return () => {
    for (const stop of stops) stop();
  };
}
