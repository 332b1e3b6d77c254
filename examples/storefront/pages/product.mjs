import { html } from "hono/html";
import { itemImage, itemLink, shelfLink } from "../catalog/catalog.mjs";
import { COLOURS } from "../catalog/colours.mjs";
import { grid, jsonLd, marks, money, STOCK, trail } from "./parts.mjs";

const SCHEMA_STOCK = { in_stock: "InStock", out_of_stock: "OutOfStock", backorder: "BackOrder", preorder: "PreOrder" };

const buy = (item) =>
  item.availability === "out_of_stock"
    ? html`<p class="stock stock-out">${STOCK.out_of_stock}</p>`
    : html`<p class="stock">${STOCK[item.availability]}</p>
<form class="buy" action="/cart" method="post" data-presently-event="add_to_cart">
  <input type="hidden" name="item" value="${item.id}">
  <label><span class="hidden">Quantity</span><select name="quantity">${[1, 2, 3, 4, 5].map((n) => html`<option>${n}</option>`)}</select></label>
  <button class="button">Add to basket</button>
</form>`;

export const product = ({ item, family, origin, nonce }) => ({
  title: item.title,
  type: "product",
  category: item.shelf,
  department: item.department,
  main: html`${trail([{ name: "Shop", link: "/" }, { name: item.department, link: shelfLink(item.department) }, { name: item.shelf, link: shelfLink(item.department, item.shelf) }, { name: item.title }])}
<article class="product" ${marks(item)} data-presently-event="view_item">
  <div class="gallery"><img class="gallery-main" src="${itemImage(item)}" alt="${item.title}" width="800" height="800"><div class="gallery-thumbs">${[
    "",
    "?view=1",
    "?view=2",
  ].map(
    (view, i) =>
      html`<a href="${itemImage(item)}${view}" data-gallery${i === 0 ? html` aria-current="true"` : ""}><img src="${itemImage(item)}${view}" alt="Picture ${i + 1} of ${item.title}" width="200" height="200"></a>`,
  )}</div></div>
  <div class="about">
    <p class="eyebrow">${item.brand}</p><h1>${item.title}</h1><p class="price">${money(item.price)}</p>
    <p>${item.description}</p>
    ${buy(item)}
    <dl class="facts"><div><dt>Colour</dt><dd><svg class="swatch" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7.5" fill="${COLOURS[item.colour]}"/></svg>${item.colour}</dd></div><div><dt>Material</dt><dd>${item.material}</dd></div><div><dt>Size</dt><dd>${item.size}</dd></div><div><dt>Line</dt><dd>${item.series}</dd></div><div><dt>Number</dt><dd>${item.id}</dd></div></dl>
  </div>
</article>
<presently-shelf class="shelf" kind="similar" item-id="${item.id}" limit="6" heading="Similar to this" data-presently-list="similar"></presently-shelf>
<presently-shelf class="shelf" limit="8" exclude="${item.id},cart" heading="For you, right now" data-presently-list="product"></presently-shelf>
${family.length ? html`<section class="block"><h2>More of the ${item.series} line</h2>${grid(family, "line")}</section>` : ""}
${jsonLd(
  {
    "@type": "Product",
    sku: item.id,
    name: item.title,
    description: item.description,
    image: origin + itemImage(item),
    url: origin + itemLink(item),
    brand: { "@type": "Brand", name: item.brand },
    category: `${item.department} > ${item.shelf}`,
    color: item.colour,
    material: item.material,
    offers: { "@type": "Offer", price: item.price.toFixed(2), priceCurrency: "EUR", availability: `https://schema.org/${SCHEMA_STOCK[item.availability]}` },
  },
  nonce,
)}`,
});
