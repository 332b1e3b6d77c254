import { html } from "hono/html";
import { itemImage, itemLink } from "../catalog/catalog.mjs";
import { marks, money } from "./parts.mjs";

const FREE_FROM = 60;
export const sums = (lines) => {
  const goods = lines.reduce((sum, { item, quantity }) => sum + item.price * quantity, 0);
  const delivery = goods === 0 || goods >= FREE_FROM ? 0 : 4.9;
  return { goods, delivery, total: goods + delivery };
};

const sumRows = (lines) => {
  const { goods, delivery, total } = sums(lines);
  return html`<dl class="sums"><div><dt>Goods</dt><dd>${money(goods)}</dd></div><div><dt>Delivery</dt><dd>${delivery ? money(delivery) : "Free"}</dd></div><div class="sums-total"><dt>Total</dt><dd>${money(total)}</dd></div></dl>`;
};

const lineOf = ({ item, quantity }, change) => html`<li class="line" ${marks(item)} data-presently-quantity="${quantity}">
  <a href="${itemLink(item)}"><img src="${itemImage(item)}" alt="" width="120" height="120"></a>
  <div><a class="line-title" href="${itemLink(item)}">${item.title}</a><p>${item.brand} · ${item.colour} · ${item.size}</p>
  ${
    change
      ? html`<form action="/cart" method="post" data-presently-event="remove_from_cart"><input type="hidden" name="item" value="${item.id}"><input type="hidden" name="quantity" value="0"><button class="link">Remove</button></form>`
      : html`<p>${quantity} ×</p>`
  }</div>
  ${change ? html`<form class="line-quantity" action="/cart" method="post" data-quantity><input type="hidden" name="item" value="${item.id}"><label><span class="hidden">Quantity of ${item.title}</span><select name="set">${[...Array(Math.max(5, quantity)).keys()].map((n) => html`<option${n + 1 === quantity ? html` selected` : ""}>${n + 1}</option>`)}</select></label><button class="button button-plain">Update</button></form>` : ""}
  <b class="line-price">${money(item.price * quantity)}</b>
</li>`;

const lines = (list, change) => html`<ul class="lines">${list.map((line) => lineOf(line, change))}</ul>`;

export const cart = (list) => ({
  title: "Basket",
  type: "cart",
  main: html`<header class="head"><h1>Your basket</h1></header>
${
  list.length
    ? html`<div class="till">${lines(list, true)}<aside>${sumRows(list)}<a class="button button-wide" href="/checkout">To the till</a></aside></div>`
    : html`<p class="empty">Nothing in it yet. <a href="/">Have a look round</a>.</p>`
}
<presently-shelf class="shelf"${list.length ? html` kind="complement" item-id="${list.map(({ item }) => item.id).join(",")}"` : ""} limit="6" filter='{"availability":"in_stock"}' exclude="cart" heading="${list.length ? "Goes with it" : "For you, right now"}" data-presently-list="cart"></presently-shelf>`,
});

const field = (name, label, autocomplete, extra = "") =>
  html`<label class="field ${extra}">${label}<input name="${name}" autocomplete="${autocomplete}" required maxlength="120"></label>`;

export const checkout = (list) => ({
  title: "Checkout",
  type: "checkout",
  main: html`<header class="head"><h1>Checkout</h1><p>A demonstration: nothing is charged, nothing is sent, and what you type is not kept.</p></header>
<div class="till"><form class="address" action="/checkout" method="post">${field("name", "Name", "name")}${field("email", "E-mail", "email")}${field("street", "Street and number", "street-address", "field-wide")}${field("postcode", "Postcode", "postal-code")}${field("city", "City", "address-level2")}<button class="button button-wide">Buy for ${money(sums(list).total)}</button></form>
<aside data-presently-event="begin_checkout">${lines(list, false)}${sumRows(list)}</aside></div>`,
});

export const thanks = (number, list) => ({
  title: "Thank you",
  type: "checkout",
  main: html`<header class="head"><h1>Thank you</h1><p>Order ${number} is on its imaginary way.</p></header>
<div class="till" data-presently-event="purchase" data-presently-transaction="${number}" data-presently-value="${sums(list).total.toFixed(2)}" data-presently-currency="EUR">${lines(list, false)}<aside>${sumRows(list)}<a class="button button-wide" href="/">On with the stroll</a></aside></div>
<presently-shelf class="shelf" limit="6" heading="For you, right now" data-presently-list="thanks"></presently-shelf>`,
});

export const notFound = () => ({
  title: "Not here",
  type: "other",
  main: html`<header class="head"><h1>That shelf is empty</h1><p>The page has moved, or never was. <a href="/">Back to the shop</a>, or search above.</p></header>
<presently-shelf class="shelf" limit="6" heading="For you, right now" data-presently-list="not-found"></presently-shelf>`,
});
