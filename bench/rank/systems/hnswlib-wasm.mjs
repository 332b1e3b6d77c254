import { loadHnswlib } from "hnswlib-wasm/dist/hnswlib.js";

/** m and efConstruction as in its README; efSearch is raised to k, which the algorithm needs. */
export async function open({ floats, count, dims, k }) {
  const lib = await loadHnswlib();
  const index = new lib.HierarchicalNSW("cosine", dims, "");
  index.initIndex(count, 16, 200, 100);
  index.setEfSearch(Math.max(k, 128));
  const rows = Array.from({ length: count }, (_, row) => floats.subarray(row * dims, (row + 1) * dims));
  const labels = index.addItems(rows, false);
  const rowOf = new Map(labels.map((label, row) => [label, row]));
  return {
    note: "m 16, efConstruction 200, efSearch 128",
    search: (query, most) => index.searchKnn(query, most, undefined).neighbors.map((label) => rowOf.get(label)),
  };
}
