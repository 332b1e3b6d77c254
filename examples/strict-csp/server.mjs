import { html } from "hono/html";
import { startPages } from "../parts/multipage.mjs";

/** No inline code, no eval, no WebAssembly, no blob:, no script's address that no policy made. What Presently needs of it is in docs/integrate.md. */
const policy = (nonce) =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    "worker-src 'self'",
    "connect-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types presently",
  ].join("; ");

/** The marks that capture reads from any page: attributes, which no policy forbids. */
const head = ({ nonce, item }) => html`<meta property="og:type" content="${item ? "product" : "website"}">
${item ? html`<meta property="product:retailer_item_id" content="${item.id}"><meta property="og:title" content="${item.title}">` : ""}
<script nonce="${nonce}" async src="/sdk/presently.js" data-manifest="/presently/manifest.json"></script>`;

/** Options and result as of `startPages`. */
export const start = (options) => startPages({ name: "strict-csp", head, policy }, options);
