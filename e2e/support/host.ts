import type { Tamper } from "./relay.js";

export const TAG = '<script async src="/sdk/presently.js" data-manifest="/presently/manifest.json"></script>';
export const SHELF = '<presently-shelf limit="4" heading="For you"></presently-shelf>';

/** Somebody else's pages in front of the demo shop, by their path: our script is a guest there. */
export function hostPages(pages: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}): Tamper {
  return ({ path }) => {
    const html = pages[path.split("?")[0]];
    if (html === undefined) return undefined;
    return { status: 200, headers: { "content-type": "text/html; charset=utf-8", ...headers }, body: Buffer.from(html) };
  };
}

/** A page as small as pages get, with what a shop has: a product, a button that the page itself answers, a shelf. */
export const page = (
  { head = TAG, body = SHELF, id = "TEN-001" }: { head?: string; body?: string; id?: string } = {},
  attributes = "",
): string => `<!doctype html><html lang="en"${attributes}><head><meta charset="utf-8"><title>Host</title>${head}</head>
<body data-presently-page="product"><main data-presently-event="view_item" data-presently-item="${id}"><h1>Host</h1>
<button id="buy" data-presently-event="add_to_cart">Buy</button><output id="bought">0</output></main>
<script nonce="shop">document.querySelector("#buy").addEventListener("click", function () { var bought = document.querySelector("#bought"); bought.value = +bought.value + 1; });</script>
${body}</body></html>`;
