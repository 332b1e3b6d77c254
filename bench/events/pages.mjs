import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { html, raw } from "hono/html";
import { createCatalog, itemLink } from "../../examples/storefront/catalog/catalog.mjs";
import { serveFolder } from "../../examples/storefront/files.mjs";
import { at } from "../../scripts/process.mjs";

const LINKS = 12;

const marks = ({ id, title, price }) => html`data-presently-item="${id}" data-presently-name="${title}" data-presently-price="${price}"`;
const cards = (items) =>
  html`<ul data-presently-list="more">${items.map((item) => html`<li ${marks(item)}><a href="${itemLink(item)}">${item.title}</a></li>`)}</ul>`;
const detail = (item) => html`<article ${marks(item)} data-presently-event="view_item"><h1>${item.title}</h1></article>`;

/** A router as small shops have it: a click swaps the page's content, and the address with it. */
const ROUTER = `addEventListener("click", async (event) => {
  const link = event.target.closest("a[href]");
  if (!link) return;
  event.preventDefault();
  history.pushState(null, "", link.href);
  document.querySelector("main").innerHTML = await (await fetch(link.href + "?part")).text();
});`;
/** What the shelf links to stays in this shop. */
const page = (item, more, { endpoint, kind }) => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${item.title}</title>
<script async src="/sdk/presently.js" data-manifest="/presently/manifest.json"${endpoint ? html` data-endpoint="${endpoint}"` : ""}></script></head>
<body data-presently-page="product"><main>${detail(item)}${cards(more)}</main>${kind === "shelf" ? html`<presently-shelf limit="6" exclude="${item.id}"></presently-shelf>` : ""}
${kind === "spa" ? html`<script>${raw(ROUTER)}</script>` : ""}</body></html>`;

/**
 * Product pages that load as fast as pages do, so that thousands can be left in a row: a product, links to others, the tag, and with
 * `kind` a shelf or a router.
 */
export function startPages({ endpoint = null, kind = "plain" }) {
  const { items, byId } = createCatalog();
  const sdk = serveFolder(at("dist/tag"), "public, max-age=3600");
  const release = serveFolder(at("models/demo"), "public, max-age=3600");
  const app = new Hono();
  app.get("/sdk/*", async (c) => (await sdk(c.req.path.slice(4))) ?? c.notFound());
  app.get("/presently/*", async (c) => (await release(c.req.path.slice(10))) ?? c.notFound());
  app.get("/item/:id", (c) => {
    const item = byId.get(c.req.param("id"));
    if (!item) return c.notFound();
    const start = items.indexOf(item) * 7 + 1;
    const more = Array.from({ length: LINKS }, (_, i) => items[(start + i * 61) % items.length]);
    return c.html(c.req.query("part") === undefined ? page(item, more, { endpoint, kind }) : html`${detail(item)}${cards(more)}`);
  });
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
      resolve({
        url: `http://127.0.0.1:${port}`,
        first: itemLink(items[0]),
        close() {
          server.close();
          server.closeAllConnections();
        },
      }),
    );
  });
}
