/** Bundled once per system, with `system` as that system's module: opens it, then answers "round" and "found". */
import { open } from "system";

const read = async (name, Type = ArrayBuffer) => {
  const bytes = await (await fetch(`/data/${name}`)).arrayBuffer();
  return Type === ArrayBuffer ? bytes : new Type(bytes);
};

let system;
let queries = [];
let k = 0;
let floats = null;

/** The best passing rows by float64 sums. */
function truthOf(query, passing, count, dims) {
  const best = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < count; row++) {
    if (((passing.bits[row >>> 5] >>> (row & 31)) & 1) === 0) continue;
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += floats[row * dims + d] * query[d];
    if (best.length >= 4 * k && sum <= last) continue;
    best.push([sum, row]);
    if (best.length === 8 * k || best.length === 4 * k) {
      best.sort((a, b) => b[0] - a[0]);
      if (best.length === 8 * k) best.length = 4 * k;
      last = best.at(-1)[0];
    }
  }
  return best
    .sort((a, b) => b[0] - a[0])
    .slice(0, k)
    .map(([, row]) => row);
}

const calls = {
  async open({ count, dims, k: wanted, own }) {
    k = wanted;
    const asked = await read("queries.f32", Float32Array);
    queries = Array.from({ length: asked.length / dims }, (_, i) => asked.slice(i * dims, (i + 1) * dims));
    const input = own ? { shard: await read("shard.safetensors") } : { floats: await read("floats.f32", Float32Array) };
    const started = performance.now();
    system = await open({ ...input, count, dims, k, queries });
    const build_ms = performance.now() - started;
    return { build_ms, first_ms: system.first_ms, note: system.note };
  },
  /** Milliseconds of each query, asked `times` times in a row: the clock ticks in 5 µs. */
  async round({ times, filter, exact }) {
    const options = { filter, exact };
    const samples = [];
    for (const query of queries) {
      const started = performance.now();
      for (let time = 0; time < times; time++) {
        const found = system.search(query, k, options);
        // Waiting for what is there already would cost a turn of the event loop.
        if (found instanceof Promise) await found;
      }
      samples.push((performance.now() - started) / times);
    }
    return samples;
  },
  async found({ filter, exact }) {
    const found = [];
    for (const query of queries) found.push(Array.from(await system.search(query, k, { filter, exact })));
    return found;
  },
  /** How many rows a filter lets through, how long it took to find out, and the best of them by the floats. */
  async filtered({ filter, count, dims }) {
    const started = performance.now();
    const passing = system.passing(filter);
    const compile_ms = performance.now() - started;
    floats ??= await read("floats.f32", Float32Array);
    return { passing: passing.count, compile_ms, truth: queries.map((query) => truthOf(query, passing, count, dims)) };
  },
};

self.onmessage = async ({ data: { id, call, args } }) => {
  try {
    self.postMessage({ id, value: await calls[call](args) });
  } catch (error) {
    self.postMessage({ id, error: String(error?.message ?? error) });
  }
};
