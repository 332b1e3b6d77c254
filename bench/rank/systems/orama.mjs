import { create, insertMultiple, searchVector } from "@orama/orama";

export async function open({ floats, count, dims }) {
  const db = create({ schema: { vector: `vector[${dims}]` } });
  await insertMultiple(
    db,
    Array.from({ length: count }, (_, row) => ({ id: String(row), vector: Array.from(floats.subarray(row * dims, (row + 1) * dims)) })),
    5_000,
  );
  return {
    search: async (query, k) =>
      (await searchVector(db, { mode: "vector", vector: { value: query, property: "vector" }, similarity: -1, limit: k })).hits.map(({ id }) => Number(id)),
  };
}
