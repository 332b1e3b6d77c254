import { html } from "hono/html";
import { shelfLink } from "../catalog/catalog.mjs";

const icon = (path) =>
  html`<svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${path}"/></svg>`;

/**
 * Everything around a page. `shop` is what server.mjs knows ({ departments, sdk, nonce, basket }), `page` what the page says of itself.
 * Presently's parts are the script tag, the panel, and attributes: take them away and the shop is the same shop.
 */
export const layout = (shop, { title, type, category, department, main, query = "" }) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Harbour & Pine</title>
<meta name="description" content="Harbour & Pine: good things for outdoors and in.">
<link rel="icon" href="/public/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/public/shop.css">
<script${shop.nonce ? html` nonce="${shop.nonce}"` : ""} src="/public/shop.js" defer></script>
<script${shop.nonce ? html` nonce="${shop.nonce}"` : ""} async src="/sdk/presently.js" data-manifest="${shop.sdk.manifest}"${shop.sdk.endpoint ? html` data-endpoint="${shop.sdk.endpoint}"` : ""}></script>
</head>
<body data-presently-page="${type}"${category ? html` data-presently-category="${category}"` : ""}>
<a class="skip" href="#main">Skip to the goods</a>
<p class="promise">Free delivery over €60 · sixty days to change your mind</p>
<header class="top">
  <a class="logo" href="/">Harbour <i>&</i> Pine</a>
  <form class="search" role="search" action="/search"><label><span class="hidden">Search the shop</span><input type="search" name="q" value="${query}" placeholder="Search 2,400 good things" required></label><button aria-label="Search">${icon("M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14zM20 20l-4-4")}</button></form>
  <a class="basket" href="/cart" aria-label="Basket, ${shop.basket} ${shop.basket === 1 ? "item" : "items"}">${icon("M5 8h14l-1 12H6L5 8zM9 8V6a3 3 0 0 1 6 0v2")}${shop.basket ? html`<b>${shop.basket}</b>` : ""}</a>
  <nav class="departments" aria-label="Departments"><ul>${shop.departments.map(
    ({ name }) => html`<li><a href="${shelfLink(name)}"${name === department ? html` aria-current="true"` : ""}>${name}</a></li>`,
  )}</ul></nav>
</header>
<main id="main">${main}</main>
<footer class="foot">
  <div><a class="logo" href="/">Harbour <i>&</i> Pine</a><p>A demonstration shop. Its goods, makers and pictures are invented, and nothing can be bought.</p></div>
  <ul>${shop.departments.map(({ name }) => html`<li><a href="${shelfLink(name)}">${name}</a></li>`)}</ul>
  <ul><li><a href="/feed.xml">Product feed</a></li><li><button type="button" class="link" data-consent-open hidden>Privacy choices</button></li></ul>
</footer>
<section class="consent" aria-label="Privacy choices" hidden>
  <p><strong>What you look at shapes what you see, here in your browser.</strong> May we remember it on this device, and send the shop anonymous pairs (“after this, that”) so that its suggestions get better?</p>
  <div><button type="button" class="button" data-consent="yes">Yes, both</button><button type="button" class="button button-plain" data-consent="device">Only this device</button><button type="button" class="button button-plain" data-consent="no">Neither</button></div>
</section>
<presently-inspector></presently-inspector>
</body>
</html>`;
