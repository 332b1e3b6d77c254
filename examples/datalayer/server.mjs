import { html, raw } from "hono/html";
import { startPages } from "../parts/multipage.mjs";

/** As GA4 has it (https://developers.google.com/analytics/devguides/collection/ga4/ecommerce). */
const line = (item, index) => ({
  item_id: item.id,
  item_name: item.title,
  item_brand: item.brand,
  item_category: item.department,
  price: item.price,
  quantity: 1,
  index,
});
const ecommerce = (items, more) => ({
  ecommerce: { currency: "EUR", value: items.reduce((sum, { price }) => sum + price, 0), items: items.map(line), ...more },
});

/** What each page tells the data layer, and nothing else on it tells what it shows. */
const PUSHES = {
  listing: ({ department, items }) => ({ event: "view_item_list", ...ecommerce(items, { item_list_id: department }) }),
  item: ({ item }) => ({ event: "view_item", ...ecommerce([item]) }),
  basket: ({ items }) => ({ event: "view_cart", ...ecommerce(items) }),
  order: ({ items, order }) => ({ event: "purchase", ...ecommerce(items, { transaction_id: order }) }),
};

const script = (text) => html`<script>${raw(text.replaceAll("<", "\\u003c"))}</script>`;

const head = (page) => html`${script(`window.dataLayer = window.dataLayer || [];
function gtag() { dataLayer.push(arguments); }
gtag("consent", "default", { personalization_storage: "denied", analytics_storage: "denied", wait_for_update: 500 });
dataLayer.push(${JSON.stringify(PUSHES[page.view](page))});`)}
<script async src="/example/container.js"></script>`;

const foot = ({ item }) => html`<footer><p>Your choice goes to Google's consent mode, and from there to Presently.</p>
<label><input type="checkbox" id="remember"> Remember what I look at on this device</label></footer>
<script src="/example/shop.js"${item ? html` data-item="${JSON.stringify(ecommerce([item]))}"` : ""}></script>`;

/** Options and result as of `startPages`. */
export const start = (options) => startPages({ name: "datalayer", head, foot }, options);
