import type { Emit } from "../markup.js";
import { watchCarts } from "./carts.js";
import { watchImpressions } from "./impressions.js";
import { watchInterest } from "./interest.js";
import type { Product } from "./page-reader.js";

export interface Watched {
  readonly emit: Emit;
  readonly product: () => Product | null;
  /** Pictures or variants of the page's product were chosen, or more of its page was seen, in percent. */
  readonly interest: (interactions: number, percentScrolled: number) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What is watched once the page stands; returns its own stop. */
export function watchPage(window: Window, watched: Watched): () => void {
  const stops = [watchCarts(window, watched), watchImpressions(window, watched), watchInterest(window, watched)];
  return () => {
    for (const stop of stops) stop();
  };
}
