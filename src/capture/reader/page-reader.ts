/*
 * What pages that say nothing by attributes are read and watched with. A file of its own, loaded when the first of them is shown.
 */
import type { EventInput, EventItem } from "../../contract/events.js";
import { followDataLayer } from "../datalayer.js";
import { clean } from "../markup.js";
import type { PageType } from "../types.js";
import { watchEngagement } from "./engagement.js";
import { enhancedEvents } from "./enhanced.js";
import { eventItem, type ReadOptions, readPage } from "./reader.js";
import { type Watched, watchPage } from "./watch.js";

/** A product of the page as events carry it, and all that this page calls it. */
export interface Product {
  readonly item: EventItem;
  readonly ids: readonly string[];
}

export interface Reading {
  readonly type: PageType;
  readonly category: readonly string[];
  readonly search?: string | undefined;
  /** How many items a search found, where the page tells. */
  readonly results?: number | undefined;
  readonly product: Product | null;
  readonly currency?: string | undefined;
}

export interface Reader {
  /** Reads the page as it stands. Never throws; costs some milliseconds. `again`: it can now be read better. */
  read(window: Window, options: Omit<ReadOptions, "repair"> & { again: () => void }): Reading;
  watch(window: Window, watched: Watched): () => void;
  watchEngagement: typeof watchEngagement;
  /** The event with the product's one id, whichever of its ids a source used. */
  known(event: EventInput, product: Product): EventInput;
  followDataLayer: typeof followDataLayer;
  /** What an entry of the dataLayer tells in Universal Analytics' words. */
  enhanced(entry: unknown): readonly EventInput[];
}

export { followDataLayer, readPage, watchEngagement };

let repair: ReadOptions["repair"];

export function read(window: Window, { again, ...options }: Parameters<Reader["read"]>[1]): Reading {
  const { broken, product, ...page } = readPage(window, { ...options, repair });
  if (broken && !repair)
    import("./repair.js").then(
      (module) => {
        repair = module.jsonrepair;
        again();
      },
      () => {},
    );
  const found = product && { item: eventItem(product), ids: [...product.ids, ...(product.variants ?? [])] };
  return clean({ ...page, product: found, currency: product?.currency });
}

export const known: Reader["known"] = (event, { item, ids }) => {
  const other = ({ item_id }: { item_id: unknown }) => item_id !== item.item_id && ids.includes(String(item_id));
  if (!event.items?.some(other)) return event;
  return { ...event, items: event.items.map((one) => (other(one) ? { ...one, item_id: item.item_id, item_ids: item.item_ids } : one)) };
};

export const watch: Reader["watch"] = watchPage;
export const enhanced: Reader["enhanced"] = enhancedEvents;
