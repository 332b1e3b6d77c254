/*
 * A shop of any size, as a feed and a log would describe it: titles of shared and of own words, brands, categories two levels deep, prices,
 * colours; sessions that browse a category, now and then search it, and view items of it. Every item is met, and sessions are of one shape
 * whatever the size, so that batches of them are alike. Deterministic.
 */
const LEAVES = 200;
const DEPARTMENTS = 20;
const ITEMS_A_SESSION = 6;
const START = Date.UTC(2026, 8, 1);

const syllables = ["ba", "ro", "li", "ten", "mar", "qu", "so", "vel", "ka", "ni", "dor", "el", "pu", "sha", "wi", "zen"];
const word = (n) => `${syllables[n % 16]}${syllables[(n >> 4) % 16]}${syllables[(n >> 8) % 16]}`;
const leafName = (leaf) => `${word(leaf * 7 + 1)} ${word(leaf * 13 + 5)}`;
const topName = (leaf) => word(4000 + (leaf % DEPARTMENTS));
const id = (row) => `sku-${1_000_000 + row}`;

export function shopItems(count) {
  return Array.from({ length: count }, (_, row) => {
    const leaf = row % LEAVES;
    // A multiplicative hash: attributes of neighbouring rows have nothing to do with one another.
    const dice = Math.imul(row + 1, 0x9e3779b1) >>> 0;
    return {
      item_id: id(row),
      title: `${word(dice % 2048)} ${word((dice >>> 11) % 4096)} ${leafName(leaf)} ${row.toString(36)}`,
      brand: word(2048 + ((dice >>> 5) % 500)),
      category: [topName(leaf), leafName(leaf)],
      price: 5 + (dice % 20_000) / 100,
      currency: "EUR",
      availability: "in_stock",
      attributes: { color: word(3000 + ((dice >>> 8) % 24)) },
    };
  });
}

/** @param items how many the shop has */
export function shopSessions(items, count) {
  const perLeaf = Math.floor(items / LEAVES);
  return Array.from({ length: count }, (_, s) => {
    const leaf = s % LEAVES;
    const first = Math.floor(s / LEAVES) * ITEMS_A_SESSION;
    const time = START + s * 1000;
    const events = [{ name: "page_view", page_type: "listing", page_category: leafName(leaf), time }];
    if (s % 5 === 0) events.push({ name: "search", search_term: leafName(leaf), time: time + 5000 });
    for (let k = 0; k < ITEMS_A_SESSION; k++)
      events.push({ name: "view_item", time: time + 10_000 + k * 20_000, items: [{ item_id: id(leaf + LEAVES * ((first + k) % perLeaf)) }] });
    return { events, ignored: [], weight: 1, time };
  });
}
