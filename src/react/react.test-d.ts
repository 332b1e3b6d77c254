import { createElement, type JSX } from "react";
import { createPresently, type Presently } from "../index.js";
import { PresentlyProvider, useConsent, usePersona, usePresently, useRecommendations, useSimilar, useTrack } from "./index.js";

/** Compiled by `tsc -b`, never run. Each line after `@ts-expect-error` must not compile. */
export function Types(given: Presently | null): void {
  const options = { manifest: "/manifest.json" };
  createElement(PresentlyProvider, { options }, "child");
  createElement(PresentlyProvider, { client: given });
  createElement(PresentlyProvider, { client: createPresently(options) }, "child");
  // @ts-expect-error: neither a client nor options
  createElement(PresentlyProvider, {});
  // @ts-expect-error: which of both?
  createElement(PresentlyProvider, { client: given, options });
  // @ts-expect-error: a client of its own needs the release's address
  createElement(PresentlyProvider, { options: {} });
  // @ts-expect-error: the endpoint is an address
  createElement(PresentlyProvider, { options: { manifest: "/manifest.json", endpoint: true } });

  const { items, status, error, ranking } = useRecommendations({ limit: 4, exclude: ["cart", { id: "sku-42" }], filter: { price: { max: 50 } } });
  const title: string = items[0].title;
  const propensity: number = items[0].propensity;
  const id: string | undefined = ranking?.id;
  const known: "loading" | "ready" | "error" = status;
  const message: string | undefined = error?.message;
  useRecommendations();
  useRecommendations({}, { suspense: true });
  // @ts-expect-error: a list of items is not the page's to change
  items.push(items[0]);
  // @ts-expect-error: there is no such status
  void (status === "done");
  // @ts-expect-error: an id to leave out is written { id }
  useRecommendations({ exclude: ["sku-42"] });
  // @ts-expect-error: a limit is a number
  useRecommendations({ limit: "4" });
  // @ts-expect-error: there is no such option
  useRecommendations({ count: 4 });
  // @ts-expect-error: suspense is no option of the ranking
  useRecommendations({ suspense: true });

  useSimilar("sku-42", { limit: 4 });
  useSimilar(null);
  // @ts-expect-error: the item is missing
  useSimilar({ limit: 4 });

  const summary: string | undefined = usePersona()?.summary;
  // @ts-expect-error: there may be no persona yet
  void usePersona().summary;
  const client: Presently | null = usePresently();
  // @ts-expect-error: nor a client
  usePresently().report("ranking", "sku-42", "click");

  const { consent, setConsent } = useConsent();
  setConsent({ store: true, share: "balanced" });
  // @ts-expect-error: sharing is a mode, not a yes
  setConsent({ share: true });
  // @ts-expect-error: only setConsent changes it
  consent.store = true;

  createElement("presently-shelf", { heading: "For you", limit: 8, exclude: "viewed,cart", "text-viewed": "Because of {}" });
  const shelf: JSX.IntrinsicElements["presently-shelf"] = { kind: "similar", "item-id": "sku-42", layout: "grid" };
  // @ts-expect-error: there is no such layout
  const round: JSX.IntrinsicElements["presently-shelf"] = { layout: "round" };
  // @ts-expect-error: there is no such attribute
  const misspelt: JSX.IntrinsicElements["presently-shelf"] = { headline: "For you" };

  const track = useTrack();
  track({ name: "view_item", item_id: "sku-42" });
  // @ts-expect-error: an event has a name
  track({ item_id: "sku-42" });
  void [shelf, round, misspelt, title, propensity, id, known, message, summary, client];
}
