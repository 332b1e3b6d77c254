import type { Shard } from "../../contract/shard.js";
import { jsKernel } from "./js.js";
import { type Hits, type Kernel, quantizeQuery, type SearchOptions, scoreRow } from "./kernel.js";
import { GROUP, searchShader } from "./wgsl.js";

/** As `Kernel`, but its answer has to be waited for: it is read back from the GPU. */
export interface GpuKernel extends Pick<Kernel, "score"> {
  readonly name: "webgpu";
  /** Whether the shading language multiplies four int8 at once here (`packed_4x8_integer_dot_product`). */
  readonly packed: boolean;
  search(query: Float32Array, options: SearchOptions): Promise<Hits>;
  dispose(): void;
}

export interface GpuOptions {
  /** Answers what the GPU does not. The plain JavaScript kernel by default. */
  readonly otherwise?: Pick<Kernel, "search">;
  readonly packed?: boolean;
}

const hasPackedProducts = (): boolean => navigator.gpu.wgslLanguageFeatures?.has("packed_4x8_integer_dot_product") ?? false;

/** Rows that the GPU may hand back; more have to be found elsewhere. */
const MOST = 16_384;
const MOST_WORKGROUPS = 65_535;
const HEADER = 4;
/** GPUBufferUsage, GPUShaderStage and GPUMapMode by their numbers (https://www.w3.org/TR/webgpu/#buffer-usage), which compilers' libraries lack. */
const [MAP_READ, COPY_SRC, COPY_DST, UNIFORM, STORAGE] = [0x1, 0x4, 0x8, 0x40, 0x80];
const [COMPUTE_STAGE, READ_MODE] = [0x4, 0x1];

/** The GPU's query: int8, four to a word, its step, and how far a row's score can be from the exact one. */
function packQuery(query: Float32Array, shard: Shard, stride: number, longest: number) {
  const { values, scale } = quantizeQuery(query, shard.dims);
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  const step = most / 127 || 1;
  const packed = new Int8Array(stride);
  let off = 0;
  let squares = 0;
  for (let d = 0; d < values.length; d++) {
    packed[d] = Math.round(values[d] / step);
    off += (values[d] - packed[d] * step) ** 2;
    squares += values[d] ** 2;
  }
  // Cauchy-Schwarz, and what float32 rounds.
  return { packed, step: step * scale, error: scale * longest * (Math.sqrt(off) * 1.000_01 + Math.sqrt(squares) * 4e-6) };
}

/**
 * Scores all rows on the GPU by an int8 query, and hands back those which can be among the k best: whose score is at most twice the error below
 * a bound which k rows reach. These are scored exactly here, so that the answer has the other kernels' bits. Searches with a prior, or of which
 * the GPU would hand back too much, go to `otherwise`.
 * @param device the caller's; lost, its searches reject
 */
export async function webgpuKernel(
  shard: Shard,
  device: GPUDevice,
  { otherwise = jsKernel(shard, "beside WebGPU"), packed = hasPackedProducts() }: GpuOptions = {},
): Promise<GpuKernel> {
  const { count, dims, vectors, scale } = shard;
  const words = Math.ceil(dims / 4);
  const stride = words * 4;
  const groups = Math.ceil(count / GROUP);
  if (groups > MOST_WORKGROUPS) throw new RangeError(`A shard of ${count} rows has more than ${MOST_WORKGROUPS} groups of ${GROUP}`);
  if (count * stride > device.limits.maxStorageBufferBindingSize) throw new RangeError("The shard is larger than the device's buffers");

  const buffer = (bytes: number, usage: number) => device.createBuffer({ size: Math.max(16, Math.ceil(bytes / 16) * 16), usage: usage | COPY_DST });
  const rows = buffer(count * stride, STORAGE);
  const scales = buffer(count * 4, STORAGE);
  const mask = buffer(Math.ceil(count / 32) * 4, STORAGE);
  const question = buffer(stride, STORAGE);
  const scores = buffer(count * 4, STORAGE);
  const maxima = buffer(groups * 4, STORAGE);
  const found = buffer((HEADER + MOST) * 4, STORAGE | COPY_SRC);
  const params = buffer(32, UNIFORM);
  const reading = device.createBuffer({ size: (HEADER + MOST) * 4, usage: MAP_READ | COPY_DST });

  // What is not a number must not stand among the k rows of the bound.
  const valid = new Uint32Array(Math.ceil(count / 32));
  const finite = new Float32Array(count);
  let longest = 0;
  for (let row = 0; row < count; row++) {
    if (!Number.isFinite(scale[row])) continue;
    valid[row >>> 5] |= 1 << (row & 31);
    finite[row] = scale[row];
    let squares = 0;
    for (let d = 0; d < dims; d++) squares += vectors[row * dims + d] ** 2;
    longest = Math.max(longest, Math.sqrt(squares) * Math.abs(scale[row]));
  }
  let padded: Int8Array = vectors;
  if (stride !== dims) {
    padded = new Int8Array(count * stride);
    for (let row = 0; row < count; row++) padded.set(vectors.subarray(row * dims, (row + 1) * dims), row * stride);
  }
  const write = (to: GPUBuffer, data: Int8Array | Uint32Array | Float32Array | ArrayBuffer) => {
    const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    // A write is of whole words.
    const whole = bytes.byteLength & ~3;
    if (whole > 0) device.queue.writeBuffer(to, 0, bytes as Uint8Array<ArrayBuffer>, 0, whole);
    if (whole < bytes.byteLength) {
      const rest = new Uint8Array(4);
      rest.set(bytes.subarray(whole));
      device.queue.writeBuffer(to, whole, rest);
    }
  };
  write(rows, padded);
  write(scales, finite);

  const module = device.createShaderModule({ code: searchShader({ packed, words, most: MOST }) });
  const layout = device.createBindGroupLayout({
    entries: [rows, scales, mask, question, scores, maxima, found, params].map((_, binding) => ({
      binding,
      visibility: COMPUTE_STAGE,
      buffer: { type: binding === 7 ? "uniform" : binding < 4 ? "read-only-storage" : "storage" },
    })),
  });
  const pipeline = (entryPoint: string) =>
    device.createComputePipelineAsync({ layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }), compute: { module, entryPoint } });
  const [score, bound, collect] = await Promise.all(["score", "bound", "collect"].map(pipeline));
  const group = device.createBindGroup({
    layout,
    entries: [rows, scales, mask, question, scores, maxima, found, params].map((resource, binding) => ({ binding, resource: { buffer: resource } })),
  });
  let turn: Promise<unknown> = Promise.resolve();

  /** Rows that can be among the k best; null where they are too many. */
  async function candidates(query: Float32Array, k: number, passing: Uint32Array): Promise<Uint32Array | null> {
    const asked = packQuery(query, shard, stride, longest);
    const settings = new DataView(new ArrayBuffer(32));
    settings.setUint32(0, count, true);
    settings.setUint32(4, groups, true);
    settings.setUint32(8, k, true);
    settings.setFloat32(16, asked.step, true);
    settings.setFloat32(20, 2 * asked.error, true);
    write(params, settings.buffer);
    write(question, asked.packed);
    write(mask, passing);
    write(found, new Uint32Array(HEADER));
    const commands = device.createCommandEncoder();
    const pass = commands.beginComputePass();
    pass.setBindGroup(0, group);
    for (const [stage, workgroups] of [
      [score, groups],
      [bound, 1],
      [collect, groups],
    ] as const) {
      pass.setPipeline(stage);
      pass.dispatchWorkgroups(workgroups);
    }
    pass.end();
    commands.copyBufferToBuffer(found, 0, reading, 0, (HEADER + MOST) * 4);
    device.queue.submit([commands.finish()]);
    await reading.mapAsync(READ_MODE);
    const read = new Uint32Array(reading.getMappedRange());
    const size = read[0];
    const list = size > MOST ? null : read.slice(HEADER, HEADER + size);
    reading.unmap();
    return list;
  }

  async function search(query: Float32Array, options: SearchOptions): Promise<Hits> {
    const { k, mask: bits = null, floor = Number.NEGATIVE_INFINITY, priorWeight = 0 } = options;
    const quantized = quantizeQuery(query, dims);
    const wanted = Math.max(0, Math.min(k, bits ? bits.count : count));
    if (wanted === 0) return { rows: new Int32Array(0), scores: new Float32Array(0) };
    if (priorWeight !== 0) return otherwise.search(query, options);
    const list = await candidates(query, wanted, bits ? valid.map((word, i) => word & bits.bits[i]) : valid);
    if (!list) return otherwise.search(query, options);
    const hits = Array.from(list, (row) => [row, scoreRow(shard, row, quantized, 0)] as const)
      .filter(([, exact]) => exact > floor || (floor === Number.NEGATIVE_INFINITY && exact === floor))
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, wanted);
    return { rows: Int32Array.from(hits, ([row]) => row), scores: Float32Array.from(hits, ([, exact]) => exact) };
  }

  return {
    name: "webgpu",
    packed,
    // One after the other: they share the buffers.
    search(query, options) {
      const result = turn.then(() => search(query, options));
      turn = result.catch(() => {});
      return result;
    },
    score: jsKernel(shard, "beside WebGPU").score,
    dispose() {
      for (const one of [rows, scales, mask, question, scores, maxima, found, params, reading]) one.destroy();
    },
  };
}

/** Whether the GPU answers sooner, by the medians of a few searches each. Its first search compiles, and is not counted. */
export async function gpuPays(
  gpu: Pick<GpuKernel, "search">,
  cpu: Pick<Kernel, "search">,
  query: Float32Array,
  { k = 100, trials = 7, now = () => performance.now() } = {},
): Promise<boolean> {
  const median = async (search: () => unknown) => {
    await search();
    const samples: number[] = [];
    for (let i = 0; i < trials; i++) {
      const started = now();
      await search();
      samples.push(now() - started);
    }
    return samples.sort((a, b) => a - b)[trials >> 1];
  };
  return (await median(() => gpu.search(query, { k }))) < (await median(() => cpu.search(query, { k })));
}
