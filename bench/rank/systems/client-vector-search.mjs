import { EmbeddingIndex } from "client-vector-search";

/** Its exact index; the HNSW one calls itself experimental. */
export async function open({ floats, count, dims }) {
  const index = new EmbeddingIndex(
    Array.from({ length: count }, (_, row) => ({ id: row, embedding: Array.from(floats.subarray(row * dims, (row + 1) * dims)) })),
  );
  return { search: async (query, k) => (await index.search(Array.from(query), { topK: k })).map(({ object }) => object.id) };
}
