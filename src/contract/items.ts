import * as v from "valibot";
import { parseWith } from "./parse.js";

/** Google Merchant's availability values (https://support.google.com/merchants/answer/6324448). */
export const AVAILABILITY = ["in_stock", "out_of_stock", "preorder", "backorder"] as const;
export type Availability = (typeof AVAILABILITY)[number];

const text = (max: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(max));

const catalogItem = v.object({
  item_id: v.pipe(
    v.union([v.string(), v.number()]),
    v.transform((id) => String(id).trim()),
    v.minLength(1),
    v.maxLength(256),
  ),
  title: text(512),
  description: v.optional(v.pipe(v.string(), v.maxLength(20_000))),
  link: v.optional(text(2048)),
  image_link: v.optional(text(2048)),
  /** What the shop's own network makes of the picture, of one length in the whole catalogue: it stands in for the picture in training. */
  image_vector: v.optional(v.pipe(v.array(v.pipe(v.number(), v.finite())), v.minLength(1), v.maxLength(1024))),
  brand: v.optional(text(256)),
  /** Path from the root: ["Shoes", "Running"]. At most five levels, as GA4's item_category…item_category5. */
  category: v.optional(v.pipe(v.array(text(256)), v.maxLength(5))),
  price: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  currency: v.optional(text(8)),
  availability: v.optional(v.picklist(AVAILABILITY), "in_stock"),
  /** Anything else a shop filters by: colour, size, material… */
  attributes: v.optional(v.record(text(64), text(256))),
});

/** One product of the catalogue, as a feed brings it. Everything but id and title may be missing. */
export type CatalogItem = v.InferOutput<typeof catalogItem>;

/** @throws PresentlyError `item/invalid` */
export function parseCatalogItem(input: unknown): CatalogItem {
  return parseWith(catalogItem, input, "item/invalid", "The catalogue item");
}

/** What a shelf needs to show an item. */
export interface ItemCard {
  readonly item_id: string;
  readonly title: string;
  readonly link: string;
  readonly image: string;
  readonly brand: string;
  readonly category: string;
  /** NaN where the feed has none. */
  readonly price: number;
  readonly currency: string;
  readonly availability: Availability;
}
