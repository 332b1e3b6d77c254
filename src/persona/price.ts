import type { AttributeColumn, Shard } from "../contract/shard.js";

const BANDS = ["low", "mid", "high"];
/** Fewer priced items than this have no cheap and no dear ones: they are compared with the category above. */
const MIN_ITEMS = 9;

/** Thirds of the prices of these rows; all alike where a third of them costs the same. */
function thirds(rows: readonly number[], price: Float32Array): (row: number) => number {
  const sorted = Float32Array.from(rows, (row) => price[row]).sort();
  const [first, second] = [sorted[Math.floor(sorted.length / 3)], sorted[Math.floor((2 * sorted.length) / 3)]];
  if (sorted[0] === first || first === second) return () => 0;
  return (row) => (price[row] < first ? 1 : price[row] < second ? 2 : 3);
}

/**
 * Whether each item is of low, mid or high price among its like: within its deepest category of enough items, else within the one above,
 * else in the catalogue. Read off prices and categories that are in the shard anyway, so that no release has to carry it.
 */
export function priceBands({ attributes, price, count }: Pick<Shard, "attributes" | "price" | "count">): AttributeColumn {
  const codes = new Uint16Array(count);
  let groups: number[][] = [[]];
  for (let row = 0; row < count; row++) if (price[row] >= 0) groups[0].push(row);
  for (const level of [null, "category", "category2", "category3", "category4", "category5"]) {
    if (level) {
      const column = attributes.find(({ name }) => name === level);
      if (!column) break;
      // Within the group above: two departments may each have their "Accessories".
      groups = groups.flatMap((rows) => {
        const deeper = new Map<number, number[]>();
        for (const row of rows) {
          const code = column.codes[row];
          if (code === 0) continue;
          const own = deeper.get(code);
          if (own) own.push(row);
          else deeper.set(code, [row]);
        }
        return [...deeper.values()];
      });
    }
    for (const rows of groups) {
      if (rows.length < MIN_ITEMS) continue;
      const band = thirds(rows, price);
      for (const row of rows) codes[row] = band(row);
    }
  }
  return { name: "price", values: BANDS, codes };
}
