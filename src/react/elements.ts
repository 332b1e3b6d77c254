import type * as React from "react";

/** What `<presently-shelf>` takes in JSX; `text-…` attributes replace its words. */
export interface ShelfAttributes extends React.HTMLAttributes<HTMLElement> {
  readonly heading?: string;
  readonly limit?: number | string;
  readonly kind?: "similar" | "rerank" | (string & {});
  readonly "item-id"?: string;
  /** JSON: `{"availability":"in_stock"}`. */
  readonly filter?: string;
  /** "viewed,cart", and ids. */
  readonly exclude?: string;
  readonly diversity?: number | string;
  readonly explore?: number | string;
  readonly layout?: "grid";
  /** Items of shelves further up may stand here too. */
  readonly repeats?: "";
  readonly [words: `text-${string}`]: string | undefined;
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "presently-shelf": React.DetailedHTMLProps<ShelfAttributes, HTMLElement>;
      "presently-inspector": React.DetailedHTMLProps<React.HTMLAttributes<HTMLElement>, HTMLElement>;
    }
  }
}
