import * as glue from "voy-search/voy_search_bg.js";
import address from "voy-search/voy_search_bg.wasm";

/** A k-d tree. */
export async function open({ floats, count, dims }) {
  const { instance } = await WebAssembly.instantiateStreaming(fetch(new URL(address, import.meta.url)), { "./voy_search_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  const embeddings = Array.from({ length: count }, (_, row) => ({
    id: String(row),
    title: "",
    url: "",
    embeddings: Array.from(floats.subarray(row * dims, (row + 1) * dims)),
  }));
  const voy = new glue.Voy({ embeddings });
  return { search: (query, k) => voy.search(query, k).neighbors.map(({ id }) => Number(id)) };
}
