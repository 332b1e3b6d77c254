/*
 * What a reading of a page gets right of what its manifest entry says: id, price, currency, availability and category, those that the page
 * tells. On a page that is no product's: that no product was read from it.
 */

/** In the order of the table. */
export const FIELDS = ["id", "price", "currency", "availability", "category"];

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * @param expected an entry of testing/pages/manifest.json. `ids` are all that the page tells of its product, any of which a feed may use;
 *   what a page does not tell is missing.
 * @param reading `{ type, category: string[], product: { ids, price, currency, availability } | null }`, the best id first
 * @returns per field true, false, or undefined where there is nothing to say; `ids` all of them; `all` every one of FIELDS
 */
export function score(expected, { type, category, product }) {
  const told = (field, found) => (expected[field] === undefined ? undefined : same(expected[field], found));
  const isProduct = expected.type === "product";
  const fields = {
    id: isProduct ? type === "product" && expected.ids.includes(product?.ids[0]) : product === null && type !== "product",
    price: told("price", product?.price),
    currency: told("currency", product?.currency),
    availability: told("availability", product?.availability),
    category: told("category", category),
  };
  return {
    ...fields,
    type: expected.type === type,
    ids: isProduct ? expected.ids.every((id) => product?.ids.includes(id)) : undefined,
    all: Object.values(fields).every((right) => right !== false),
  };
}

/** Rows `{ name, pages, id: [right, of], …, all: [right, of] }`: one per platform, and the sum. */
export function tally(scored) {
  const columns = [...FIELDS, "ids", "all"];
  const row = (name, scores) => ({
    name,
    pages: scores.length,
    ...Object.fromEntries(
      columns.map((column) => {
        const said = scores.map((one) => one[column]).filter((right) => right !== undefined);
        return [column, [said.filter(Boolean).length, said.length]];
      }),
    ),
  });
  const platforms = [...new Set(scored.map(({ page }) => page.split("/")[0]))];
  return [
    ...platforms.map((name) =>
      row(
        name,
        scored.filter(({ page }) => page.startsWith(`${name}/`)).map((one) => one.score),
      ),
    ),
    row(
      "all",
      scored.map((one) => one.score),
    ),
  ];
}

export function table(rows) {
  const columns = [...FIELDS, "ids", "all"];
  const titles = { ids: "every id", all: "all fields" };
  const head = `| platform | pages | ${columns.map((column) => titles[column] ?? column).join(" | ")} |\n|${"---|".repeat(columns.length + 2)}`;
  const cell = ([right, of]) => (of === 0 ? "" : right === of ? `${of}` : `**${right}** of ${of}`);
  const lines = rows.slice(0, -1).map((row) => `| ${row.name} | ${row.pages} | ${columns.map((column) => cell(row[column])).join(" | ")} |`);
  const sum = rows.at(-1);
  const rate = ([right, of]) => `${((100 * right) / of).toFixed(1)} %`;
  return [head, ...lines, `| **${sum.name}** | ${sum.pages} | ${columns.map((column) => rate(sum[column])).join(" | ")} |`].join("\n");
}
