import { html, raw } from "hono/html";
import { itemImage, itemLink } from "../catalog/catalog.mjs";

export const money = (amount) => `€${amount.toFixed(2)}`;

export const STOCK = { in_stock: "In stock", out_of_stock: "Sold out", backorder: "Back in two weeks", preorder: "Pre-order" };

/** What the SDK may know of an item: the attributes that src/capture/markup.ts lists. */
export const marks = (item) =>
  html`data-presently-item="${item.id}" data-presently-name="${item.title}" data-presently-brand="${item.brand}" data-presently-category="${item.department} > ${item.shelf}" data-presently-price="${item.price.toFixed(2)}"`;

/** A product in a list. */
export const card = (item, index) => html`<li class="card" ${marks(item)} data-presently-index="${index}">
  <a href="${itemLink(item)}">
    <span class="card-picture"><img src="${itemImage(item)}" alt="" width="400" height="400" loading="${index < 8 ? "eager" : "lazy"}">${
      item.availability === "in_stock"
        ? item.note
          ? html`<span class="badge">${item.note}</span>`
          : ""
        : html`<span class="badge badge-quiet">${STOCK[item.availability]}</span>`
    }</span>
    <span class="card-maker">${item.brand}</span>
    <span class="card-title">${item.title}</span>
    <span class="card-price">${money(item.price)}</span>
  </a>
</li>`;

export const grid = (items, list) => html`<ul class="grid" data-presently-event="view_item_list" data-presently-list="${list}">${items.map(card)}</ul>`;

export const trail = (steps) =>
  html`<nav class="trail" aria-label="Where you are"><ol>${steps.map(({ name, link }) => html`<li>${link ? html`<a href="${link}">${name}</a>` : html`<span aria-current="page">${name}</span>`}</li>`)}</ol></nav>`;

/** JSON-LD may not end its own script element. */
export const jsonLd = (thing, nonce) =>
  html`<script type="application/ld+json"${nonce ? html` nonce="${nonce}"` : ""}>${raw(JSON.stringify({ "@context": "https://schema.org", ...thing }).replaceAll("<", "\\u003c"))}</script>`;
