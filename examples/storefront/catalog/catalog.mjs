import { BRANDS } from "./brands.mjs";
import { COLOURS } from "./colours.mjs";
import { DEPARTMENTS } from "./departments.mjs";
import { createRandom } from "./random.mjs";

const CARE = [
  "Repaired, not replaced: spare parts stay available for ten years.",
  "Ships in paper only.",
  "Send it back within sixty days if it is not the one.",
  "Made in small runs, so the next one may differ by a shade.",
  "Comes with the maker's two-year promise.",
];
const NOTES = ["Limited run", "Classic", "New season", "Best loved", "Workshop"];

export const slug = (text) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** Prices end as shops' prices do: .90 below fifty, whole above. */
const round = (price) => (price < 50 ? Math.max(4, Math.round(price)) - 0.1 : Math.round(price / 5) * 5 - (price > 200 ? 1 : 0));

const capital = (text) => text[0].toUpperCase() + text.slice(1);

function createItem(random, department, shelf, number, taken) {
  const brand = random.pick(BRANDS.filter(({ tops }) => tops.includes(department.name)));
  const colours = Object.keys(COLOURS);
  let title = "";
  let series = "";
  let kind = 0;
  let colour = "";
  do {
    series = random.pick(brand.series);
    kind = random.integer(shelf.kinds.length);
    // A maker's own palette three times in four: colour and maker go together, as in real shops.
    colour = random.next() < 0.75 ? random.pick(brand.palette) : random.pick(colours);
    title = `${series} ${shelf.kinds[kind]}, ${colour.toLowerCase()}`;
  } while (taken.has(`${brand.name} ${title}`) && random.next() < 0.995);
  taken.add(`${brand.name} ${title}`);
  const material = random.pick(shelf.materials);
  const size = random.pick(shelf.sizes);
  const [low, high] = shelf.price;
  // Skewed to the cheap end, then by the maker's tier and a touch by the material's place in its list.
  const spread = random.next() ** 1.8 * 0.7 + (shelf.sizes.indexOf(size) / shelf.sizes.length) * 0.3;
  const price = round((low + (high - low) * spread) * brand.tier);
  const detail = random.integer(shelf.details.length);
  const sentences = [
    random.pick(shelf.uses),
    shelf.details[detail],
    shelf.details[(detail + 1 + random.integer(shelf.details.length - 1)) % shelf.details.length],
    `From ${brand.name}'s ${series} line. Size: ${size}.`,
    random.pick(CARE),
  ];
  const draw = random.next();
  return {
    id: `${shelf.code}-${String(number).padStart(3, "0")}`,
    title: capital(title),
    description: sentences.join(" ").replaceAll("{m}", material.toLowerCase()).replaceAll("{c}", colour.toLowerCase()),
    brand: brand.name,
    department: department.name,
    shelf: shelf.name,
    price,
    availability: draw < 0.88 ? "in_stock" : draw < 0.95 ? "out_of_stock" : draw < 0.98 ? "backorder" : "preorder",
    colour,
    material,
    size,
    series,
    kind,
    note: random.next() < 0.1 ? random.pick(NOTES) : "",
  };
}

/**
 * The shop's catalogue: the same 2,400 items for the same seed.
 * @returns items by id and lists per department and shelf, in the shop's own order ("featured")
 */
export function createCatalog({ seed = 1, size = 2400 } = {}) {
  const shelves = DEPARTMENTS.flatMap((department) => department.shelves.map((shelf) => ({ department, shelf })));
  const random = createRandom(seed);
  // Shelves differ in width, as they do: 0.7 to 1.3 of the mean, the rest goes to the last.
  const widths = shelves.map(() => 0.7 + 0.6 * random.next());
  const total = widths.reduce((sum, width) => sum + width, 0);
  const ends = widths.map((_, i) => Math.round((widths.slice(0, i + 1).reduce((sum, width) => sum + width, 0) / total) * size));
  const items = [];
  shelves.forEach(({ department, shelf }, i) => {
    const taken = new Set();
    const count = ends[i] - (ends[i - 1] ?? 0);
    for (let number = 1; number <= count; number++) items.push(createItem(random, department, shelf, number, taken));
  });
  const byId = new Map(items.map((item) => [item.id, item]));
  return { items, byId, departments: DEPARTMENTS };
}

export const itemLink = (item) => `/item/${item.id}`;
export const itemImage = (item) => `/image/${item.id}.svg`;
export const shelfLink = (department, shelf) => `/c/${slug(department)}${shelf ? `/${slug(shelf)}` : ""}`;
