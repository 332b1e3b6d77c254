import type { Availability } from "../../contract/items.js";
import type { PageType } from "../types.js";

export type { PageType } from "../types.js";

/** In the order in which they are believed, field by field. */
export const SOURCES = ["attributes", "json-ld", "microdata", "platform", "dataLayer", "open-graph", "trail", "shown", "address"] as const;
export type SourceName = (typeof SOURCES)[number];

/** What one source knows of the page's product. A feed may use any of its ids; the likeliest comes first. */
export interface ProductFacts {
  readonly ids: readonly string[];
  /** Ids of its other variants: on this page they mean the same product. */
  readonly variants?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly brand?: string | undefined;
  /** Path from the root. */
  readonly category?: readonly string[] | undefined;
  readonly price?: number | undefined;
  /** ISO 4217. */
  readonly currency?: string | undefined;
  readonly availability?: Availability | undefined;
}

/** What one source knows of the page. */
export interface Facts {
  /** Said by the shop or its platform: outweighs what a product's markup on the page would make of it. */
  readonly type?: PageType | undefined;
  /** The page's trail from the root, without home and without the product. */
  readonly category?: readonly string[] | undefined;
  readonly search?: string | undefined;
  readonly product?: ProductFacts | null | undefined;
  /** It describes a list. */
  readonly listing?: boolean | undefined;
  /** JSON of it could not be read as it stands. */
  readonly broken?: boolean | undefined;
}

export interface Source {
  readonly name: SourceName;
  read(page: PageContext): Facts;
}

export interface PageContext {
  readonly window: Window;
  readonly document: Document;
  readonly location: Location;
  /** Makes JSON of what nearly is; where it is not there, broken blocks are left out. */
  readonly repair?: ((text: string) => string) | undefined;
  /** The page's own names in the address bar and in <link rel=canonical>, absolute. */
  readonly addresses: readonly URL[];
  /** As <html lang> says, "de-CH". */
  readonly language: string;
  /** Nothing stands for a product of its own here: the shop's front page. */
  readonly isHome: boolean;
  /** The first heading that is no shop's logo. */
  readonly main: Element | null;
  /** Its text, in one line; empty where there is none. */
  readonly heading: string;
}
