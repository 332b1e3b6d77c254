import type { Emit } from "../markup.js";
import { watchCarts } from "./carts.js";
import { watchImpressions } from "./impressions.js";
import { watchInterest } from "./interest.js";
import type { Product } from "./page-reader.js";
import { type SearchForms, watchSearchForms } from "./search-forms.js";

export interface Watched extends SearchForms {
  readonly emit: Emit;
  readonly product: () => Product | null;
  /** Pictures or variants of the page's product were chosen, or more of its page was seen, in percent. */
  readonly interest: (interactions: number, percentScrolled: number) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What is watched once the page stands; returns its own stop. */
export function watchPage(window: Window, watched: Watched): () => void {
  const stops = [watchCarts(window, watched), watchImpressions(window, watched), watchInterest(window, watched), watchSearchForms(window, watched)];
  return () => {
    for (const stop of stops) stop();
  };
}
