import type { Shard } from "../src/contract/shard.js";
import { quantizeRows } from "../src/contract/shard.js";
import { seededRandom } from "../src/rank/explore.js";
import { createKernel } from "../src/rank/kernel/index.js";
import { gpuPays, webgpuKernel } from "../src/rank/kernel/webgpu.js";
import { rowsWhere } from "../src/rank/mask.js";
import { conformance, type Fact, type Searcher, sameBits } from "./kernel-conformance.js";
import { shardOf, unitVectors } from "./shards.js";

type Name = "relaxed" | "simd" | "js" | "webgpu" | "webgpu without packed products";

async function creator(name: Name): Promise<(shard: Shard) => Promise<Searcher>> {
  if (name === "relaxed" || name === "simd" || name === "js")
    return async (shard) => {
      const kernel = await createKernel(shard, { force: name });
      if (kernel.relaxed !== (name === "relaxed")) throw new Error(`asked for ${name}, got one with relaxed ${kernel.relaxed}`);
      return kernel;
    };
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error("There is no WebGPU adapter: start Chromium with SwiftShader's");
  const device = await adapter.requestDevice();
  const packed = name === "webgpu";
  if (packed && !navigator.gpu.wgslLanguageFeatures.has("packed_4x8_integer_dot_product")) throw new Error("This Chromium has no packed products");
  // What the GPU leaves to another kernel must be the exception, or this would test that one.
  const rejects = { search: () => fail("The GPU handed a search on") };
  return async (shard) => {
    const gpu = await webgpuKernel(shard, device, { packed });
    const strict = await webgpuKernel(shard, device, { packed, otherwise: rejects as never });
    if (strict.packed !== packed) throw new Error("the other dot product was taken");
    return {
      score: gpu.score,
      search: (query, options) => (options.priorWeight ? gpu : strict).search(query, options),
    };
  };
}

function fail(message: string): never {
  throw new Error(message);
}

/** A shard so large that the GPU has to choose, and a sketch would be made. */
function large(count: number, dims: number) {
  const random = seededRandom(17);
  const centres = unitVectors(50, dims, random);
  const vectors = Float32Array.from({ length: count * dims }, (_, i) => centres[Math.floor(i / dims) % 50][i % dims] + (random() - 0.5) * 0.4);
  const shard: Shard = { ...shardOf([], dims), count, ...quantizeRows(vectors, dims), prior: new Float32Array(count) };
  const queries = unitVectors(6, dims, random).map((noise, q) => Float32Array.from(noise, (value, d) => centres[q][d] + 0.5 * value));
  return { shard, queries };
}

/** Every fact of the suite, and what went wrong with it. */
export async function check(name: Name): Promise<{ name: string; error: string | null }[]> {
  const create = await creator(name);
  const js = (shard: Shard) => createKernel(shard, { force: "js" });
  const facts: Fact[] = [
    ...conformance(create, { runs: name.startsWith("webgpu") ? 12 : 40, most: 400 }),
    { name: "gives the same bits as plain JavaScript", check: () => sameBits(create, js, name.startsWith("webgpu") ? 8 : 30) },
    {
      name: "gives the same bits as plain JavaScript on 30,000 rows, filtered or not",
      async check() {
        const { shard, queries } = large(30_000, 64);
        const [one, other] = [await create(shard), await js(shard)];
        for (const query of queries)
          for (const mask of [null, rowsWhere(shard.count, (row) => row % 2), rowsWhere(shard.count, (row) => row % 37 === 0)]) {
            const [hits, expected] = [await one.search(query, { k: 100, mask }), other.search(query, { k: 100, mask })];
            if (`${hits.rows}` !== `${expected.rows}` || `${hits.scores}` !== `${expected.scores}`) fail("the hits differ");
          }
      },
    },
  ];
  if (name === "webgpu")
    facts.push({
      name: "is used only where it is faster",
      async check() {
        const { shard, queries } = large(5_000, 64);
        const device = (await (await navigator.gpu.requestAdapter())?.requestDevice()) ?? fail("no device");
        const gpu = await webgpuKernel(shard, device);
        const cpu = await createKernel(shard);
        // A software adapter cannot beat what takes a fiftieth of a millisecond.
        if (await gpuPays(gpu, cpu, queries[0])) fail("a software GPU was found to be faster than WASM");
        const slow = { search: async () => new Promise((resolve) => setTimeout(resolve, 60)) };
        const quick = { search: async () => null };
        if (!(await gpuPays(quick as never, slow as never, queries[0]))) fail("a GPU faster than the CPU was not taken");
        gpu.dispose();
      },
    });
  const results: { name: string; error: string | null }[] = [];
  for (const fact of facts)
    results.push({
      name: fact.name,
      error: await fact.check().then(
        () => null,
        (error) => String((error as Error)?.message ?? error),
      ),
    });
  return results;
}
