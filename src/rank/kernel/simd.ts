import type { Shard } from "../../contract/shard.js";
import { BINARY } from "./binary.js";
import { type Kernel, quantizeQuery, scoreRows } from "./kernel.js";

type Scan = (
  rows: number,
  count: number,
  stride: number,
  query: number,
  queryScale: number,
  scale: number,
  prior: number,
  priorWeight: number,
  mask: number,
  k: number,
  outScores: number,
  outRows: number,
) => number;

const PAGE = 65_536;
const align = (bytes: number) => Math.ceil(bytes / 16) * 16;

/**
 * The AssemblyScript kernel (assembly/scan.ts) over a copy of the shard's rows in WASM memory, padded to 16 dimensions.
 * Rejects where WebAssembly or its SIMD is missing, or a CSP lacks 'wasm-unsafe-eval'.
 */
export async function simdKernel(shard: Shard): Promise<Kernel> {
  const binary = Uint8Array.from(atob(BINARY), (char) => char.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(binary, { env: { abort() {} } });
  const { memory, scan } = instance.exports as unknown as { memory: WebAssembly.Memory; scan: Scan };
  const { count, dims } = shard;
  const stride = align(dims);

  let end = align(PAGE);
  const reserve = (bytes: number) => {
    const at = end;
    end += align(bytes);
    return at;
  };
  const rows = reserve(count * stride);
  const scale = reserve(count * 4);
  const prior = reserve(count * 4);
  const mask = reserve(count);
  const query = reserve(stride * 2);
  const outScores = reserve(count * 4);
  const outRows = reserve(count * 4);
  const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);

  const { buffer } = memory;
  if (stride === dims) new Int8Array(buffer, rows, count * dims).set(shard.vectors);
  else for (let row = 0; row < count; row++) new Int8Array(buffer, rows + row * stride, dims).set(shard.vectors.subarray(row * dims, (row + 1) * dims));
  new Float32Array(buffer, scale, count).set(shard.scale);
  new Float32Array(buffer, prior, count).set(shard.prior);

  return {
    name: "simd",
    reason: null,
    search(vector, options) {
      const quantized = quantizeQuery(vector, dims);
      new Int16Array(buffer, query, dims).set(quantized.values);
      if (options.mask) new Uint8Array(buffer, mask, count).set(options.mask);
      const k = Math.max(0, Math.min(options.k, count));
      const weight = options.priorWeight ?? 0;
      const found = scan(rows, count, stride, query, quantized.scale, scale, prior, weight, options.mask ? mask : 0, k, outScores, outRows);
      return { rows: new Int32Array(buffer, outRows, found).slice(), scores: new Float32Array(buffer, outScores, found).slice() };
    },
    score: (vector, some) => scoreRows(shard, vector, some),
  };
}
