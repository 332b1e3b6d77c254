import init, { EdgeVec, EdgeVecConfig } from "edgevec/edgevec.js";
import address from "edgevec/edgevec_bg.wasm";

/** HNSW with its defaults. */
export async function open({ floats, count, dims }) {
  await init({ module_or_path: new URL(address, import.meta.url) });
  const config = new EdgeVecConfig(dims);
  config.metric = "cosine";
  const index = new EdgeVec(config);
  const ids = new Map();
  for (let row = 0; row < count; row++) ids.set(index.insert(floats.slice(row * dims, (row + 1) * dims)), row);
  return { note: "defaults", search: (query, k) => index.search(query, k).map(({ id }) => ids.get(id)) };
}
