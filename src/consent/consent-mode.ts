/*
 * Google consent mode, as the page's own `gtag` puts it into the data layer (https://developers.google.com/tag-platform/security/guides/consent):
 * gtag('consent', 'default' | 'update', { personalization_storage: 'granted', … }), before this code came and after.
 *
 *   store   personalization_storage and functionality_storage, those of them that are set: what is kept makes recommendations personal,
 *           and makes a function of the shop's work
 *   share   analytics_storage: answers say how the shop is used. ad_user_data is consent to send data to Google for advertising,
 *           ad_storage and ad_personalization are advertising too: Presently does neither.
 *
 * An update counts at once. Defaults count after their wait_for_update; without one, grants count at once and denials after two seconds:
 * most tools deny first, on every page, and update as soon as they have read the shopper's choice, and a remembered consent is not to be
 * deleted in between. A default for a `region` may be the shopper's or not: its grants are not taken, its denials are.
 */
import { type ConsentSource, guard, whenThere } from "./source.js";

const TYPES = ["personalization_storage", "functionality_storage", "analytics_storage"] as const;
type Type = (typeof TYPES)[number];
type State = Partial<Record<Type, "granted" | "denied">>;
type Parameters = Readonly<Record<string, unknown>>;

const PATIENCE = 2_000;

export const consentMode: ConsentSource = {
  name: "consent-mode",
  watch(page, listener) {
    const defaults: State = {};
    const regional: State = {};
    const updates: State = {};
    let updated = false;
    let timer: number | undefined;
    let layer: unknown[] | null = null;
    let next: number | undefined;
    let stopped = false;

    function tell(): void {
      const granted = (...types: Type[]) => {
        const set = types.flatMap((type) => updates[type] ?? regional[type] ?? defaults[type] ?? []);
        return set.length > 0 ? set.every((state) => state === "granted") : undefined;
      };
      const store = granted("personalization_storage", "functionality_storage");
      const share = granted("analytics_storage");
      listener({ ...(store !== undefined && { store }), ...(share !== undefined && { share: share && "balanced" }) });
    }

    function read(entry: unknown): void {
      if (typeof entry !== "object" || entry === null) return;
      const [command, kind, parameters] = [0, 1, 2].map((i) => (entry as ArrayLike<unknown>)[i]) as [unknown, unknown, Parameters | undefined];
      if (command !== "consent" || typeof parameters !== "object" || parameters === null) return;
      const stateOf = (type: Type) => (["granted", "denied"] as const).find((state) => state === parameters[type]);
      if (kind === "update") {
        updated = true;
        for (const type of TYPES) updates[type] = stateOf(type) ?? updates[type];
        page.clearTimeout(timer);
        tell();
      } else if (kind === "default") {
        const everywhere = !parameters.region;
        for (const type of TYPES) {
          const state = stateOf(type);
          if (everywhere) defaults[type] = state ?? defaults[type];
          else if (state === "denied") regional[type] = state;
        }
        if (updated) {
          tell();
          return;
        }
        const wait = Number(parameters.wait_for_update) || 0;
        page.clearTimeout(timer);
        listener(undefined);
        const denied = TYPES.some((type) => (regional[type] ?? defaults[type]) === "denied");
        if (wait || denied) timer = page.setTimeout(tell, wait || PATIENCE);
        else tell();
      }
    }

    /** A page may replace its data layer; whoever wraps `push` after us calls us, and we call whoever did before. */
    function attach(): void {
      next = page.setTimeout(attach, PATIENCE);
      const found = (page as Window & { dataLayer?: unknown }).dataLayer;
      if (found === layer || !Array.isArray(found)) return;
      layer = found;
      for (const entry of [...found]) safely(entry);
      const original = found.push;
      // Defined, not assigned: where the page has frozen Array.prototype, an assignment throws.
      Object.defineProperty(found, "push", {
        configurable: true,
        writable: true,
        value: (...entries: unknown[]) => {
          const length = original.apply(found, entries);
          if (!stopped && found === layer) for (const entry of entries) safely(entry);
          return length;
        },
      });
    }

    const safely = guard(read);

    const stop = whenThere(page, () => Array.isArray((page as Window & { dataLayer?: unknown }).dataLayer), attach);
    return () => {
      stopped = true;
      stop();
      page.clearTimeout(timer);
      page.clearTimeout(next);
    };
  },
};
