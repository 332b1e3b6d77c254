import { itemImage, itemLink } from "./catalog.mjs";

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const xml = (text) => String(text).replace(/[&<>"]/g, (character) => ENTITIES[character]);

function entry(item, origin) {
  const fields = {
    id: item.id,
    title: item.title,
    description: item.description,
    link: origin + itemLink(item),
    image_link: origin + itemImage(item),
    brand: item.brand,
    product_type: `${item.department} > ${item.shelf}`,
    price: `${item.price.toFixed(2)} EUR`,
    availability: item.availability,
    color: item.colour,
    material: item.material,
    size: item.size,
    condition: "new",
  };
  const lines = Object.entries(fields).map(([name, value]) => `      <g:${name}>${xml(value)}</g:${name}>`);
  return `    <item>\n${lines.join("\n")}\n    </item>`;
}

/** The catalogue as a Google Merchant feed (https://support.google.com/merchants/answer/7052112). `origin` "" gives links that hold on any host. */
export function merchantFeed(catalog, origin) {
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">
  <channel>
    <title>Harbour &amp; Pine</title>
    <link>${xml(origin || "/")}</link>
    <description>Good things for outdoors and in</description>
${catalog.items.map((item) => entry(item, origin)).join("\n")}
  </channel>
</rss>
`;
}
