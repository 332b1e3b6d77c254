import init, { EdgeVec, EdgeVecConfig } from "edgevec/edgevec.js";
import address from "edgevec/edgevec_bg.wasm";

/** HNSW with its defaults, squared distances among them: of unit vectors the order is that of cosines (asked for those, it gives the farthest first). */
export async function open({ floats, count, dims }) {
  await init({ module_or_path: new URL(address, import.meta.url) });
  const index = new EdgeVec(new EdgeVecConfig(dims));
  const ids = new Map();
  for (let row = 0; row < count; row++) ids.set(index.insert(floats.slice(row * dims, (row + 1) * dims)), row);
  return { note: "defaults", search: (query, k) => index.search(query, k).map(({ id }) => ids.get(id)) };
}
