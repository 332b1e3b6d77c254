export const PAGE_TYPES = ["home", "listing", "search", "product", "cart", "checkout", "other"] as const;
export type PageType = (typeof PAGE_TYPES)[number];
