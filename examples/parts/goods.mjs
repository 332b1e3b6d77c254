import { createCatalog } from "../storefront/catalog/catalog.mjs";
import { picture } from "../storefront/pictures/picture.mjs";

/** The demo shop's goods, as an app's own backend would give them. */
const { byId, items, departments } = createCatalog();

export const DEPARTMENTS = departments.map(({ name }) => name);

const money = new Intl.NumberFormat("en", { style: "currency", currency: "EUR" });
const shown = new Map();

/** With its picture drawn into the page; a shop with a server has an address there. */
export function itemOf(id) {
  const item = byId.get(id);
  if (item && !shown.has(id)) shown.set(id, { ...item, cost: money.format(item.price), picture: `data:image/svg+xml,${encodeURIComponent(picture(item))}` });
  return shown.get(id) ?? null;
}

/** Items from all over a department. */
export function listOf(department, count = 12) {
  const all = items.filter((item) => item.department === department);
  return Array.from({ length: count }, (_, i) => itemOf(all[Math.floor((i * all.length) / count)].id));
}
