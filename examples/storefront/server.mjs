import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { browse } from "./browse.mjs";
import { createCarts } from "./cart.mjs";
import { createCatalog, slug } from "./catalog/catalog.mjs";
import { merchantFeed } from "./catalog/feed.mjs";
import { serveFolder } from "./files.mjs";
import { cart, checkout, notFound, thanks } from "./pages/cart.mjs";
import { home } from "./pages/home.mjs";
import { layout } from "./pages/layout.mjs";
import { category, searchResults } from "./pages/listing.mjs";
import { product } from "./pages/product.mjs";
import { picture } from "./pictures/picture.mjs";
import { createSearch } from "./search.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const HERO = ["Tents", "Table Lamps", "Teapots", "Turntables"];
/** The endpoint of this shop, and the default release that comes with the repository. */
const DEFAULTS = { port: 4173, release: at("../../models/demo"), endpoint: null, csp: false };

/** No inline code, no eval, no WebAssembly, no blob: as hostile as a shop's policy gets while it lets the script in at all. */
const strictPolicy = (nonce, { endpoint }) =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic' 'self'`,
    "style-src 'self'",
    "img-src 'self'",
    "worker-src 'self'",
    `connect-src 'self'${endpoint ? ` ${new URL(endpoint).origin}` : ""}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/** The shop as a fetch handler. Options as in `startStorefront`. */
export function createStorefront({ release, endpoint, csp }) {
  const catalog = createCatalog();
  const { items, byId, departments } = catalog;
  const search = createSearch(items);
  const carts = createCarts();
  const byShelf = groupBy(items, ({ shelf }) => shelf);
  const byDepartment = groupBy(items, ({ department }) => department);
  const base = endpoint?.replace(/\/$/, "") ?? null;
  const sdk = { manifest: base ? `${base}/releases/manifest.json` : "/presently/manifest.json", endpoint: base };
  const files = {
    sdk: serveFolder(at("../../dist/tag"), "no-cache"),
    release: serveFolder(release, (path) => (path.endsWith("manifest.json") ? "no-cache" : "public, max-age=31536000, immutable")),
    public: serveFolder(at("public"), "no-cache"),
  };

  const app = new Hono();
  const linesOf = (quantities) => [...(quantities ?? [])].map(([id, quantity]) => ({ item: byId.get(id), quantity }));
  const basketOf = (c) => linesOf(carts.of(getCookie(c, "basket")));

  function show(c, page, status = 200) {
    const nonce = csp ? randomBytes(16).toString("base64") : null;
    if (nonce) c.header("content-security-policy", strictPolicy(nonce, { endpoint: base }));
    c.header("cache-control", "no-store");
    const basket = basketOf(c).reduce((sum, { quantity }) => sum + quantity, 0);
    const content = typeof page === "function" ? page(nonce) : page;
    return c.html(layout({ departments, sdk, nonce, basket }, content), status);
  }

  // Later listed, first shown: the newest of every second shelf.
  const fresh = [...byShelf.values()].filter((_, i) => i % 3 === 1).map((list) => list.at(-3));
  const hero = HERO.map((shelf) => byShelf.get(shelf)[4]);
  const faces = new Map(departments.map(({ name, shelves }) => [name, byShelf.get(shelves[0].name)[7]]));
  app.get("/", (c) => show(c, home({ departments, hero, fresh, faces })));

  app.get("/c/:department/:shelf?", (c) => {
    const department = departments.find(({ name }) => slug(name) === c.req.param("department"));
    const shelf = department?.shelves.find(({ name }) => slug(name) === c.req.param("shelf"));
    if (!department || (c.req.param("shelf") && !shelf)) return show(c, notFound(), 404);
    const query = new URL(c.req.url).searchParams;
    const view = browse(shelf ? byShelf.get(shelf.name) : byDepartment.get(department.name), query);
    return show(c, (nonce) => category({ department, shelf, view, query, nonce }));
  });

  app.get("/search", (c) => {
    const query = new URL(c.req.url).searchParams;
    const term = (query.get("q") ?? "").trim().slice(0, 100);
    return show(c, searchResults({ term, view: browse(search(term), query), query }));
  });

  app.get("/item/:id", (c) => {
    const item = byId.get(c.req.param("id"));
    if (!item) return show(c, notFound(), 404);
    const family = items.filter((other) => other !== item && other.brand === item.brand && other.series === item.series).slice(0, 4);
    return show(c, (nonce) => product({ item, family, origin: new URL(c.req.url).origin, nonce }));
  });

  app.get("/image/:file", (c) => {
    const item = byId.get(c.req.param("file").replace(/\.svg$/, ""));
    if (!item) return c.notFound();
    return c.body(picture(item, Number(c.req.query("view") ?? 0)), 200, { "content-type": "image/svg+xml", "cache-control": "public, max-age=86400" });
  });

  app.get("/cart", (c) => show(c, cart(basketOf(c))));
  app.post("/cart", async (c) => {
    const form = await c.req.parseBody();
    const item = byId.get(String(form.item));
    if (!item) return show(c, notFound(), 404);
    const session = getCookie(c, "basket");
    const add = Math.trunc(Number(form.quantity ?? 1)) || 0;
    const quantity = form.set === undefined ? (add > 0 ? (carts.of(session).get(item.id) ?? 0) + add : 0) : Math.trunc(Number(form.set)) || 0;
    setCookie(c, "basket", carts.set(session, item.id, quantity), { httpOnly: true, sameSite: "Lax", path: "/" });
    return c.redirect("/cart", 303);
  });

  app.get("/checkout", (c) => {
    const list = basketOf(c);
    return list.length ? show(c, checkout(list)) : c.redirect("/cart", 303);
  });
  app.post("/checkout", (c) => {
    const number = carts.order(getCookie(c, "basket"));
    return c.redirect(number ? `/order/${number}` : "/cart", 303);
  });
  app.get("/order/:number", (c) => {
    const order = carts.ordered(c.req.param("number"));
    return order ? show(c, thanks(c.req.param("number"), linesOf(order))) : show(c, notFound(), 404);
  });

  app.get("/feed.xml", (c) => c.body(merchantFeed(catalog, new URL(c.req.url).origin), 200, { "content-type": "application/xml; charset=utf-8" }));
  const under = (prefix, folder) => app.get(`${prefix}/*`, async (c) => (await folder(c.req.path.slice(prefix.length))) ?? c.notFound());
  under("/sdk", files.sdk);
  under("/presently", files.release);
  under("/public", files.public);
  app.notFound((c) => (c.req.header("accept")?.includes("text/html") ? show(c, notFound(), 404) : c.text("Not found", 404)));
  return app;
}

function groupBy(list, key) {
  const groups = new Map();
  for (const entry of list) groups.set(key(entry), [...(groups.get(key(entry)) ?? []), entry]);
  return groups;
}

/**
 * Starts the shop on 127.0.0.1.
 * @param options port (0: any free one), release (folder of a published release), endpoint (its address: feedback goes there and
 *   releases come from there; null: neither), csp (serve under a strict policy)
 * @returns its address, and how to stop it
 */
export function startStorefront(options = {}) {
  const settings = { ...DEFAULTS, ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) };
  const app = createStorefront(settings);
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port: settings.port, hostname: "127.0.0.1" }, ({ port }) =>
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      }),
    );
    server.on("error", reject);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: "string" }, endpoint: { type: "string" }, release: { type: "string" }, csp: { type: "string" } } });
  const { url } = await startStorefront({
    ...(values.port && { port: Number(values.port) }),
    ...(values.endpoint && { endpoint: values.endpoint }),
    ...(values.release && { release: values.release }),
    csp: values.csp === "strict",
  });
  console.log(`The shop is open: ${url}`);
}
