import { type AttributeColumn, type CatalogItem, PresentlyError } from "presently/contract";

const MAX_VALUES = 65_535;
/** Attributes of fewer items than this share don't become columns: every column costs two bytes an item in the page. */
const MIN_SHARE = 0.002;

function column(name: string, items: readonly CatalogItem[], value: (item: CatalogItem) => string | undefined): AttributeColumn | null {
  const known = new Map<string, number>();
  const codes = new Uint16Array(items.length);
  let filled = 0;
  items.forEach((item, row) => {
    const own = value(item);
    if (own === undefined || own === "") return;
    let code = known.get(own);
    if (code === undefined) {
      if (known.size === MAX_VALUES)
        throw new PresentlyError("publish/attribute", `The attribute ${name} has more than ${MAX_VALUES} values: it names items, leave it out of the feed`);
      code = known.size + 1;
      known.set(own, code);
    }
    codes[row] = code;
    filled++;
  });
  return filled > 0 ? { name, values: [...known.keys()], codes } : null;
}

/** Columns `category` … `category5`, `brand` and the feed's own attributes. Identifiers in disguise (mostly distinct values) are left out. */
export function attributeColumns(items: readonly CatalogItem[]): AttributeColumn[] {
  const columns: (AttributeColumn | null)[] = [];
  for (let level = 0; level < 5; level++) columns.push(column(level === 0 ? "category" : `category${level + 1}`, items, (item) => item.category?.[level]));
  columns.push(column("brand", items, (item) => item.brand));
  const reserved = new Set(["category", "category2", "category3", "category4", "category5", "brand", "price", "availability"]);
  const counts = new Map<string, { items: number; values: Set<string> }>();
  for (const { attributes = {} } of items)
    for (const [name, value] of Object.entries(attributes)) {
      if (reserved.has(name)) continue;
      let count = counts.get(name);
      if (!count) {
        count = { items: 0, values: new Set() };
        counts.set(name, count);
      }
      count.items++;
      if (count.values.size <= MAX_VALUES) count.values.add(value);
    }
  for (const [name, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (count.items >= items.length * MIN_SHARE && (count.values.size <= 50 || count.values.size < count.items / 2))
      columns.push(column(name, items, (item) => item.attributes?.[name]));
  return columns.filter((one) => one !== null);
}
