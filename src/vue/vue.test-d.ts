import { computed, createApp, type Ref, ref } from "vue";
import type { RankedItem } from "../contract/ranking.js";
import type { Presently } from "../index.js";
import { createPresentlyPlugin, useConsent, usePersona, usePresently, useRecommendations, useSimilar, useTrack } from "./index.js";

/** Compiled by `tsc -b`, never run. Each line after `@ts-expect-error` must not compile. */
export function types(given: Presently): void {
  createApp({}).use(createPresentlyPlugin({ manifest: "/manifest.json" }));
  createApp({}).use(createPresentlyPlugin({ client: given }));
  // @ts-expect-error: neither a client nor the release's address
  createPresentlyPlugin({});
  // @ts-expect-error: there is no such option
  createPresentlyPlugin({ manifest: "/manifest.json", track: true });

  const { items, status, error } = useRecommendations(computed(() => ({ limit: 4, exclude: ["cart"] as const })));
  const all: readonly RankedItem[] = items.value;
  const known: "loading" | "ready" | "error" = status.value;
  const message: string | undefined = error.value?.message;
  useRecommendations();
  useRecommendations({ limit: 4 });
  useRecommendations(() => ({ limit: 4 }));
  // @ts-expect-error: items are a ref
  void items.length;
  // @ts-expect-error: which the page cannot set
  items.value = [];
  // @ts-expect-error: a limit is a number
  useRecommendations({ limit: "4" });
  // @ts-expect-error: the same in a ref
  useRecommendations(ref({ limit: "4" }));

  const itemId: Ref<string | null> = ref(null);
  useSimilar(itemId, { limit: 4 });
  useSimilar(() => itemId.value);
  // @ts-expect-error: an item's id is a string
  useSimilar(ref(42));

  // @ts-expect-error: there may be no persona yet
  void usePersona().value.summary;
  // @ts-expect-error: nor a client
  usePresently().value.stop();

  const { consent, setConsent } = useConsent();
  const stored: boolean = consent.value.store;
  setConsent({ share: "session" });
  // @ts-expect-error: there is no such mode
  setConsent({ share: "everything" });
  useTrack()({ name: "add_to_cart", item_id: "sku-42", quantity: 1 });
  // @ts-expect-error: an event has a name
  useTrack()({ item_id: "sku-42" });
  void [all, known, message, stored];
}
