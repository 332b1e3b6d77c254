import { expect, it } from "vitest";
import { seededRandom } from "./random.js";
import { addRowProduct, type SparseRows, transposed } from "./sparse.js";

const COLUMNS = 9;
const random = seededRandom(11);
/** Rows with 0 to 5 entries; a column may be there twice. */
const counts = [3, 0, 5, 1, 4];
const offsets = Int32Array.from([0, ...counts], (_, i) => counts.slice(0, i).reduce((sum, count) => sum + count, 0));
const rows: SparseRows = {
  offsets,
  columns: Int32Array.from({ length: offsets[counts.length] }, () => Math.floor(COLUMNS * random())),
  weights: Float32Array.from({ length: offsets[counts.length] }, () => 2 * random() - 1),
};
const dense = counts.map((_, row) => {
  const values = new Array<number>(COLUMNS).fill(0);
  for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) values[rows.columns[entry]] += rows.weights[entry];
  return values;
});

it.each([1, 7, 8, 19])("adds a row times a table of %i numbers a column to what is there", (dims) => {
  const table = Float32Array.from({ length: COLUMNS * dims }, () => 2 * random() - 1);
  counts.forEach((_, row) => {
    const out = new Float32Array(dims + 2).fill(0.5);
    addRowProduct(rows, row, table, dims, out, 1);
    expect([out[0], out[dims + 1]]).toEqual([0.5, 0.5]);
    for (let d = 0; d < dims; d++)
      expect(out[1 + d]).toBeCloseTo(0.5 + dense[row].reduce((sum, weight, column) => sum + weight * table[column * dims + d], 0), 5);
  });
});

it("turns some of the rows, and leaves the slots as they were", () => {
  const slots = new Int32Array(COLUMNS).fill(-1);
  const chosen = [4, 0, 1];
  const { columns, matrix } = transposed(rows, chosen, slots);
  expect([...slots]).toEqual(new Array(COLUMNS).fill(-1));
  expect(new Set(columns).size).toBe(columns.length);
  const found = chosen.map(() => new Array<number>(COLUMNS).fill(0));
  columns.forEach((column, c) => {
    for (let entry = matrix.offsets[c]; entry < matrix.offsets[c + 1]; entry++) found[matrix.columns[entry]][column] += matrix.weights[entry];
  });
  chosen.forEach((row, r) => {
    for (const [column, value] of found[r].entries()) expect(value).toBeCloseTo(dense[row][column], 6);
  });
});
