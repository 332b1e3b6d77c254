export const PAGE_SIZE = 24;

export const SORTS = {
  featured: { label: "Featured", compare: null },
  "price-up": { label: "Price, low to high", compare: (a, b) => a.price - b.price },
  "price-down": { label: "Price, high to low", compare: (a, b) => b.price - a.price },
  name: { label: "Name", compare: (a, b) => a.title.localeCompare(b.title) },
};

export const FACETS = { colour: "Colour", brand: "Maker", material: "Material" };

const list = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/**
 * A list as the visitor wants to see it: filtered, sorted, cut to a page, with the counts that the filters show.
 * `query` is URLSearchParams; a facet's own choice does not thin out its own counts.
 */
export function browse(items, query) {
  const chosen = Object.fromEntries(Object.keys(FACETS).map((facet) => [facet, list(query.getAll(facet)).filter(Boolean)]));
  const max = Number(query.get("max")) || 0;
  const inStock = query.get("stock") === "1";
  const passes = (item, except) =>
    Object.entries(chosen).every(([facet, values]) => facet === except || !values.length || values.includes(item[facet])) &&
    (!max || item.price <= max) &&
    (!inStock || item.availability === "in_stock");

  const facets = Object.entries(FACETS).map(([name, label]) => {
    const counts = new Map();
    for (const item of items) if (passes(item, name)) counts.set(item[name], (counts.get(item[name]) ?? 0) + 1);
    for (const value of chosen[name]) if (!counts.has(value)) counts.set(value, 0);
    return { name, label, values: [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 12), chosen: chosen[name] };
  });

  const sort = query.get("sort") in SORTS ? query.get("sort") : "featured";
  const found = items.filter((item) => passes(item));
  const sorted = SORTS[sort].compare ? found.toSorted(SORTS[sort].compare) : found;
  const pages = Math.max(1, Math.ceil(sorted.length / PAGE_SIZE));
  const page = Math.min(pages, Math.max(1, Math.trunc(Number(query.get("page"))) || 1));
  return { items: sorted.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), total: sorted.length, page, pages, sort, facets, max, inStock };
}
