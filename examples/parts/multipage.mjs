import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { html } from "hono/html";
import { serveFolder } from "../storefront/files.mjs";
import { picture } from "../storefront/pictures/picture.mjs";
import { DEPARTMENTS, itemOf, listOf } from "./goods.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const tile = ({ id, title, brand, cost }) => html`<li class="card"><a href="/item/${id}">
  <img src="/image/${id}.svg" alt="" width="400" height="400"><span class="brand">${brand}</span><span>${title}</span><span class="price">${cost}</span></a></li>`;
const grid = (items) => html`<ul class="grid">${items.map(tile)}</ul>`;

const VIEWS = {
  listing: ({ department, items }) => html`<section><h1>${department}</h1>${grid(items)}</section>`,
  item: ({ item }) => html`<article class="product"><img src="/image/${item.id}.svg" alt="" width="400" height="400"><div>
    <p class="brand">${item.brand}</p><h1>${item.title}</h1><p class="price">${item.cost}</p><p>${item.description}</p>
    <form method="post" action="/basket"><button name="item" value="${item.id}">Add to basket</button></form></div></article>`,
  basket: ({ items }) =>
    html`<section><h1>Your basket</h1>${
      items.length ? html`${grid(items)}<form method="post" action="/order"><button>Buy</button></form>` : html`<p>Nothing yet.</p>`
    }</section>`,
  order: ({ items, order }) => html`<section><h1>Thank you</h1><p>Order ${order}</p>${grid(items)}</section>`,
};

/**
 * A shop of several pages, rendered on a server that knows nothing of Presently. `dress` says what an example's pages have of their own.
 * @param dress name; head(page) and foot(page): HTML of the head and after the goods, page is { view, nonce, …what the view shows };
 *   policy(nonce): its Content-Security-Policy, if any
 * @param options port (0: any free one), release: folder of a published release
 * @returns its address, and how to stop it
 */
export function startPages({ name, head, foot, policy }, { port = 0, release = at("../../models/demo") } = {}) {
  const app = new Hono();
  const basketOf = (c) => (getCookie(c, "basket") ?? "").split(".").flatMap((id) => itemOf(id) ?? []);
  const keep = (c, items) => setCookie(c, "basket", items.map(({ id }) => id).join("."), { httpOnly: true, sameSite: "Lax", path: "/" });

  function show(c, view, shown) {
    const nonce = policy ? randomBytes(16).toString("base64") : null;
    if (nonce) c.header("content-security-policy", policy(nonce));
    c.header("cache-control", "no-cache");
    const page = { view, nonce, ...shown };
    const here = page.department ?? page.item?.department;
    return c.html(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Harbour & Pine · ${name}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/parts/shop.css">
${head(page)}
</head>
<body>
<header><a class="logo" href="/">Harbour & Pine</a>
<nav aria-label="Departments">${DEPARTMENTS.map((each) => html`<a href="/c/${each}"${each === here ? html` aria-current="true"` : ""}>${each}</a>`)}</nav>
<a class="basket" href="/basket">Basket · ${view === "order" ? 0 : basketOf(c).length}</a></header>
<main>${VIEWS[view](page)}
<presently-shelf heading="For you, right now" limit="6" exclude="viewed,cart" filter='{"availability":"in_stock"}'></presently-shelf></main>
${foot?.(page) ?? ""}
</body>
</html>`);
  }

  app.get("/", (c) => c.redirect(`/c/${encodeURIComponent(DEPARTMENTS[0])}`, 302));
  app.get("/c/:department", (c) => {
    const department = c.req.param("department");
    return DEPARTMENTS.includes(department) ? show(c, "listing", { department, items: listOf(department) }) : c.notFound();
  });
  app.get("/item/:id", (c) => {
    const item = itemOf(c.req.param("id"));
    return item ? show(c, "item", { item }) : c.notFound();
  });
  app.get("/basket", (c) => show(c, "basket", { items: basketOf(c) }));
  app.post("/basket", async (c) => {
    const item = itemOf(String((await c.req.parseBody()).item));
    if (item) keep(c, [...basketOf(c), item]);
    return c.redirect("/basket", 303);
  });
  app.post("/order", (c) => {
    const items = basketOf(c);
    if (!items.length) return c.redirect("/basket", 303);
    keep(c, []);
    const order = randomBytes(4).toString("hex");
    return c.redirect(`/order/${order}?items=${items.map(({ id }) => id).join(".")}`, 303);
  });
  app.get("/order/:order", (c) =>
    show(c, "order", { order: c.req.param("order"), items: (c.req.query("items") ?? "").split(".").flatMap((id) => itemOf(id) ?? []) }),
  );
  app.get("/image/:file", (c) => {
    const item = itemOf(c.req.param("file").replace(/\.svg$/, ""));
    return item ? c.body(picture(item), 200, { "content-type": "image/svg+xml", "cache-control": "public, max-age=86400" }) : c.notFound();
  });
  const under = (prefix, folder) => {
    const file = serveFolder(at(folder), "no-cache");
    app.get(`${prefix}/*`, async (c) => (await file(c.req.path.slice(prefix.length))) ?? c.notFound());
  };
  under("/sdk", "../../dist/tag");
  under("/parts", ".");
  under("/example", `../${name}`);
  const files = serveFolder(release, "no-cache");
  app.get("/presently/*", async (c) => (await files(c.req.path.slice("/presently".length))) ?? c.notFound());
  const icon = serveFolder(at("../storefront/public"), "public, max-age=86400");
  app.get("/icon.svg", () => icon("icon.svg"));

  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, (address) =>
      resolve({
        url: `http://127.0.0.1:${address.port}`,
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
