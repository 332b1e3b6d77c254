/*
 * Shopify's Customer Privacy API (https://shopify.dev/docs/api/customer-privacy). It knows the shop's settings, the shopper's region and choice:
 *
 *   store   preferencesProcessingAllowed()
 *   share   analyticsProcessingAllowed(); saleOfDataAllowed() is for third parties, to whom nothing goes
 *
 * A theme loads it on demand, so it is asked for; `visitorConsentCollected` on the document tells every choice.
 */
import { type ConsentSource, guard, whenThere } from "./source.js";

interface CustomerPrivacy {
  preferencesProcessingAllowed?(): boolean;
  analyticsProcessingAllowed?(): boolean;
}
interface Shopify {
  readonly customerPrivacy?: CustomerPrivacy;
  loadFeatures?(features: readonly { readonly name: string; readonly version: string }[], done: (error?: unknown) => void): void;
}

export const shopify: ConsentSource = {
  name: "shopify",
  watch(page, listener) {
    const shop = () => (page as Window & { Shopify?: Shopify }).Shopify;
    const tell = guard(() => {
      const privacy = shop()?.customerPrivacy;
      if (typeof privacy?.preferencesProcessingAllowed !== "function") return;
      listener({
        store: privacy.preferencesProcessingAllowed() === true,
        share: privacy.analyticsProcessingAllowed?.() === true && "balanced",
      });
    });
    // Filled by what may run before whenThere has returned.
    const stops: (() => void)[] = [];
    stops.push(
      whenThere(
        page,
        () => shop()?.customerPrivacy ?? shop()?.loadFeatures,
        () => {
          listener(undefined);
          if (!shop()?.customerPrivacy) shop()?.loadFeatures?.([{ name: "consent-tracking-api", version: "0.1" }], () => {});
          stops.push(whenThere(page, () => shop()?.customerPrivacy?.preferencesProcessingAllowed, tell));
        },
      ),
    );
    page.document.addEventListener("visitorConsentCollected", tell);
    stops.push(() => page.document.removeEventListener("visitorConsentCollected", tell));
    return () => {
      for (const stop of stops) stop();
    };
  },
};
