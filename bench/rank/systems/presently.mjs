import { parseShard } from "../../../dist/esm/contract/shard.js";
import { createFilters, createKernel } from "../../../dist/esm/rank/index.js";

/** The SDK's own kernel over a published shard, as the engine makes it. A filter is compiled when it is first asked for. */
export async function open({ shard: bytes, queries, k }) {
  const started = performance.now();
  const shard = parseShard(bytes);
  const kernel = await createKernel(shard);
  kernel.search(queries[0], { k });
  const first_ms = performance.now() - started;
  // A large shard's sketch is made while the first searches are answered without it.
  await kernel.ready;
  const filters = createFilters(shard);
  let asked = null;
  let mask = null;
  return {
    first_ms,
    note: kernel.relaxed ? "relaxed SIMD" : kernel.name,
    passing: (filter) => filters.rows(filter),
    search(query, k, { filter = null, exact = false } = {}) {
      if (filter !== asked) {
        asked = filter;
        mask = filter && filters.rows(filter);
      }
      return kernel.search(query, { k, exact, mask }).rows;
    },
  };
}
