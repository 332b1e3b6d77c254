import type { CatalogItem } from "presently/contract";

/** An entry of a feed: an item, or why it is none. `line` is where it starts, from 1. */
export type FeedRow = { readonly line: number; readonly item: CatalogItem } | { readonly line: number; readonly problem: string };
